"""Whether a request happened of which no answer is known, proved by reading Twilio.

There is no idempotency key, but every delivery's id stands in its task's and its message's
attributes. Found means that it happened. Absence is proved only by a complete read that is begun
after intent + timeout + settle (and the lease's term, where another process takes over). Tasks
prove absence until they may have been deleted, minutes after the agent was done; later the log of
TaskRouter's Events decides. A read that fails proves nothing.

https://www.twilio.com/docs/taskrouter/lifecycle-task-state
https://www.twilio.com/docs/taskrouter/api/event
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from runner.model.delivery import Delivery
from runner.model.exchange import Fields, Pause, Progress, Reply, Request
from runner.model.outcome import Sids
from runner.model.playbook import DeliverySettings
from runner.sequence import reading, requests
from runner.sequence.steps import Steps, call, read_page
from runner.sequence.verdict import say_refusal

LEASE = 30.0
_TASKS_PROVE_UNTIL = 240.0
_EVENTS_PROVE_UNTIL = 25 * 86_400.0
_SKEW = 20.0
"""By how much Twilio's clock and the journal's may differ: more than the executor tolerates."""
_FAILED_READS = 8


@dataclass(frozen=True, slots=True)
class Found:
    """It happened."""

    sids: Sids


@dataclass(frozen=True, slots=True)
class Absent:
    """It is proved not to have happened."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """It cannot be known; a person must look."""

    reason: str


Evidence: TypeAlias = Found | Absent | Unclear


@dataclass(frozen=True, slots=True)
class Moment:
    """How old the intent was at an instant of the driver's clock, when a look began."""

    age: float
    at: float


Look: TypeAlias = Callable[[Moment], "Steps[Evidence | None]"]


class Incomplete(Exception):
    """A read failed, so it proves nothing."""


def settle_interaction(
    delivery: Delivery, settings: DeliverySettings, intent: Progress
) -> Steps[Evidence]:
    """Return whether the interaction was made, by its task."""
    if not settings.correlation:
        return Unclear("delivery.correlation is false, so nothing carries the delivery's id")
    if not delivery.workspace_sid:
        return Unclear("without routing there is no task that could prove it")

    def look(begun: Moment) -> Steps[Evidence | None]:
        tasks = yield from _find_tasks(delivery)
        if tasks:
            return (yield from _judge_tasks(tasks, delivery))
        if begun.age < deadline_of(settings, intent):
            return None
        age = begun.age + (yield Pause(0.0)).at - begun.at  # the read itself may have taken long
        age += _latest(intent) - intent.intent_at
        if age < _TASKS_PROVE_UNTIL:
            return Absent()
        return (yield from _judge_events(delivery, settings, intent, age))

    return (yield from _look_until_clear(look, settings, intent))


def settle_message(
    delivery: Delivery, settings: DeliverySettings, intent: Progress, conversation: str
) -> Steps[Evidence]:
    """Return whether the message was made, by the conversation's messages."""
    if not settings.correlation:
        return Unclear("delivery.correlation is false, so nothing carries the delivery's id")

    def look(begun: Moment) -> Steps[Evidence | None]:
        found = yield from find_message(delivery, conversation)
        if len(found) > 1:
            return Unclear(f"{len(found)} messages carry the delivery's id")
        if found:
            return Found(Sids(message=found[0]))
        return Absent() if begun.age >= deadline_of(settings, intent) else None

    return (yield from _look_until_clear(look, settings, intent))


def deadline_of(settings: DeliverySettings, intent: Progress) -> float:
    """Return how many seconds after its intent the absence of a request can be proved."""
    return settings.timeout + settings.settle + (LEASE if intent.taken_over else 0.0)


def _latest(intent: Progress) -> float:
    """Return when the request may have left at the latest: later than intended, if in a gap."""
    return max(intent.intent_at, intent.forgotten_until)


