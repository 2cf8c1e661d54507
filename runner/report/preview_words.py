"""How a preview says things, on a terminal as on a page."""

from collections import Counter
from collections.abc import Iterator

from runner.model.preview import Addressee, Card, Preview, Row, Sender
from runner.report.visible import name_character, show_character
from runner.sms.marked import MarkedText
from runner.sms.segments import Culprit

CHANNEL_NAMES = {
    "sms": "SMS",
    "whatsapp": "WhatsApp",
    "chat": "Chat",
    "web": "Web chat",
    "email": "E-mail",
    "messenger": "Messenger",
    "gbm": "Google Business Messages",
}
PROPERTY_NAMES = {
    "queue_sid": "Queue",
    "worker_sid": "Worker",
    "workflow_sid": "Workflow",
    "workspace_sid": "Workspace",
    "task_channel_unique_name": "Task channel",
    "priority": "Priority",
    "timeout": "Timeout",
}
LEVEL_NAMES = {"to": "To", "cc": "Cc", "bcc": "Bcc", "": "To"}
NO_ROUTING = "No routing is given: who gets the answer is for Flex to choose."
_SHOWN_CULPRITS = 6
HTML_NOTE = (
    "Twilio documents a message's Body as plain text: the customer may get the tags as they are "
    "written. Send one to yourself first, with --redirect-to."
)
TEMPLATE_AWAY = "The text of a content template is kept at Twilio; these are its variables."
AT_TWILIO = "The text of this content template is kept at Twilio, and it has no variables."


def say_people(count: int) -> str:
    """Return a number of people."""
    return "1 person" if count == 1 else f"{count:,} people"


def say_count(count: int, noun: str) -> str:
    """Return a number of things."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def say_source(preview: Preview) -> str:
    """Return whose messages these are, and how many of them are shown."""
    if not preview.recipients:
        cards = say_count(len(preview.cards), "message")
        return f"{say_count(preview.people, 'sample')}, {cards}{_missing(preview)}"
    cards = say_count(len(preview.cards), "different message")
    said = f"{say_people(preview.people)} of {preview.recipients}, {cards}"
    if preview.more:
        said += f" shown; {say_people(preview.more)} more (see --limit)"
    return f"{said}{_missing(preview)}"


def _missing(preview: Preview) -> str:
    return f", {preview.rejected:,} without one" if preview.rejected else ""


def say_address(sender: Sender | Addressee) -> str:
    """Return an address with its name, as mail programs write them."""
    if sender.name and sender.address:
        return f"{sender.name} <{sender.address}>"
    return sender.address or sender.name


def say_cost(marked: MarkedText) -> str:
    """Return what a text costs."""
    cost = marked.cost
    return f"{say_count(cost.segments, 'segment')} · {cost.encoding}"


def say_range(card: Card) -> str:
    """Return what a message costs whose text is not the customer's."""
    least, most = card.segments
    return say_count(most, "segment") if least == most else f"{least} to {most} segments"


def say_why(marked: MarkedText) -> Iterator[tuple[str, str]]:
    """Yield what forces a text into UCS-2, each with what there is to say of it."""
    if marked.foreign:
        yield "", "UCS-2: the text is written in letters that GSM-7 does not have"
        return
    times = Counter(culprit.text for culprit in marked.culprits)
    distinct = {culprit.text: culprit for culprit in reversed(marked.culprits)}
    for text in list(times)[:_SHOWN_CULPRITS]:
        often = f", {times[text]} times" if times[text] > 1 else ""
        yield show_character(text), f"{name_character(text)}{often}{_instead(distinct[text])}"
    if len(times) > _SHOWN_CULPRITS:
        yield "", f"and {say_count(len(times) - _SHOWN_CULPRITS, 'other character')}"


def agent_rows(card: Card) -> Iterator[tuple[str, Row]]:
    """Yield what the agent sees and how the task finds them, by names for people."""
    yield from ((row.name, row) for row in card.attributes)
    yield from ((PROPERTY_NAMES.get(row.name, row.name), row) for row in card.properties)


def say_values(row: Row, environments: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield a row's values, each with the environments that it is so in, empty if in all."""
    for within in row.values:
        same = within.environments == environments
        yield within.value, "" if same else ", ".join(within.environments)


def _instead(culprit: Culprit) -> str:
    match culprit.replacement:
        case None:
            return ""
        case "":
            return "; it can be left out"
        case " ":
            return "; a blank would do"
        case _:
            return f"; {culprit.replacement} would do"
