"""What differs, in words that the text and the Markdown report share."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from runner.diff.result import (
    Change,
    Diff,
    Inclusion,
    PlaybookDiff,
    Price,
    Setting,
    State,
    Subject,
)
from runner.model.mask import mask_text
from runner.model.playbook import DEFAULT_ENVIRONMENT
from runner.report.word_diff import Piece, diff_words

_STATES: tuple[State, ...] = ("changed", "new", "deleted", "invalid", "mended")
_MET = {
    "added": "added",
    "removed": "removed",
    "edited": "edited, so what follows may come from there",
    "rejected": "REJECTED NOW",
    "accepted": "no longer rejected",
}
# A stretch that stays is shortened in the middle: who compares needs what is around a change.
_LONGEST = 400
_KEPT = 150
_CUT = " […] "


def summary_line(diff: Diff) -> str:
    """Return in one sentence how much differs, the gravest first."""
    total = len(diff.playbooks)
    against = f"{diff.head} compared with {diff.base}"
    unseen = [playbook.file for playbook in diff.playbooks if playbook.unseen]
    blind = f" But {_unseen(unseen)}." if unseen else ""
    if not diff.differs:
        return f"No difference in {_count(total, 'playbook')}: {against}.{blind}"
    states = Counter(playbook.state for playbook in diff.playbooks if playbook.differs)
    differing = sum(states.values())
    kinds = ", ".join(f"{states[state]} {state}" for state in _STATES if states[state])
    said = [f"{differing} of {_count(total, 'playbook')} differ{'s' if differing == 1 else ''}"]
    said[0] += f" ({kinds})" if kinds else ""
    if diff.projects:
        said.append(f"{_count(len(diff.projects), 'project file')} changed")
    headlines = dict.fromkeys(alarm.headline for _, alarm in diff.alarms)
    return f"{'; '.join([*headlines, *said])}: {against}.{blind}"


def playbook_title(playbook: PlaybookDiff) -> str:
    """Return what becomes of a playbook, in a few words."""
    said = {
        "new": "new",
        "deleted": "deleted; nothing is sent any more",
        "invalid": _invalid(playbook),
        "mended": "was invalid before, so everything is new",
    }.get(playbook.state, ", ".join(_kinds(playbook)) or "no difference")
    moved = playbook.file_before and playbook.file_before != playbook.file
    return f"{said} (was {playbook.file_before})" if moved else said


def distinct_texts(playbook: PlaybookDiff) -> str:
    """Return how many messages change in how many ways; empty if none does."""
    texts = [change for change in playbook.changes if kind_of(change.part) == "text"]
    said = []
    for subject in ("sample", "recipient"):
        bodies = [change for change in texts if change.subject == subject]
        if len(bodies) > 1:
            parts = Counter(change.part for change in bodies)
            part, ways = parts.most_common(1)[0]
            count = sum(change.count for change in bodies if change.part == part)
            said.append(f"{part} differs for {_count(count, subject)} in {_count(ways, 'way')}")
    return "; ".join(said)


def kind_of(part: str) -> str:
    """Return what a part of a message or request is to people."""
    first, _, rest = part.partition(".")
    match first.partition("[")[0]:
        case "message":
            named = {"author": "author", "attributes": "attributes"}
            return named.get(rest.partition(".")[0], "text")
        case "participants":
            return "sender" if rest == "proxy_address" else "address"
        case "channel":
            return "sender" if rest == "properties.from" else "channel"
        case "delivery":
            return "deadline"
        case other:
            return other


def say_counts(counts: Mapping[str, int], subject: Subject) -> str:
    """Return for how many, and in which environments unless there is only the default one."""
    numbers = set(counts.values())
    if len(numbers) == 1:
        said = _count(numbers.pop(), subject)
        names = [name for name in counts if name != DEFAULT_ENVIRONMENT.name]
        each = "each of " if len(names) > 1 else ""
        return f"{said} in {each}{', '.join(names)}" if names else said
    return ", ".join(f"{_count(number, subject)} in {name}" for name, number in counts.items())


def say_inclusion(inclusion: Inclusion) -> str:
    """Return who is met on one side only, with the first of them."""
    shown = ", ".join(inclusion.examples)
    more = sum(inclusion.counts.values()) > len(inclusion.examples) * len(inclusion.counts)
    counted = say_counts(inclusion.counts, inclusion.subject)
    return f"{counted} {_MET[inclusion.what]}: {shown}{', …' if more else ''}"


def say_price(change: Change) -> str:
    """Return what the messages cost now, and before if that was different; empty if no SMS."""
    before, after = change.price_before, change.price_after
    if after is None:
        return ""
    if before is None:
        return f"{_segments(after, change.count)}, {'/'.join(after.encodings)}"
    if before == after:
        return f"{_segments(after, change.count)} as before"
    said = _segments(after, change.count)
    if before.segments != after.segments:
        said = f"{_segments(before, change.count)} → {said}"
    if before.encodings != after.encodings:
        said += f", {'/'.join(before.encodings)} → {'/'.join(after.encodings)}"
    return said


def say_setting(setting: Setting) -> tuple[str, str]:
    """Return a setting before and after."""
    before, after = (
        "(not set)" if text is None else text for text in (setting.before, setting.after)
    )
    return before, after


def change_pieces(change: Change, *, real: bool = False) -> tuple[Piece, ...]:
    """Return a change word by word, long stretches that stay shortened.

    `real` shows the first recipient's own texts, addresses masked, instead of those without values.
    """
    before, after = change.real if real else (change.before, change.after)
    texts = [mask_text(text or "") if real else text or "" for text in (before, after)]
    return tuple(_shorten(diff_words(*texts)))


def _shorten(pieces: Iterable[Piece]) -> Iterable[Piece]:
    for piece in pieces:
        if piece.kind == "same" and len(piece.text) > _LONGEST:
            yield Piece("same", piece.text[:_KEPT] + _CUT + piece.text[-_KEPT:])
        else:
            yield piece


def _kinds(playbook: PlaybookDiff) -> Iterable[str]:
    """Yield what differs, each once, the gravest first."""
    found = [alarm.kind for alarm in playbook.alarms]
    found += [kind_of(change.part) for change in playbook.changes]
    found += [f"{each.subject}s" for each in playbook.inclusions]
    found += ["settings"] if playbook.settings else []
    return dict.fromkeys(found)


def _unseen(files: Sequence[str]) -> str:
    whose = files[0] if len(files) == 1 else f"{len(files)} playbooks ({', '.join(files[:3])}"
    whose += "" if len(files) == 1 else ", …)" if len(files) > 3 else ")"
    return f"nothing of {whose} was rendered on both sides: add samples"


def _invalid(playbook: PlaybookDiff) -> str:
    if playbook.problems_before:
        return "INVALID, as it was before"
    return "INVALID NOW, so it is not compared"


def _segments(price: Price, count: int) -> str:
    if len(price.each) == 1:
        return _count(price.each[0], "segment") + (" each" if count > 1 else "")
    return f"{price.each[0]} to {price.each[-1]} segments each, {price.segments:,} in all"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