def find_message(delivery: Delivery, conversation: str) -> Steps[list[str]]:
    """Return the SIDs of the conversation's messages that carry the delivery's id."""
    rows = yield from read_pages(
        lambda page: requests.list_messages(conversation, page), "messages"
    )
    return [
        str(row["sid"])
        for row in rows
        if reading.correlation_of(row.get("attributes")) == delivery.id
        and reading.is_sid(row.get("sid"), "IM")
    ]


def _look_until_clear(look: Look, settings: DeliverySettings, intent: Progress) -> Steps[Evidence]:
    """Look at growing intervals until the evidence is clear or cannot be read."""
    started = (yield Pause(0.0)).at
    now, failures, pause = started, 0, 0.5
    while True:
        age = intent.age + (now - started)
        try:
            evidence = yield from look(Moment(age, now))
        except Incomplete as error:
            failures += 1
            if failures >= _FAILED_READS:
                return Unclear(f"the evidence cannot be read: {error}")
        else:
            if evidence is not None:
                return evidence
        left = deadline_of(settings, intent) - age
        now = (yield Pause(min(pause, left) if left > 0 else pause)).at
        pause = min(pause * 2, 8.0)


def _find_tasks(delivery: Delivery) -> Steps[list[str]]:
    """Return the SIDs of the tasks that carry the delivery's id."""
    rows = yield from read_pages(lambda page: requests.find_tasks(delivery, page), "tasks")
    return [str(row["sid"]) for row in rows if reading.is_sid(row.get("sid"), "WT")]


def _judge_tasks(tasks: list[str], delivery: Delivery) -> Steps[Evidence]:
    if len(tasks) > 1:
        return Unclear(f"{len(tasks)} tasks carry the delivery's id")
    answer = yield from call(requests.fetch_task(delivery.workspace_sid, tasks[0]))
    if not isinstance(answer, Reply) or not answer.ok:
        raise Incomplete("the task")
    return Found(reading.read_task(tasks[0], answer.json().get("attributes")))


def _judge_events(
    delivery: Delivery, settings: DeliverySettings, intent: Progress, age: float
) -> Steps[Evidence]:
    """Decide by the log of Events and the customer's conversations, when the task may be gone."""
    if age > _EVENTS_PROVE_UNTIL or not intent.intent_at:
        return Unclear("it is too long ago for TaskRouter's log to prove anything")
    window = (
        _iso(intent.intent_at - _SKEW),
        _iso(_latest(intent) + deadline_of(settings, intent) + _SKEW),
    )
    rows = yield from read_pages(
        lambda page: requests.list_events(delivery, window, page), "events"
    )
    hits = [found for row in rows if (found := reading.read_event(row, delivery.id))]
    if len(hits) > 1:
        return Unclear(f"{len(hits)} tasks carried the delivery's id")
    if hits:
        return Found(hits[0])
    if delivery.channel.pair and (yield from _is_in_new_conversation(delivery, intent)):
        return Unclear("the customer has a newer conversation that may be ours")
    return Absent()


def _is_in_new_conversation(delivery: Delivery, intent: Progress) -> Steps[bool]:
    """Tell whether there is one that may be the interaction's; that it was to be made on is not."""
    rows = yield from read_pages(
        lambda page: requests.find_conversations(delivery.customer, page), "conversations"
    )
    since = _iso(intent.intent_at - _SKEW)
    return any(
        reading.is_pair(row, delivery.customer)
        and row.get("conversation_sid") != intent.sids.conversation
        and str(row.get("conversation_date_created") or "9") >= since
        for row in rows
    )


def read_pages(request: Callable[[Fields], Request], key: str) -> Steps[list[dict[str, Any]]]:
    """Return the rows of every page.

    Raises:
        Incomplete: a page could not be read.
    """
    rows: list[dict[str, Any]] = []
    page: Fields | None = ()
    while page is not None:
        answer = yield from read_page(request(page), key)
        if not isinstance(answer, Reply):
            raise Incomplete(answer.reason)
        if not answer.ok:
            raise Incomplete(say_refusal(answer))
        data = answer.json()
        rows += reading.read_rows(data, key)
        page = reading.next_page_token(data)
    return rows


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
