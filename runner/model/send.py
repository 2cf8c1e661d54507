"""A send file: the reviewed wish to send a playbook to certain recipients."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from runner.model.document import Plain
from runner.model.place import Span


@dataclass(frozen=True, slots=True)
class Send:
    """What a send file says; what it leaves out is None.

    `playbook` and `recipients` are paths that work from the current folder. `places` are where the
    file says each of it.
    """

    file: str
    playbook: str
    environment: str | None = None
    recipients: str | None = None
    sha256: str | None = None
    variables: Mapping[str, Plain] = field(default_factory=dict)
    at: str | None = None
    most: int | None = None
    places: Mapping[str, Span] = field(default_factory=dict)
