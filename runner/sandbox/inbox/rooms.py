"""The inbox: a request in, a page out. It reads the world and never goes through its API."""

from collections.abc import Callable

from runner.sandbox.answers import Answer, TwilioError, not_found
from runner.sandbox.call import Fields, Request, form_of
from runner.sandbox.inbox import actions, gate
from runner.sandbox.inbox.assets import asset
from runner.sandbox.inbox.controls_page import show_controls
from runner.sandbox.inbox.conversation_page import show_conversation, show_conversations
from runner.sandbox.inbox.debugger_page import show_debugger
from runner.sandbox.inbox.help_page import show_help
from runner.sandbox.inbox.mail import FRAME_POLICY
from runner.sandbox.inbox.markup import Html
from runner.sandbox.inbox.request_page import show_request, show_requests
from runner.sandbox.inbox.task_page import show_task, show_tasks
from runner.sandbox.inbox.visit import (
    CONTROLS,
    CONVERSATIONS,
    DEBUGGER,
    HELP,
    HOME,
    REQUESTS,
    ROOM,
    STATIC,
    TASKS,
    WRITE,
    Visit,
)
from runner.sandbox.inbox.write_page import show_write
from runner.sandbox.routes import pattern_of
from runner.sandbox.state import World

_PAGES: dict[str, Callable[[Visit], Html]] = {
    HOME: show_conversations,
    f"{CONVERSATIONS}/*": show_conversation,
    TASKS: show_tasks,
    f"{TASKS}/*": show_task,
    REQUESTS: show_requests,
    f"{REQUESTS}/*": show_request,
    DEBUGGER: show_debugger,
    CONTROLS: show_controls,
    WRITE: show_write,
    HELP: show_help,
}
_ACTIONS: dict[str, Callable[[Visit], Answer]] = {
    f"{CONVERSATIONS}/*/reply": actions.reply_as_customer,
    f"{CONVERSATIONS}/*/read": actions.read_as_customer,
    f"{CONVERSATIONS}/*/answer": actions.answer_as_agent,
    f"{CONVERSATIONS}/*/close": actions.close_conversation,
    f"{CONVERSATIONS}/*/reach": actions.set_reach,
    f"{TASKS}/*/status": actions.move_task,
    WRITE: actions.write_as_stranger,
    f"{ROOM}faults": actions.change_faults,
    f"{ROOM}reset": actions.reset_world,
    f"{ROOM}theme": actions.change_theme,
}
_MAIL_FRAME = f"{CONVERSATIONS}/*/html/*"


class Inbox:
    """The pages over one world.

    Args:
        world: what they show.
        token: what is asked for before anything is shown; empty where only this machine comes in.
    """

    def __init__(self, world: World, token: str = "") -> None:
        self._world = world
        self._token = token

    def serves(self, path: str) -> bool:
        """Whether a path is the inbox's."""
        return path == HOME or path.startswith(ROOM)

    def refusal(self, request: Request) -> Answer | None:
        """Why a request is turned away, or None."""
        return gate.refusal(self._token, request)

    def answer(self, request: Request) -> Answer:
        """A page, or what came of an action."""
        refused = self.refusal(request)
        if refused is not None:
            return refused
        try:
            return self._answer(request)
        except TwilioError as error:
            theme = gate.theme_of(request)
            title = "Not here" if error.status == 404 else "That was not done"
            return gate.message_page(title, f"{error.message}.", error.status, theme)

    def _answer(self, request: Request) -> Answer:
        pattern, names = pattern_of(request.path)
        query = Fields(request.query)
        if request.path == gate.ENTER:
            given = form_of(request).get("token") or query.get("token") or ""
            return gate.enter(self._token, request, given)
        if pattern == f"{STATIC}*":
            return asset(names[0])
        theme = gate.theme_of(request)
        visit = Visit(self._world, request, names, query, form_of(request), theme)
        with self._world.lock:
            self._world.advance()
            return _act(visit, pattern) if request.method == "POST" else _show(visit, pattern)


def _show(visit: Visit, pattern: str) -> Answer:
    if pattern == _MAIL_FRAME:
        return _mail_frame(visit)
    show = _PAGES.get(pattern)
    if show is None or visit.request.method not in {"GET", "HEAD"}:
        raise not_found(visit.request.path)
    return gate.html(show(visit))


def _act(visit: Visit, pattern: str) -> Answer:
    act = _ACTIONS.get(pattern)
    if act is None:
        raise not_found(visit.request.path)
    visit.world.changes += 1
    return act(visit)


def _mail_frame(visit: Visit) -> Answer:
    """A mail's text as the HTML that it is, for a frame that may do nothing."""
    messages = visit.world.records.messages.get(visit.names[0], ())
    body = next((m.body for m in messages if m.sid == visit.names[1]), None)
    if body is None:
        raise not_found(visit.request.path)
    return gate.framed(gate.html(Html(body), policy=FRAME_POLICY))
