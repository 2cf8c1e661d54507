"""What the executor asks before it acts, and tells after: the journal as `execute` sees it."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from runner.model.delivery import Delivery
from runner.model.exchange import Note, Progress, Withheld
from runner.model.outcome import Outcome, Sids


@dataclass(frozen=True, slots=True)
class Begin:
    """Execute this delivery (perhaps as another attempt), from where it stands."""

    delivery: Delivery
    progress: Progress


Claimed: TypeAlias = Begin | Outcome


class Book(Protocol):
    """Remembers, for every run, what was done; each method returns when it is durable."""

    async def claim(self, delivery: Delivery) -> Claimed:
        """Take the delivery for this run, or return why it is not to be executed."""
        ...

    async def intend(self, delivery: Delivery, step: str, sids: Sids) -> Withheld | None:
        """Write that the step's request is about to leave; not None if it must not."""
        ...

    async def note(self, delivery: Delivery, note: Note) -> None:
        """Write what became of a step."""
        ...

    async def finish(self, delivery: Delivery, outcome: Outcome) -> None:
        """Write how the delivery ended."""
        ...

    def release(self, delivery: Delivery) -> None:
        """End what `claim` began; called once for each delivery that began, whatever happened."""
        ...

    async def knows(self, conversation: str) -> bool:
        """Tell whether flexplay opened this conversation."""
        ...
