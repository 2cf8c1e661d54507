"""A playbook that has passed validation, and the project it stands in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from runner.model.channel import Channel
from runner.model.document import Document, MappingNode, Plain, ScalarNode
from runner.model.hours import Hours, Window


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """How to send. Times are seconds, `rate` is interactions a second.

    `timezone` is the zone of a `not_after` without an offset; empty for the environment's.
    """

    correlation: bool = True
    rate: float | None = None
    concurrency: int | None = None
    on_open_conversation: Literal["hold", "append", "fail"] = "hold"
    on_message_failure: Literal["close", "keep"] = "close"
    join_timeout: float = 15.0
    timeout: float = 30.0
    settle: float = 30.0
    sequence: Literal["interaction-first", "conversation-first"] = "interaction-first"
    window: Window | None = None
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class RecipientSettings:
    """Where recipients come from and what a row must look like.

    `default_region` is the country that telephone numbers without a country code are read in,
    `same_address` what is done with several keys that have one address. With a `period`, a key gets
    one message in each day, week or month of `timezone`.
    """

    key: ScalarNode
    file: ScalarNode | None
    schema: MappingNode | None
    default_region: str = ""
    same_address: Literal["all", "first", "reject"] = "all"
    period: Literal["day", "week", "month"] | None = None
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class Playbook:
    """A playbook whose shape is right. Templated parts are still the document's nodes."""

    document: Document
    root: MappingNode
    name: str
    channel: Channel
    delivery: DeliverySettings
    recipients: RecipientSettings | None
    samples: tuple[MappingNode, ...]
    vars: Mapping[str, Plain]

    @property
    def file(self) -> str:
        """The playbook's path as the user gave it."""
        return self.document.file


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `count` messages to one recipient within `seconds`."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class RequiredText:
    """Wording of which one phrase must stand in every text of these channels and countries.

    Without channels or countries, in every text; with `languages`, in those for whom speaks one.
    """

    any_of: tuple[str, ...]
    channels: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What an environment demands of every message.

    `max_segments` is the most segments that one SMS may have without a warning. Where `opt_out` is
    not empty, one of its phrases must stand in every text. `quiet_hours` are by country, `*` for
    all others. `required_columns` must be filled in every row, and hold a date that is not older
    than so many days, unless that is None. With `require_plan` only a plan can be sent, which may
    be applied for `plan_valid_for` seconds.
    """

    max_segments: int = 3
    opt_out: tuple[str, ...] = ()
    quiet_hours: Mapping[str, Hours] = field(default_factory=dict)
    holidays: tuple[str, ...] = ()
    max_recipients: int | None = None
    max_segments_total: int | None = None
    max_tasks_per_worker: int | None = None
    per_recipient: Cap | None = None
    required_columns: Mapping[str, int | None] = field(default_factory=dict)
    required_text: tuple[RequiredText, ...] = ()
    require_plan: bool = False
    plan_valid_for: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Environment:
    """One of the places a project sends to; what is not named is empty.

    Where `live` is false, only the addresses of `allow` may be messaged, or everything goes to
    `redirect_to`. `senders` are the only proxy addresses that may be used, if there are any.
    """

    name: str
    vars: Mapping[str, Plain]
    account_sid: str = ""
    policy: Policy = Policy()
    journal: str = ""
    default_timezone: str = ""
    live: bool = True
    allow: tuple[str, ...] = ()
    redirect_to: str = ""
    senders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """The environments of `flexplay.yaml`; `file` is empty when there is no such file."""

    file: str
    environments: Mapping[str, Environment]


Schema = dict[str, Any]
DEFAULT_ENVIRONMENT = Environment("default", {})
