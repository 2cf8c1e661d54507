"""What a test or a person does to the world from outside: faults, customers, agents, opt-outs.

Bodies are JSON objects, but the faults may be a list. None of this is Twilio's.
"""

from typing import Any

from runner.sandbox.answers import Answer, JsonObject, TwilioError, invalid, not_found
from runner.sandbox.bindings import change_state, join
from runner.sandbox.call import Call, json_object_of, json_of
from runner.sandbox.conversations import (
    conversation_json,
    find_conversation,
    open_conversation,
    refuse_closed,
)
from runner.sandbox.customers import binding_between
from runner.sandbox.fault_reading import Plan, RuleError, read_plan
from runner.sandbox.interactions import end_task
from runner.sandbox.ledger import reset, show_ledger
from runner.sandbox.messages import write_as_customer
from runner.sandbox.routes import Routes, endpoint_names
from runner.sandbox.tasks import task_json
from runner.sandbox.values import EVIDENCE, Binding, Candidate, Conversation

OURS = "/_sandbox/"
_STATES = ("active", "inactive", "closed")
_STATUSES = ("reserved", "assigned", "wrapping", "completed", "canceled")


def show_faults(call: Call) -> Answer:
    """GET /_sandbox/faults: the rules as they were given, and how often each struck."""
    return Answer(200, _faults(call))


def put_faults(call: Call) -> Answer:
    """POST /_sandbox/faults: rules in the place of the former ones; an empty list ends them."""
    try:
        call.world.bring_faults(read_faults(json_of(call)))
    except RuleError as error:
        raise invalid(str(error)) from error
    return Answer(200, _faults(call))


def read_faults(data: Any) -> Plan:
    """Read a plan as the control endpoint takes it, for `World.bring_faults`.

    Raises:
        RuleError: it is not one; the message says where and why.
    """
    return read_plan(data, endpoint_names(), EVIDENCE)


def open_inbound_conversation(call: Call) -> Answer:
    """POST /_sandbox/conversations: a customer writes, `address` to `proxy_address`.

    The conversation that comes of it is nobody's: it has no interaction and no Task. `body` is what
    they write, `state` what the conversation is in afterwards.
    """
    wish = json_object_of(call)
    binding = _binding(wish)
    body, state = _text(wish, "body", "Hello"), _one_of(wish, "state", _STATES, "active")
    taken = call.world.records.pairs.get((binding.address, binding.proxy_address or ""))
    if taken is not None:
        raise TwilioError(409, 50416, f"The pair is in Conversation {taken} already")
    conversation = open_conversation(call.world, friendly_name=binding.address)
    member = join(call.world, conversation.sid, Candidate(None, binding))
    write_as_customer(call.world, member, body)
    return Answer(201, conversation_json(call, change_state(call.world, conversation, state)))


def put_conversation_state(call: Call) -> Answer:
    """POST /_sandbox/conversations/{CH or UniqueName}: `state`, as a timer would set it."""
    state = _one_of(json_object_of(call), "state", _STATES)
    conversation = _conversation(call)
    refuse_closed(conversation)
    return Answer(200, conversation_json(call, change_state(call.world, conversation, state)))


def put_task_status(call: Call) -> Answer:
    """POST /_sandbox/tasks/{WT}: `status`, as an agent or TaskRouter would set it.

    `completed` closes the channel and the conversation too; five minutes after it or `canceled`
    the Task is gone.
    """
    status = _one_of(json_object_of(call), "status", _STATUSES)
    tasks = call.world.records.tasks
    task = tasks.get(call.path[0])
    if task is None:
        raise not_found(f"/tasks/{call.path[0]}")
    end_task(call.world, task, status)
    return Answer(200, task_json(call, tasks[task.sid]))


def put_opt_out(call: Call) -> Answer:
    """POST /_sandbox/optouts: `address` wants nothing from `proxy_address` any more.

    What is sent to them fails with 21610 in the receipt; `opted_out` false takes it back.
    """
    wish = json_object_of(call)
    pair = _binding(wish).pair
    gone = wish.get("opted_out", True)
    if not isinstance(gone, bool):
        raise invalid("opted_out must be true or false")
    opted_out = call.world.records.opted_out
    if pair is not None:
        (opted_out.add if gone else opted_out.discard)(pair)
    listed = [{"address": a, "proxy_address": p} for a, p in sorted(opted_out)]
    return Answer(200, {"optouts": listed})


def put_undeliverable(call: Call) -> Answer:
    """POST /_sandbox/undeliverable: nothing that is sent to `address` from now on reaches it.

    The receipt says so with `error_code`, 30003 unless given; null lets messages through again.
    """
    wish = json_object_of(call)
    address, code = _text(wish, "address"), wish.get("error_code", 30003)
    undeliverable = call.world.records.undeliverable
    if code is None:
        undeliverable.pop(address, None)
    elif type(code) is int and 0 < code < 100_000:
        undeliverable[address] = code
    else:
        raise invalid("error_code must be a code of Twilio's, or null")
    return Answer(200, {"undeliverable": dict(sorted(undeliverable.items()))})


def _faults(call: Call) -> JsonObject:
    faults, lag = call.world.faults, call.world.settings.evidence_lag
    return {
        "rules": list(faults.plan.given),
        "evidence_lag": lag if isinstance(lag, int | float) else dict(lag),
        "counts": faults.counts(),
    }


def _text(wish: JsonObject, name: str, default: str | None = None) -> str:
    value = wish.get(name, default)
    if not isinstance(value, str) or not value:
        raise invalid(f"{name} must be a text")
    return value


def _one_of(
    wish: JsonObject, name: str, allowed: tuple[str, ...], default: str | None = None
) -> str:
    value = wish.get(name, default)
    if value not in allowed:
        raise invalid(f"{name} must be one of {', '.join(allowed)}")
    return str(value)


def _binding(wish: JsonObject) -> Binding:
    return binding_between(_text(wish, "address"), _text(wish, "proxy_address"))


def _conversation(call: Call) -> Conversation:
    conversation = find_conversation(call.world, call.path[0])
    if conversation is None:
        raise not_found(f"/conversations/{call.path[0]}")
    return conversation


CONTROLS: Routes = {
    "/_sandbox/ledger": {"GET": show_ledger},
    "/_sandbox/reset": {"POST": reset},
    "/_sandbox/faults": {"GET": show_faults, "POST": put_faults},
    "/_sandbox/conversations": {"POST": open_inbound_conversation},
    "/_sandbox/conversations/*": {"POST": put_conversation_state},
    "/_sandbox/tasks/*": {"POST": put_task_status},
    "/_sandbox/optouts": {"POST": put_opt_out},
    "/_sandbox/undeliverable": {"POST": put_undeliverable},
}
