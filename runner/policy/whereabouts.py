"""Where a recipient may be: the time zones and countries that hours are read in."""

from zoneinfo import ZoneInfo

from runner.model.delivery import Delivery
from runner.model.hours import RECIPIENT
from runner.model.playbook import DeliverySettings, Environment
from runner.policy.objection import Objection
from runner.policy.zones import countries_of_number, find_zone, zones_of_number


def needs_zone(settings: DeliverySettings, environment: Environment) -> bool:
    """Tell whether anything is decided by the recipient's own clock."""
    window, policy = settings.window, environment.policy
    own = window is not None and window.timezone == RECIPIENT
    return own or bool(policy.quiet_hours or policy.holidays)


def recipient_zones(
    delivery: Delivery, environment: Environment
) -> tuple[ZoneInfo, ...] | Objection:
    """Return every zone that the recipient may be in.

    That of the recipient's field `timezone`, else those of the telephone number, else the
    environment's.
    """
    if delivery.timezone:
        zone = find_zone(delivery.timezone)
        why = f'there is no time zone "{delivery.timezone}"'
        return (zone,) if zone else Objection(why, "write a name such as Europe/Berlin")
    found = tuple(map(find_zone, zones_of_number(delivery.number))) if delivery.number else ()
    zones = tuple(zone for zone in found if zone)
    if zones:
        return zones
    default = find_zone(environment.default_timezone)
    if default:
        return (default,)
    return Objection(
        "the recipient's time zone is not known",
        "give the recipients a column timezone, or the environment a default_timezone",
    )


def recipient_countries(delivery: Delivery) -> tuple[str, ...]:
    """Return every country that the recipient's number may belong to; none without a number."""
    return countries_of_number(delivery.number) if delivery.number else ()
