"""The executor over scripted transports and a clock that leaps."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from runner.book.blank_page import BlankPage
from runner.book.book import Begin
from runner.delivery.clock import LeapingClock
from runner.delivery.pace import LocalSlots, Pace
from runner.execute import Means, Sequence, Stop, execute
from runner.model.channel import CHANNELS
from runner.model.delivery import Customer, Delivery
from runner.model.errors import Findings, NoReply, NotSent
from runner.model.exchange import (
    FRESH,
    Bucket,
    Call,
    Exchange,
    Pause,
    Product,
    Progress,
    Reply,
    Request,
    Silence,
    Withheld,
)
from runner.model.outcome import Expired, Failed, Held, Outcome, Pending, Sent, Sids, Uncertain
from runner.model.place import Span
from runner.sequence.steps import CREATE_INTERACTION, CREATE_MESSAGE

POST = Request("POST", Product.FLEX, "/v1/Interactions", bucket=Bucket.INTERACTIONS)
Recorded = list[tuple[str, Outcome]]


class Script:
    """A transport that answers each request with the next of its answers, then with 200."""

    def __init__(self, *answers: Reply | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []
        self.closed = False

    async def send(self, request: Request) -> Reply:
        """Answer with what is next."""
        self.requests.append(request)
        await asyncio.sleep(0)
        answer = self.answers.pop(0) if self.answers else Reply(200, b"{}", 0.0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True


def one_post(delivery: Delivery, progress: Progress) -> Exchange:
    """Post once and say what came of it."""
    del delivery, progress
    answer = yield Call(POST, CREATE_INTERACTION)
    if isinstance(answer, Silence):
        return Uncertain(answer.reason)
    if isinstance(answer, Reply) and answer.ok:
        return Sent(Sids())
    if isinstance(answer, Withheld) and answer.expired:
        return Expired(answer.reason)
    if isinstance(answer, Withheld) and answer.held:
        return answer.held
    reason = getattr(answer, "reason", "") or f"HTTP {getattr(answer, 'status', '')}"
    return Failed(reason, halt=reason if not isinstance(answer, Reply) else "")


def deliveries(count: int) -> Iterator[Delivery]:
    """Yield so many deliveries."""
    customer = Customer("+13115550141", "+19255551234")
    first = Delivery("0", "0", Span("r", 1, 1, 1, 1), CHANNELS["sms"], customer, (), ())
    return (replace(first, key=str(number)) for number in range(count))


def run(
    items: Iterator[Delivery],
    transport: Script,
    sequence: Callable[[Delivery, Progress], Exchange] = one_post,
    workers: int = 1,
    stop: Stop | None = None,
) -> tuple[Recorded, str, LeapingClock]:
    """Execute on one scripted transport."""
    clock = LeapingClock()
    recorded: Recorded = []
    pace = Pace(Bucket.INTERACTIONS, 20, clock, LocalSlots(clock))
    paces = {Bucket.INTERACTIONS: pace}
    means = Means(lambda: transport, clock, paces, workers, BlankPage(), chance=lambda: 1.0)

    def record(delivery: Delivery, outcome: Outcome) -> None:
        recorded.append((delivery.key, outcome))

    halt = asyncio.run(execute(items, sequence, means, record, stop or Stop()))
    return recorded, halt, clock


def test_everyone_gets_one_outcome() -> None:
    """However many workers, each delivery is executed and recorded once."""
    transport = Script()
    recorded, halt, _ = run(deliveries(100), transport, workers=16)
    assert sorted(key for key, _ in recorded) == sorted(str(number) for number in range(100))
    assert len(transport.requests) == 100
    assert halt == ""


def test_interactions_keep_to_the_pace() -> None:
    """Twenty workers together stay under twenty interactions a second."""
    _, _, clock = run(deliveries(100), Script(), workers=20)
    assert clock.monotonic() >= 99 / 20


def test_a_429_is_waited_for_and_repeated() -> None:
    """Retry-After is waited for, then the same request is sent again."""
    transport = Script(Reply(429, b"{}", 0.0, 30.0), Reply(200, b"{}", 0.0))
    recorded, _, clock = run(deliveries(1), transport)
    assert isinstance(recorded[0][1], Sent)
    assert len(transport.requests) == 2
    assert clock.monotonic() >= 30.0


def test_an_ambiguous_post_is_sent_once() -> None:
    """No reply to a POST is never followed by another POST."""
    for answer in (NoReply("read timeout"), Reply(500, json.dumps({"code": 20500}).encode(), 0.0)):
        transport = Script(answer)
        run(deliveries(1), transport)
        assert len(transport.requests) == 1


def test_what_never_left_is_sent_again() -> None:
    """A refused connection is tried again, on the clock's time."""
    transport = Script(NotSent("connect error"), NotSent("connect error"))
    recorded, _, _ = run(deliveries(1), transport)
    assert isinstance(recorded[0][1], Sent)
    assert len(transport.requests) == 3


