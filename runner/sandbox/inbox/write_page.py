"""A customer writes first: to one of our addresses, from one of theirs."""

from collections import Counter

from runner.sandbox.inbox.frame import breadcrumb, one_pane
from runner.sandbox.inbox.markup import Html, join, tag
from runner.sandbox.inbox.visit import HOME, WRITE, Visit
from runner.sandbox.state import World

_CUSTOMER, _SENDER = "+13115552368", "+19255551234"
_LOOKED_AT = 500


def show_write(visit: Visit, complaint: str = "") -> Html:
    """GET /inbox/write; with what was wrong with what was sent, if anything."""
    form = visit.form
    senders = _senders(visit.world)
    fields = join(
        _field("address", "From: the customer's address", form.get("address") or _CUSTOMER),
        _field(
            "proxy_address",
            "To: one of our addresses",
            form.get("proxy_address") or (senders[0] if senders else _SENDER),
            senders,
        ),
        tag("label", "Message", for_="body"),
        tag(
            "textarea",
            form.get("body") or "Hello",
            name="body",
            id="body",
            rows=4,
            required=True,
            maxlength=1600,
            dir="auto",
        ),
    )
    note = (
        "Telephone numbers are SMS; whatsapp:+… and messenger:… name the other channels, for both "
        "addresses. If the two are in an open conversation, the message goes there."
    )
    wrong = tag("p", complaint, class_="complaint", role="alert") if complaint else None
    inside = tag(
        "div",
        breadcrumb("Conversations", HOME),
        tag("h2", "Write as a customer", id="title"),
        tag(
            "form",
            fields,
            wrong,
            tag("p", note, class_="quiet"),
            tag("button", "Send", class_="button is-first"),
            method="post",
            action=WRITE,
            class_="stacked",
        ),
        class_="prose",
    )
    return one_pane(visit, "conversations", "Write as a customer", inside)


def _field(name: str, label: str, value: str, known: tuple[str, ...] = ()) -> Html:
    options = (tag("option", value=each) for each in known)
    return join(
        tag("label", label, for_=name),
        tag(
            "input",
            name=name,
            id=name,
            value=value,
            required=True,
            maxlength=256,
            autocomplete="off",
            spellcheck="false",
            list=f"{name}-known" if known else None,
        ),
        tag("datalist", options, id=f"{name}-known") if known else None,
    )


def _senders(world: World) -> tuple[str, ...]:
    """Our addresses that are in use, those used most first."""
    pairs = list(world.records.pairs)[-_LOOKED_AT:]
    return tuple(sender for sender, _ in Counter(pair[1] for pair in pairs).most_common(8))
