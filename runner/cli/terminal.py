"""Whether colours are wanted, decided from the environment alone."""

from collections.abc import Mapping


def wants_colour(environment: Mapping[str, str], *, isatty: bool) -> bool:
    """Tell whether to colour what is printed.

    `NO_COLOR` wins over everything (https://no-color.org), then `FORCE_COLOR`
    (https://force-color.org), of which 0 and false mean no. Otherwise colours are for terminals
    that people look at: not for `TERM=dumb`, and not where `CI` is set.
    """
    if environment.get("NO_COLOR"):
        return False
    forced = environment.get("FORCE_COLOR")
    if forced:
        return not is_off(forced)
    if environment.get("TERM") == "dumb" or not is_off(environment.get("CI", "")):
        return False
    return isatty


def is_off(value: str) -> bool:
    """Tell whether a variable's value says no."""
    return value.lower() in ("", "0", "false")
