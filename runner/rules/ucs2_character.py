"""FP301: a character that makes an SMS cost more than it looks.

One character outside GSM-7 turns the whole message into UCS-2, in which a segment holds 70
characters (67 of several) instead of 160 (153).
https://www.twilio.com/docs/glossary/what-sms-character-limit
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from runner.model.delivery import Delivery
from runner.model.document import Path, ScalarNode, walk_scalars, walk_texts
from runner.model.place import Span
from runner.model.playbook import Environment, Playbook
from runner.model.problem import Edit, Problem, Related, Severity
from runner.rules.literal_edit import replace_literal
from runner.rules.texts import Literal, Texts, related_row, rendered, text_span
from runner.sms.segments import Culprit, count_segments, ucs2_culprits


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a character comes from; `field` is empty where it stands in the template itself."""

    span: Span
    field: str = ""
    related: tuple[Related, ...] = ()


def check(playbook: Playbook, environment: Environment, delivery: Delivery) -> Iterator[Problem]:
    """Warn where a character can be replaced, or makes the message cost more segments."""
    body = rendered(delivery, "Body")
    culprits = ucs2_culprits(body) if playbook.channel.type == "sms" else ()
    if not culprits:
        return
    fixed = [culprit for culprit in culprits if culprit.replacement is None]
    now, could = count_segments(body).segments, count_segments(_plain(body, culprits)).segments
    if fixed and now == could:
        return
    culprit = (fixed or culprits)[0]
    texts = Texts(playbook)
    origin = _origin(culprit, body, texts, playbook, environment, delivery)
    yield Problem(
        origin.span,
        "FP301",
        _message(culprit, origin, len({found.text for found in culprits}), now, could),
        _remedy(culprit, origin),
        Severity.WARNING,
        related=origin.related,
        edits=() if fixed else tuple(_edits(playbook, texts, body, culprits)),
    )


def _plain(body: str, culprits: tuple[Culprit, ...]) -> str:
    """Return the text in GSM-7, with a letter for each character that nothing can stand for."""
    pieces, end = [], 0
    for culprit in culprits:
        pieces += [body[end : culprit.start], "x"]
        if culprit.replacement is not None:
            pieces[-1] = culprit.replacement
        end = culprit.end
    return "".join([*pieces, body[end:]])


def _origin(
    culprit: Culprit,
    body: str,
    texts: Texts,
    playbook: Playbook,
    environment: Environment,
    delivery: Delivery,
) -> _Origin:
    span = _literal_span(culprit, body, texts)
    if span is not None:
        return _Origin(span)
    related = related_row(playbook, delivery)
    field, related = _from_values(culprit, playbook, environment, delivery) or ("", related)
    fields = texts.recipient_fields()
    if not field and len(fields) == 1:
        field = f"recipient.{fields[0]}"
    name = field.rpartition(".")[2]
    span = texts.name_span(name) if field else None
    return _Origin(span or text_span(playbook), field or "the recipient's values", related)


def _literal_span(culprit: Culprit, body: str, texts: Texts) -> Span | None:
    """Return where the character stands in a line of a template that was sent."""
    for literal, begin in _sent_places(culprit.text, body, texts):
        return literal.node.part(begin, begin + len(culprit.text))
    return None


def _sent_places(character: str, body: str, texts: Texts) -> Iterator[tuple[Literal, int]]:
    """Yield the author's own characters that this message has, each with its offset."""
    for literal in texts.literals():
        for start in _find_all(literal.text, character):
            if _line_at(literal.text, start) in body:
                yield literal, literal.start + start


def _find_all(text: str, wanted: str) -> Iterator[int]:
    start = text.find(wanted)
    while start >= 0:
        yield start
        start = text.find(wanted, start + len(wanted))


def _line_at(text: str, index: int) -> str:
    end = text.find("\n", index)
    return text[text.rfind("\n", 0, index) + 1 : end if end >= 0 else len(text)].strip()


def _from_values(
    culprit: Culprit, playbook: Playbook, environment: Environment, delivery: Delivery
) -> tuple[str, tuple[Related, ...]] | None:
    """Return the value that holds the character: of the sample, or of the variables."""
    for sample in playbook.samples:
        if sample.span == delivery.place:
            for path, node in walk_scalars(sample):
                if isinstance(node.value, str) and culprit.text in node.value:
                    return _dotted("recipient", path), (_in_cell(node, culprit),)
    for path, text in walk_texts({**playbook.vars, **environment.vars}):
        if culprit.text in text:
            return _dotted("vars", path), related_row(playbook, delivery)
    return None


def _in_cell(node: ScalarNode, culprit: Culprit) -> Related:
    start = str(node.value).find(culprit.text)
    return Related(node.part(start, start + len(culprit.text)), "for this recipient")


def _dotted(owner: str, path: Path) -> str:
    return ".".join([owner, *map(str, path)])


def _edits(
    playbook: Playbook, texts: Texts, body: str, culprits: tuple[Culprit, ...]
) -> Iterator[Edit]:
    """Yield the mend of every such character in the author's own text."""
    for character, text in {culprit.text: culprit.replacement for culprit in culprits}.items():
        for literal, begin in _sent_places(character, body, texts):
            end = begin + len(character)
            edit = replace_literal(playbook.document, literal.node, begin, end, text or "")
            if edit is not None:
                yield edit


def _message(culprit: Culprit, origin: _Origin, kinds: int, now: int, could: int) -> str:
    said = _said(culprit.text)
    if origin.field:
        said += f" from {origin.field}"
    if kinds > 1:
        said += f" and {kinds - 1} other character{'' if kinds == 2 else 's'}"
    verb = "makes" if kinds == 1 else "make"
    if now > could:
        return f"{said} {verb} this a UCS-2 message: {now} segments instead of {could}"
    return f"{said} {verb} this a UCS-2 message: 70 characters a segment instead of 160"


def _said(character: str) -> str:
    """Return the character in quotes, or its number and name where it shows nothing."""
    if character.isprintable() and not character.isspace():
        return f'"{character}"'
    first = character[0]
    return f"U+{ord(first):04X} ({unicodedata.name(first, 'a control character').lower()})"


def _remedy(culprit: Culprit, origin: _Origin) -> str:
    text = culprit.replacement
    if text is None:
        return "write it in other words, or accept the price and ignore FP301 with a reason"
    quoted = f"'{text}'" if '"' in text else f'"{text}"'
    if not origin.field:
        return f"use {quoted}" if text else "delete it"
    return f"use {quoted} in the data" if text else "delete it in the data"
