"""What Flex writes into Twilio's debugger, because no answer says it."""

from runner.sandbox.answers import JsonObject
from runner.sandbox.inbox.codes import meaning
from runner.sandbox.inbox.foreign import sid
from runner.sandbox.inbox.frame import one_pane
from runner.sandbox.inbox.markup import Html, join, tag
from runner.sandbox.inbox.times import moment_of
from runner.sandbox.inbox.visit import DEBUGGER, Visit, conversation_at
from runner.sandbox.inbox.windows import pager, window

_OWN = ("code", "message", "at")


def show_debugger(visit: Visit) -> Html:
    """GET /inbox/debugger."""
    entries = visit.world.records.debugger
    shown = window(reversed(entries), visit.page(), len(entries))
    words = tag("span", shown.count(), class_="many")
    nothing = "No warning. Flex writes here what an answer cannot say: it had ended by then."
    inside = join(
        tag("div", tag("h2", "Debugger ", words), class_="pane-head"),
        tag("ol", map(_entry, shown.rows), class_="entries", id="rows")
        if shown.rows
        else tag("p", nothing, class_="nothing"),
        pager(shown, DEBUGGER, {}),
    )
    return one_pane(visit, "debugger", "Debugger", inside)


def _entry(entry: JsonObject) -> Html:
    about = [(name, str(value)) for name, value in entry.items() if name not in _OWN]
    return tag(
        "li",
        tag("p", tag("strong", f"{entry['code']} {entry['message']}"), class_="entry-head"),
        tag("p", meaning(entry["code"]), class_="quiet"),
        tag(
            "p", moment_of(entry["at"]), (_link(name, value) for name, value in about), class_="sub"
        ),
    )


def _link(name: str, value: str) -> Html:
    if name == "conversation_sid":
        return tag("a", sid(value), href=conversation_at(value))
    return sid(value)
