"""What can be done here, and by which keys."""

from runner.sandbox.inbox.facts import card
from runner.sandbox.inbox.frame import one_pane
from runner.sandbox.inbox.markup import Html, join, tag
from runner.sandbox.inbox.visit import Visit

_KEYS = (
    ("c", "Conversations"),
    ("t", "Tasks"),
    ("r", "Requests"),
    ("d", "Debugger"),
    ("x", "Controls"),
    ("/", "Search the list"),
    ("j or ↓, k or ↑", "The next and the previous row of the list"),
    ("Enter", "Open the row"),
    ("w", "Write as the customer of the open conversation"),
    ("Enter", "Send what is being written; Shift + Enter begins a new line"),
    ("l", "Hold still, or be live again"),
    ("?", "This page"),
    ("Esc", "Leave a field"),
)
_TO_DO = (
    (
        "Be the customer",
        (
            "Open a conversation and write below its messages. STOP opts out of a sender's SMS "
            "(21610 from then on), START in again; any message to a WhatsApp sender opens its 24 "
            "hours. A message to a closed conversation begins the next one. A telephone can be "
            "switched off beside it, so that receipts fail with the code of your choice."
        ),
    ),
    (
        "Be the agent",
        (
            "Open a Task to accept, wrap up, complete or cancel it. Completing closes the "
            "conversation and frees the address pair, as in Flex."
        ),
    ),
    (
        "Follow a request",
        (
            "Requests shows each call with its form laid out, its answer, and the fault that "
            "struck it. Search finds addresses, texts and SIDs."
        ),
    ),
    (
        "Let things go wrong",
        (
            "Controls starts a ready mixture of faults, or rules of your own. A script can do the "
            "same with POST /_sandbox/faults."
        ),
    ),
)


def show_help(visit: Visit) -> Html:
    """GET /inbox/help."""
    keys = (
        join(tag("dt", (tag("kbd", each) for each in _split(key))), tag("dd", words))
        for key, words in _KEYS
    )
    switch = tag(
        "label",
        tag("input", type="checkbox", id="shortcuts", checked=True, data_keep=True),
        " Shortcuts of a single key are on",
        class_="needs-script",
    )
    inside = tag(
        "div",
        tag("h2", "Help", id="title"),
        *(card(title, tag("p", words)) for title, words in _TO_DO),
        card("Keys", tag("dl", keys, class_="keys"), switch),
        class_="prose",
    )
    return one_pane(visit, "help", "Help", inside)


def _split(key: str) -> list[str]:
    """The single keys of a line such as `j or ↓, k or ↑`."""
    for word in (" or ", ", ", " + "):
        key = key.replace(word, " ")
    return key.split()
