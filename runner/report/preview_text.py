"""Messages as the customer will see them, on a terminal."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runner.delivery.rehearsal import assumed_in
from runner.model.preview import Card, Failure, Preview, Within
from runner.model.problem import Problem
from runner.report.cells import cell_width, split_cells
from runner.report.dry_run import requests_text
from runner.report.findings_text import concise_finding
from runner.report.mail_html import is_html
from runner.report.paint import BOLD, DIM, UNDERLINED_YELLOW, paint
from runner.report.preview_words import (
    AT_TWILIO,
    CHANNEL_NAMES,
    HTML_NOTE,
    LEVEL_NAMES,
    NO_ROUTING,
    TEMPLATE_AWAY,
    agent_rows,
    say_address,
    say_cost,
    say_count,
    say_people,
    say_range,
    say_source,
    say_values,
    say_why,
)
from runner.report.visible import make_visible, show_character
from runner.sms.marked import MarkedText, Piece, mark_text

_BAR = "│"
_LINE_ENDS = ("\n", "\r\n")
_INDENT = "   "


@dataclass(frozen=True, slots=True)
class Screen:
    """What is written on; `colour` adds what the words say too, `requests` the exact requests."""

    width: int = 80
    colour: bool = False
    requests: bool = False

    def paint(self, text: str, style: str) -> str:
        """Return the text in a style, where there are styles."""
        return paint(text, style, colour=self.colour)


def preview_text(preview: Preview, screen: Screen) -> Iterator[str]:
    """Yield the lines that show a playbook's messages."""
    title = screen.paint(make_visible(preview.name or preview.file), BOLD)
    kind = CHANNEL_NAMES.get(preview.channel, "")
    file = make_visible(preview.file) if preview.name else ""
    yield " · ".join(part for part in (title, kind, file) if part)
    if preview.description:
        yield make_visible(preview.description)
    if preview.cards or preview.failures:
        yield f"{_places(preview)}{make_visible(say_source(preview))}"
    for problem in preview.problems:
        yield from _finding(Within(preview.environments, problem), preview, screen, "")
    yield ""
    for number, card in enumerate(preview.cards, 1):
        yield from _card(card, number, preview, screen)
        yield ""
    for failure in preview.failures:
        yield from _failure(failure, preview, screen)
        yield ""


def _places(preview: Preview) -> str:
    return f"{', '.join(map(make_visible, preview.environments))}: " if preview.environments else ""


def _card(card: Card, number: int, preview: Preview, screen: Screen) -> Iterator[str]:
    some = say_people(card.people) if card.people != 1 else f"key {card.first[0].key}"
    heading = screen.paint(f"{number}  {make_visible(some)}", BOLD)
    yield heading + _only_in(card.environments, preview)
    yield from _pairs(_envelope(card, preview), screen)
    yield ""
    yield from _body(card, preview, screen)
    yield ""
    yield from _agent(card, screen)
    for problem in card.problems:
        yield from _finding(problem, preview, screen)
    if screen.requests:
        for requests in card.requests:
            yield ""
            lines = requests_text(requests.value, assumed_in(requests.value), None)
            first = f"{_INDENT}Requests{_only_in(requests.environments, preview)}"
            yield from (first, *(f"{_INDENT}{make_visible(line)}" for line in lines))


def _envelope(card: Card, preview: Preview) -> Iterator[tuple[str, str]]:
    sender = say_address(card.sender)
    if sender:
        yield "From", sender
    if preview.channel == "email":
        for addressee in card.first[0].addressees:
            yield LEVEL_NAMES.get(addressee.level, addressee.level), say_address(addressee)
        yield "Subject", card.message.subject
        return
    for person in card.first:
        key = f"  key {person.key}" if card.people > 1 else ""
        yield "To" if person is card.first[0] else "", f"{person.customer.name}{key}"
    if card.people > len(card.first):
        yield "", f"and {say_people(card.people - len(card.first))} more"


def _body(card: Card, preview: Preview, screen: Screen) -> Iterator[str]:
    message = card.message
    if message.content_sid:
        variables = dict(message.content_variables)
        yield f"{_INDENT}{_BAR} Content template {make_visible(message.content_sid)}"
        yield from _pairs(variables.items(), screen, f"{_INDENT}{_BAR} ")
        yield from _rows_of(TEMPLATE_AWAY if variables else AT_TWILIO, screen)
    elif preview.channel != "sms":
        yield from _lines("", (Piece(message.body),), screen)
        if preview.channel == "email" and is_html(message.body):
            yield from _rows_of(HTML_NOTE, screen)
    elif preview.hidden:
        yield from _lines("", (Piece(message.body),), screen)
        yield f"{_INDENT}{say_range(card)}"
    else:
        yield from _segments(mark_text(message.body), screen)


def _segments(marked: MarkedText, screen: Screen) -> Iterator[str]:
    """Yield the text with each segment's number where it begins, and what it costs."""
    several = len(marked.segments) > 1
    for number, segment in enumerate(marked.segments, 1):
        yield from _lines(str(number) if several else "", segment.pieces, screen)
    filled = ", ".join(f"{segment.units} of {segment.room}" for segment in marked.segments)
    yield f"{_INDENT}{say_cost(marked)} · filled {filled}"
    for shown, said in say_why(marked):
        cause = f"UCS-2 for “{screen.paint(shown, UNDERLINED_YELLOW)}”  " if shown else ""
        yield f"{_INDENT}{cause}{make_visible(said)}"


