"""Real recipients' messages, as they would be seen by whoever may see them."""

from collections.abc import Callable
from dataclasses import dataclass

from runner.model.delivery import Delivery
from runner.model.message import message_of, outline_of
from runner.model.preview import Agent, Preview
from runner.model.problem import Problem
from runner.model.recipient import Recipient
from runner.prepare import StrictRenderer, Wish
from runner.preview.gathering import Gathering, Shown
from runner.preview.of_samples import describe, rehearser
from runner.preview.privacy import Privacy
from runner.preview.reading import make_agent, read_agent
from runner.recipients.two_passes import accepted_deliveries
from runner.rules.catalogue import check_delivery
from runner.rules.ignores import apply_ignores
from runner.run import Prepared, prepare
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
    outlining = _Outlining(prepared.renderer)
    shown = Shown(
        message=outline_of if hidden else message_of,
        rehearse=rehearser(playbook),
        agent=outlining.agent if hidden else read_agent,
        privacy=audience.privacy,
        limit=audience.limit,
    )
    gathering = Gathering(shown)
    checked = prepared.checked
    for delivery in accepted_deliveries(prepared.source, outlining, checked, wish.only):
        gathering.add(environment, delivery, _checker(prepared, delivery))
    rejected = checked.rejected
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
        people=checked.planned,
        more=gathering.more,
        rejected=len(rejected),
    )


class _Outlining:
    """Renders, and outlines the agent's side of whoever was rendered last."""

    def __init__(self, renderer: StrictRenderer) -> None:
        self._renderer = renderer
        self._last: Recipient | None = None

    def render(self, recipient: Recipient) -> Delivery | tuple[Problem, ...]:
        """Return the recipient's delivery, or why it must not be sent."""
        self._last = recipient
        return self._renderer.render(recipient)

    def agent(self, delivery: Delivery) -> Agent:
        """Return what the agent sees of the delivery that was just rendered, without its values."""
        del delivery
        outlined = self._renderer.outline_request(self._last) if self._last else {}
        routing = outlined.get("routing") if isinstance(outlined, dict) else None
        return make_agent(routing if isinstance(routing, dict) else {})


def _checker(prepared: Prepared, delivery: Delivery) -> Callable[[], tuple[Problem, ...]]:
    """Return what finds that which is to be said of one message."""
    loaded = prepared.loaded

    def check() -> tuple[Problem, ...]:
        found = check_delivery(loaded.playbook, loaded.environment, delivery)
        return apply_ignores(loaded.playbook.document, found, complete=False)

    return check
