"""What is printed of every recipient while a plan is made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from runner.cli.asking import show_rejected
from runner.cli.run_output import print_json
from runner.model.delivery import Delivery
from runner.model.outcome import Outcome
from runner.model.recipient import RejectedRow
from runner.report.plan_json import planned_line, unplannable_line


@dataclass(frozen=True, slots=True)
class Teller:
    """Is told of the rejected rows, then of each delivery: why it would not be sent, if so."""

    rejected: Callable[[Sequence[RejectedRow]], None]
    delivery: Callable[[Delivery, Outcome | None], None]


def _ignore(_: Delivery, __: Outcome | None) -> None:
    """Print nothing of a delivery: the plan tells of all together."""


def _print_rejected(rows: Sequence[RejectedRow]) -> None:
    for row in rows:
        print_json(unplannable_line(row))


def _print_delivery(delivery: Delivery, outcome: Outcome | None) -> None:
    print_json(planned_line(delivery, outcome))


tell_nobody = Teller(lambda _: None, _ignore)
TELLERS = {
    "text": Teller(show_rejected, _ignore),
    "jsonl": Teller(_print_rejected, _print_delivery),
}
