"""What is done in the inbox: as the customer, as the agent, and to the sandbox itself."""

from urllib.parse import urlencode, urlsplit

from runner.sandbox.answers import Answer, TwilioError, invalid, not_found, parsed_json
from runner.sandbox.bindings import change_state
from runner.sandbox.call import Call, Fields
from runner.sandbox.chaos import CHAOS
from runner.sandbox.control import read_faults
from runner.sandbox.customers import binding_between, read_all, reply, text_in
from runner.sandbox.fault_reading import Plan, RuleError
from runner.sandbox.inbox.codes import OBSTACLES
from runner.sandbox.inbox.controls_page import show_controls
from runner.sandbox.inbox.gate import html, see_other, theme_cookie
from runner.sandbox.inbox.people import contact_of
from runner.sandbox.inbox.task_page import MOVES
from runner.sandbox.inbox.visit import (
    CONTROLS,
    HOME,
    TASKS,
    THEMES,
    Visit,
    address,
    conversation_at,
)
from runner.sandbox.inbox.write_page import show_write
from runner.sandbox.interactions import end_task
from runner.sandbox.messages import create_message
from runner.sandbox.values import Conversation, Participant
from runner.sandbox.workspaces import worker_name

_LONGEST = 32_768


def reply_as_customer(visit: Visit) -> Answer:
    """POST /inbox/conversations/{CH}/reply: `body`, and `member` where there are several."""
    conversation = _conversation(visit)
    member = _member(visit, conversation)
    try:
        message = reply(visit.world, conversation, member, _body(visit))
    except ValueError as error:
        raise invalid(str(error)) from error
    return _back(visit, conversation_at(message.conversation_sid))


def read_as_customer(visit: Visit) -> Answer:
    """POST /inbox/conversations/{CH}/read."""
    conversation = _conversation(visit)
    read_all(visit.world, conversation)
    return _back(visit, conversation_at(conversation.sid))


def answer_as_agent(visit: Visit) -> Answer:
    """POST /inbox/conversations/{CH}/answer: `body`, posted as by the API but by no request."""
    conversation = _conversation(visit)
    task = contact_of(visit.world, conversation).task
    author = worker_name(task.worker_sid) if task and task.worker_sid else "agent"
    form = Fields(urlencode({"Author": author, "Body": _body(visit)}))
    names, account = (conversation.sid,), visit.world.made_up_account
    create_message(Call(visit.world, visit.request, names, Fields(), form, account))
    return _back(visit, conversation_at(conversation.sid))


def close_conversation(visit: Visit) -> Answer:
    """POST /inbox/conversations/{CH}/close."""
    conversation = _conversation(visit)
    if conversation.state != "closed":
        change_state(visit.world, conversation, "closed")
    return _back(visit, conversation_at(conversation.sid))


def set_reach(visit: Visit) -> Answer:
    """POST /inbox/conversations/{CH}/reach: what is sent to `member` fails with `code`, if any."""
    conversation = _conversation(visit)
    binding = _member(visit, conversation).binding
    code = visit.form.get("code") or ""
    if binding is None or (code and code not in map(str, OBSTACLES.get(binding.type, ()))):
        raise invalid("code must be one that this channel's receipts may have")
    undeliverable = visit.world.records.undeliverable
    undeliverable.pop(binding.address, None)
    if code:
        undeliverable[binding.address] = int(code)
    return _back(visit, conversation_at(conversation.sid))


def write_as_stranger(visit: Visit) -> Answer:
    """POST /inbox/write: `address` writes `body` to `proxy_address`."""
    ends = [(visit.form.get(name) or "").strip() for name in ("address", "proxy_address")]
    try:
        message = text_in(visit.world, binding_between(*ends), _body(visit))
    except TwilioError as error:
        return html(show_write(visit, error.message), error.status)
    return see_other(conversation_at(message.conversation_sid))


def move_task(visit: Visit) -> Answer:
    """POST /inbox/tasks/{WT}/status: what an agent may do in the Task's present state."""
    task = visit.world.records.tasks.get(visit.names[0])
    if task is None:
        raise not_found(f"{TASKS}/{visit.names[0]}")
    status = visit.form.get("status")
    allowed = [name for name, _ in MOVES.get(task.status, ())]
    if status not in allowed:
        raise invalid(f"A Task that is {task.status} cannot become {status}")
    end_task(visit.world, task, status)
    return _back(visit, address(TASKS, task.sid))


def change_faults(visit: Visit) -> Answer:
    """POST /inbox/faults: `plan` is chaos, off, or own with `rules`."""
    wish = visit.form.get("plan")
    rules = visit.form.get("rules") or ""
    if wish not in {"chaos", "off", "own"}:
        raise invalid("plan must be one of chaos, off, own")
    try:
        visit.world.bring_faults(_plan(wish, rules))
    except RuleError as error:
        return html(show_controls(visit, f"{error}.", rules), 400)
    return see_other(CONTROLS)


def _plan(wish: str, rules: str) -> Plan:
    if wish == "chaos":
        return read_faults(CHAOS)
    if wish == "off":
        return read_faults({"rules": [], "evidence_lag": 0})
    try:
        return read_faults(parsed_json(rules))
    except RuleError:
        raise
    except ValueError as error:
        raise RuleError(f"This is not JSON: {error}") from error


def reset_world(visit: Visit) -> Answer:
    """POST /inbox/reset."""
    visit.world.reset()
    return see_other(HOME)


def change_theme(visit: Visit) -> Answer:
    """POST /inbox/theme: `theme` is one of `THEMES`."""
    theme = visit.form.get("theme")
    if theme not in THEMES:
        raise invalid(f"theme must be one of {', '.join(THEMES)}")
    referer = urlsplit(visit.request.headers.get("referer", ""))
    back = address(referer.path) if referer.path.startswith("/inbox/") else HOME
    return see_other(f"{back}?{referer.query}" if referer.query else back, theme_cookie(theme))


def _back(visit: Visit, where: str) -> Answer:
    """Back to a page, with the filters of the list beside it if that is where one came from."""
    came_from = urlsplit(visit.request.headers.get("referer", ""))
    same = came_from.path == where and came_from.query
    return see_other(f"{where}?{came_from.query}" if same else where)


def _conversation(visit: Visit) -> Conversation:
    found = visit.world.records.conversations.get(visit.names[0])
    if found is None:
        raise not_found(f"The conversation {visit.names[0]}")
    return found


def _member(visit: Visit, conversation: Conversation) -> Participant:
    """The customer who writes: the one who is named, or the first."""
    customers = contact_of(visit.world, conversation).customers
    wanted = visit.form.get("member")
    found = next((m for m in customers if wanted in {None, m.sid}), None)
    if found is None:
        raise invalid("There is no such customer in the conversation")
    return found


def _body(visit: Visit) -> str:
    body = visit.form.get("body") or ""
    if not body.strip():
        raise invalid("There is no message: write something")
    if len(body) > _LONGEST:
        raise invalid(f"The message is too long: the limit is {_LONGEST:,} characters")
    return body.replace("\r\n", "\n")
