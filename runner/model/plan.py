"""What would be sent to whom, before anything is: nothing in it tells who the recipients are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from runner.model.marks import Marks

SEND = "send"
"""The state of those who would be messaged now; the others have the names of their outcomes."""


@dataclass(frozen=True, slots=True)
class Text:
    """What some of the people get, with their values left out.

    `segments` is what all of them cost together, `most` what one costs at most. `ucs2` counts the
    people whose values, or whose text, need UCS-2. All three are 0 where segments do not count.
    """

    subject: str
    outline: str
    people: int
    segments: int = 0
    most: int = 0
    ucs2: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Recipients who get nothing now, for one reason; `places` are the rows of the first."""

    state: str
    reason: str
    people: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do with every recipient.

    `counts` has everybody, by what would become of them. Of many distinct texts the commonest are
    kept, `other_people` get one of the others. `workers` says how many tasks each worker would get,
    `opens` when the first of the held may be messaged. `marks` has a bit for each accepted row: it
    is to be sent or held.
    """

    planned: int
    counts: Mapping[str, int]
    channel: str
    senders: tuple[str, ...] = ()
    segments: int = 0
    texts: tuple[Text, ...] = ()
    other_people: int = 0
    groups: tuple[Group, ...] = ()
    workers: Mapping[str, int] = field(default_factory=dict)
    opens: datetime | None = None
    marks: Marks = field(default_factory=Marks)

    @property
    def pending(self) -> bool:
        """Whether applying it would change anything, now or when a window opens."""
        return bool(self.marks.marked)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a plan is of. `remembered` is false where nobody asked the journal.

    `until` is how long the plan file that was written, `file`, may be applied.
    """

    environment: str
    account: str
    playbook: str
    commit: str
    recipients: str
    as_if: datetime | None = None
    remembered: bool = True
    redirected_to: str = ""
    refused: str = ""
    not_before: datetime | None = None
    file: str = ""
    digest: str = ""
    until: datetime | None = None
    next_command: str = ""