def test_a_halt_leaves_the_rest_pending() -> None:
    """When no other delivery can succeed, the rest is not begun, and is accounted for."""
    transport = Script(*[NotSent("connect error")] * 4)
    recorded, halt, _ = run(deliveries(5), transport)
    assert halt == "connect error"
    assert [type(outcome) for _, outcome in recorded] == [Failed, *[Pending] * 4]
    assert len(transport.requests) == 4


def test_a_stop_finishes_what_is_under_way() -> None:
    """A stop from outside ends the run after the requests that are under way."""
    stop = Stop()

    def stopping(delivery: Delivery, progress: Progress) -> Exchange:
        if delivery.key == "2":
            stop.reason = "interrupted"
        return (yield from one_post(delivery, progress))

    recorded, halt, _ = run(deliveries(5), Script(), stopping, stop=stop)
    assert halt == "interrupted"
    assert [type(outcome) for _, outcome in recorded] == [Sent, Sent, Sent, Pending, Pending]


def test_a_stopped_run_does_not_wait() -> None:
    """At a pause everything is written down, so the delivery is left there, pending."""
    stop = Stop()

    def waiting(delivery: Delivery, progress: Progress) -> Exchange:
        outcome = yield from one_post(delivery, progress)
        stop.reason = "interrupted"
        yield Pause(3600.0)
        return outcome

    transport = Script()
    recorded, _, clock = run(deliveries(2), transport, waiting, stop=stop)
    assert [type(outcome) for _, outcome in recorded] == [Pending, Pending]
    assert len(transport.requests) == 1
    assert clock.monotonic() < 3600


def test_recipients_that_change_stop_the_run() -> None:
    """A source that fails in the middle stops the run; what is under way is finished."""

    def failing() -> Iterator[Delivery]:
        yield from deliveries(2)
        raise Findings((), "the recipients changed")

    recorded, halt, _ = run(failing(), Script(), workers=2)
    assert halt == "the recipients changed"
    assert len(recorded) == 2


def test_transports_are_closed() -> None:
    """Every worker gives its connection back."""
    transport = Script()
    run(deliveries(3), transport, workers=3)
    assert transport.closed


def judged(
    *verdicts: Held | Expired | None, progress: Progress = FRESH, sequence: Sequence = one_post
) -> tuple[Outcome, Script]:
    """Execute one delivery, judged like this each time that somebody asks."""
    waiting = list(verdicts)
    transport = Script()
    clock = LeapingClock()
    recorded: list[Outcome] = []

    class Page(BlankPage):
        """A book in which the delivery has come so far."""

        def foresee(self, delivery: Delivery) -> Begin:
            """Begin there."""
            return Begin(delivery, progress)

    means = Means(lambda: transport, clock, {}, 1, Page(), judge=lambda _: waiting.pop(0))
    work = execute(deliveries(1), sequence, means, lambda _, end: recorded.append(end), Stop())
    asyncio.run(work)
    return recorded[0], transport


def test_what_is_held_asks_nothing_of_twilio() -> None:
    """Before the first request it is decided that nothing shall leave."""
    for verdict in (Held("outside the window"), Expired("too late")):
        outcome, transport = judged(verdict)
        assert outcome == verdict
        assert transport.requests == []


def test_what_expires_while_waiting_is_not_posted() -> None:
    """The last look is taken when the first request is about to leave, after all waiting."""
    for verdict in (Expired("too late"), Held("outside the window")):
        outcome, transport = judged(None, verdict)
        assert outcome == verdict
        assert transport.requests == []


def test_what_has_begun_is_not_left_for_the_morning() -> None:
    """Once there is an interaction, the window no longer keeps its message back."""

    def second_post(delivery: Delivery, progress: Progress) -> Exchange:
        del delivery, progress
        answer = yield Call(POST, CREATE_MESSAGE, Sids(interaction="KD1"))
        return Sent(Sids()) if isinstance(answer, Reply) else Failed("withheld")

    outcome, _ = judged(None, Held("outside the window"), sequence=second_post)
    assert isinstance(outcome, Sent)


def test_what_may_have_been_processed_is_settled_whatever_the_hour() -> None:
    """An open intent is not left for the morning: only the post that would follow is judged."""
    outcome, _ = judged(None, progress=Progress(intended=CREATE_INTERACTION))
    assert isinstance(outcome, Sent)


def test_an_interaction_whose_message_expired_is_closed() -> None:
    """The agent is not left with a task about a message that will never be sent."""
    sids = Sids(interaction="KD1", channel="UO1")
    begun = Progress(confirmed=(CREATE_INTERACTION,), sids=sids)
    outcome, transport = judged(Expired("too late"), progress=begun)
    assert outcome == Expired("too late")
    assert [request.path for request in transport.requests] == ["/v1/Interactions/KD1/Channels/UO1"]
    _, transport = judged(Held("outside the window"), progress=begun)
    assert transport.requests == []