def _lines(label: str, pieces: Iterable[Piece], screen: Screen) -> Iterator[str]:
    """Yield a text behind a bar, its first line with a label; what is too long goes on below."""
    room = max(screen.width - len(_INDENT) - 2, 20)
    head = f"{label:>{len(_INDENT) - 1}} {_BAR} "
    for row in _rows(pieces, room, screen):
        yield f"{head}{row}".rstrip()
        head = f"{_INDENT}{_BAR} "


def _rows(pieces: Iterable[Piece], room: int, screen: Screen) -> Iterator[str]:
    """Yield the rows of a text: broken at line ends, else at blanks, else where it must be."""
    row: list[tuple[str, int]] = []
    for piece in pieces:
        for cluster, width in _clusters(piece, screen):
            if cluster == "\n":
                yield _joined(row)
                row = []
                continue
            row.append((cluster, width))
            while sum(width for _, width in row) > room:
                full, row = _break(row)
                yield _joined(full)
    yield _joined(row)


def _rows_of(said: str, screen: Screen) -> Iterator[str]:
    """Yield a sentence of our own, as wide as the screen is."""
    for row in _rows((Piece(said),), max(screen.width - len(_INDENT), 20), screen):
        yield f"{_INDENT}{row}"


def _clusters(piece: Piece, screen: Screen) -> Iterator[tuple[str, int]]:
    """Yield what a reader sees, each with its width; a line end as itself."""
    if piece.culprit:
        shown = show_character(piece.text)
        yield screen.paint(shown, UNDERLINED_YELLOW), cell_width(shown)
        return
    for cluster, width in split_cells(piece.text):
        if cluster in _LINE_ENDS:
            yield "\n", 0
        elif (shown := show_character(cluster)) == cluster:
            yield cluster, width
        else:
            yield shown, cell_width(shown)


def _break(row: list[tuple[str, int]]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Return what stays on a row that is too long by its last cluster, and what goes on."""
    for at in range(len(row) - 1, 0, -1):
        if row[at][0] == " ":
            return row[:at], row[at + 1 :]
    return row[:-1], row[-1:]


def _joined(row: list[tuple[str, int]]) -> str:
    return "".join(cluster for cluster, _ in row)


def _agent(card: Card, screen: Screen) -> Iterator[str]:
    yield f"{_INDENT}The agent sees"
    if not card.properties:
        yield f"{_INDENT}  {NO_ROUTING}"
    rows = [
        (name if not number else "", _noted(*value))
        for name, row in agent_rows(card)
        for number, value in enumerate(say_values(row, card.environments))
    ]
    yield from _pairs(rows, screen, f"{_INDENT}  ")


def _noted(value: str, where: str) -> str:
    return f"{value}  (in {where})" if where else value


def _failure(failure: Failure, preview: Preview, screen: Screen) -> Iterator[str]:
    place = f"{make_visible(failure.place.file)}:{failure.place.line}"
    yield screen.paint(f"!  No message for {place}", BOLD)
    for problem in failure.problems:
        yield from _finding(problem, preview, screen)


def _finding(
    within: Within[Problem], preview: Preview, screen: Screen, indent: str = _INDENT
) -> Iterator[str]:
    said = concise_finding(within.value, colour=screen.colour)
    yield f"{indent}{said}{_only_in(within.environments, preview)}"
    if within.value.remedy:
        yield f"{indent}  = {make_visible(within.value.remedy)}"


def _only_in(environments: tuple[str, ...], preview: Preview) -> str:
    """Return in which environments something is so, where it is not in all."""
    if environments == preview.environments:
        return ""
    return f"  (in {', '.join(map(make_visible, environments))})"


def _pairs(
    pairs: Iterable[tuple[str, str]], screen: Screen, indent: str = _INDENT
) -> Iterator[str]:
    """Yield names and values in two columns; a long value goes on below itself."""
    shown = [(make_visible(name), value) for name, value in pairs]
    column = min(max((cell_width(name) for name, _ in shown), default=0), 24)
    for name, value in shown:
        blank = " " * max(column - cell_width(name), 0)
        room = max(screen.width - cell_width(indent) - column - 2, 20)
        first, *others = _rows((Piece(value),), room, screen)
        yield f"{indent}{screen.paint(name, DIM)}{blank}  {first}".rstrip()
        yield from (f"{indent}{' ' * column}  {row}".rstrip() for row in others)


def summarize_previews(previews: Iterable[Preview]) -> str:
    """Return the last line: how much there was to see."""
    found = tuple(previews)
    cards = sum(len(preview.cards) for preview in found)
    failed = sum(len(preview.failures) for preview in found)
    broken = sum(not (preview.cards or preview.failures) for preview in found)
    said = f"{say_count(cards, 'message')} of {say_count(len(found), 'playbook')}"
    said += f", {say_count(failed, 'recipient')} without one" if failed else ""
    said += f", {say_count(broken, 'playbook')} that cannot be rendered" if broken else ""
    return f"{said}. Nothing was sent."
