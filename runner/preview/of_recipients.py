"""Real recipients' messages, as they would be seen by whoever may see them."""

from collections.abc import Callable
from dataclasses import dataclass

from runner.model.delivery import Delivery
from runner.model.message import message_of, outline_of
from runner.model.preview import Preview
from runner.model.problem import Problem
from runner.prepare import Wish
from runner.preview.gathering import Gathering, Shown
from runner.preview.of_samples import describe, rehearser
from runner.preview.privacy import Privacy
from runner.rules.catalogue import check_delivery
from runner.rules.ignores import apply_ignores
from runner.run import Prepared, all_deliveries, prepare
from runner.target import Aim

ON_THE_LINE = "the command line"
_SHOWN_FAILURES = 20


@dataclass(frozen=True, slots=True)
class Audience:
    """What whoever looks may see, and how many different messages they shall at most."""

    privacy: Privacy
    limit: int


def preview_recipients(wish: Wish, account: str, audience: Audience) -> Preview:
    """Return the messages of the recipients that the wish names; all of them are checked.

    `account` is TWILIO_ACCOUNT_SID, empty if it is not set.

    Raises:
        Findings: a file has errors.
        UsageFault: the wish does not fit the playbook or the project.
        Refused: the environment belongs to another account.
    """
    hidden = not audience.privacy.values
    prepared = prepare(wish, Aim(None, account, live=False), outline=hidden)
    playbook = prepared.loaded.playbook
    environment = prepared.loaded.environment.name
    message = outline_of if hidden else message_of
    shown = Shown(message, rehearser(playbook), audience.privacy, limit=audience.limit)
    gathering = Gathering(shown)
    for delivery in all_deliveries(prepared):
        gathering.add(environment, delivery, _checker(prepared, delivery))
    rejected = prepared.checked.rejected
    for row in rejected[:_SHOWN_FAILURES]:
        gathering.fail(environment, row.place, row.problems)
    cards = gathering.cards()
    said = {problem.value.span for card in cards for problem in card.problems}
    warnings = (*prepared.loaded.warnings, *prepared.renderer.warnings.values())
    return Preview(
        file=playbook.file,
        name=playbook.name,
        description=describe(playbook),
        channel=playbook.channel.type,
        environments=(environment,),
        recipients=prepared.source.file or ON_THE_LINE,
        hidden=hidden,
        cards=cards,
        failures=gathering.failures(),
        problems=tuple(problem for problem in warnings if problem.span not in said),
        people=prepared.checked.planned,
        more=gathering.more,
        rejected=len(rejected),
    )


def _checker(prepared: Prepared, delivery: Delivery) -> Callable[[], tuple[Problem, ...]]:
    """Return what finds that which is to be said of one message."""
    loaded = prepared.loaded

    def check() -> tuple[Problem, ...]:
        found = check_delivery(loaded.playbook, loaded.environment, delivery)
        return apply_ignores(loaded.playbook.document, found, complete=False)

    return check
