"""A playbook that has passed validation, and the project it stands in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from runner.model.channel import Channel
from runner.model.document import Document, MappingNode, Plain, ScalarNode


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """How to send. Times are seconds, `rate` is interactions a second."""

    correlation: bool = True
    rate: float | None = None
    concurrency: int | None = None
    on_open_conversation: Literal["hold", "append", "fail"] = "hold"
    on_message_failure: Literal["close", "keep"] = "close"
    join_timeout: float = 15.0
    timeout: float = 30.0
    settle: float = 30.0
    sequence: Literal["interaction-first", "conversation-first"] = "interaction-first"


@dataclass(frozen=True, slots=True)
class RecipientSettings:
    """Where recipients come from and what a row must look like."""

    key: ScalarNode
    file: ScalarNode | None
    schema: MappingNode | None


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
class Policy:
    """What an environment demands of every message.

    `max_segments` is the most segments that one SMS may have without a warning. Where `opt_out` is
    not empty, one of its phrases must stand in every text.
    """

    max_segments: int = 3
    opt_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Environment:
    """One of the places a project sends to. `account_sid` and `journal` are empty if not named."""

    name: str
    vars: Mapping[str, Plain]
    account_sid: str = ""
    policy: Policy = Policy()
    journal: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """The environments of `flexplay.yaml`; `file` is empty when there is no such file."""

    file: str
    environments: Mapping[str, Environment]


Schema = dict[str, Any]
DEFAULT_ENVIRONMENT = Environment("default", {})
