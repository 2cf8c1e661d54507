"""A delivery as the dry run shows it."""

from dataclasses import dataclass

from runner.model.delivery import Delivery
from runner.model.exchange import Request
from runner.model.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A delivery with the requests that sending it would make, and what had to be assumed."""

    delivery: Delivery
    requests: tuple[Request, ...]
    assumed: tuple[str, ...]
    outcome: Outcome
