"""Pairs that change alike are told of once."""

import pytest

from runner.diff import gathering
from runner.diff.entry import Entry
from runner.diff.gathering import Gathering
from runner.diff.parts import Part
from runner.diff.result import Price, Subject
from runner.model.document import Plain
from runner.sms.segments import count_segments


def _entry(text: str, shown: str = "", key: str = "1", where: str = "r.csv:2") -> Entry:
    fields: dict[str, Plain] = {"id": key}
    parts = {"message.body": Part(text, shown or text), "routing.x": Part("q", "q")}
    return Entry(where, fields, key, parts, count_segments(text))


def _gather(*pairs: tuple[Entry | None, Entry | None], of: Subject = "recipient") -> Gathering:
    gathered = Gathering(of)
    for pair in pairs:
        gathered.add("production", pair)
    return gathered


def test_recipients_of_one_template_are_one_change() -> None:
    """Their names differ, what changes does not; the texts shown have no names."""
    found = _gather(
        (_entry("Hi Ann", "Hi ‹name›"), _entry("Hello Ann", "Hello ‹name›")),
        (_entry("Hi Bob", "Hi ‹name›"), _entry("Hello Bob", "Hello ‹name›", where="r.csv:3")),
    ).changes()
    assert [(each.before, each.after, dict(each.counts)) for each in found] == [
        ("Hi ‹name›", "Hello ‹name›", {"production": 2})
    ]
    assert (found[0].where, found[0].real) == ("r.csv:2", ("Hi Ann", "Hello Ann"))


def test_samples_are_shown_as_they_are() -> None:
    """They are invented; the first stands for all that change alike."""
    pair = (_entry("Hi Ann", "Hi ‹name›"), _entry("Hello Ann", "Hello ‹name›"))
    (found,) = _gather(pair, pair, of="sample").changes()
    assert (found.before, found.after, found.count) == ("Hi Ann", "Hello Ann", 2)


def test_what_differs_only_within_the_values_says_so() -> None:
    """The text without the values is the same, what is sent is not."""
    (found,) = _gather((_entry("ANN", "‹name›"), _entry("Ann", "‹name›"))).changes()
    assert found.inside
    assert (found.before, found.after) == ("‹name›", "‹name›")


def test_different_ways_are_different_changes_in_the_order_of_their_coming() -> None:
    """And one that is the same in another environment is one change."""
    gathered = _gather((_entry("a"), _entry("b")), (_entry("a"), _entry("c")))
    gathered.add("staging", (_entry("a"), _entry("b")))
    counts = [(each.after, dict(each.counts)) for each in gathered.changes()]
    assert counts == [("b", {"production": 1, "staging": 1}), ("c", {"production": 1})]


def test_memory_does_not_grow_with_changes_that_nobody_would_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From so many on, further ones are counted together."""
    monkeypatch.setattr(gathering, "_MOST", 3)
    pairs = [(_entry("a"), _entry(f"b{number}")) for number in range(10)]
    changes = _gather(*pairs).changes()
    assert len(changes) == 4
    assert sum(change.count for change in changes) == 10
    assert changes[-1].inside


def test_a_part_that_comes_or_goes_is_a_change() -> None:
    """Without a text on the other side."""
    bare = Entry("s", {"id": "1"}, "1", {"message.body": Part("a", "a")})
    more = Entry("s", {"id": "1"}, "1", {**bare.parts, "message.subject": Part("b", "b")})
    came, went = (_gather(pair).changes()[0] for pair in ((bare, more), (more, bare)))
    assert (came.before, came.after) == (None, "b")
    assert (went.before, went.after) == ("b", None)


def test_what_messages_cost_is_added_up() -> None:
    """Segments of all, the different numbers, and the encodings."""
    pairs = [("a" * 10, "é" * 10), ("a" * 10, "☃" * 80)]
    (found,) = _gather(*((_entry(old, "x"), _entry(new, "y")) for old, new in pairs)).changes()
    assert found.price_before == Price(2, (1,), ("GSM-7",))
    assert found.price_after == Price(3, (1, 2), ("GSM-7", "UCS-2"))


def test_what_is_no_sms_costs_nothing() -> None:
    """Other channels know no segments."""
    old, new = (Entry("s", {}, "1", {"message.body": Part(text, text)}) for text in "ab")
    (found,) = _gather((old, new)).changes()
    assert (found.price_before, found.price_after) == (None, None)


@pytest.mark.parametrize(
    ("keys", "headline", "whose"),
    [
        (["2", "3"], "EVERYBODY WOULD BE MESSAGED AGAIN", 'every recipient changes ("1" becomes'),
        (["2", "1"], "SOME PEOPLE WOULD BE MESSAGED AGAIN", "1 of 2 recipients changes"),
    ],
)
def test_a_changed_key_raises_the_alarm(keys: list[str], headline: str, whose: str) -> None:
    """Whoever has got the message under the old key would get it once more."""
    found = _gather(*((_entry("a"), _entry("a", key=key)) for key in keys))
    (alarm,) = found.alarms()
    assert alarm.headline == headline
    assert whose in alarm.detail
    assert found.changes() == ()


def test_who_is_met_on_one_side_only_is_told() -> None:
    """Added, removed, edited, rejected, no longer rejected; and what is sent to the new ones."""
    good, edited = _entry("a"), Entry("s", {"id": "1", "x": "y"}, "1", _entry("a").parts)
    bad = Entry("sample 3", {}, reason="FP106 phone must be a telephone number")
    pairs = [(None, good), (good, None), (good, edited), (good, bad), (bad, good), (bad, bad)]
    found = _gather(*pairs, of="sample")
    assert [each.what for each in found.inclusions()] == [
        *("added", "removed", "edited", "rejected", "accepted")
    ]
    assert found.inclusions()[3].examples == ("sample 3: FP106 phone must be a telephone number",)
    assert [(each.before, each.after, each.count) for each in found.changes()] == [(None, "a", 2)]
    assert found.rendered == 1


def test_rejected_rows_are_counted_by_their_reason() -> None:
    """The first places are enough to find what is wrong."""
    good = _entry("a")
    codes = ["FP106", "FP214", *["FP106"] * 8]
    rows = [Entry(f"r.csv:{line}", {}, reason=f"{code} no") for line, code in enumerate(codes)]
    found = _gather(*((good, row) for row in rows)).inclusions()
    assert [(dict(each.counts), len(each.examples)) for each in found] == [
        ({"production": 9}, 5),
        ({"production": 1}, 1),
    ]


def test_texts_are_told_before_the_rest() -> None:
    """What the customer reads comes first, wherever it stands."""
    old = Entry("s", {}, "1", {"routing.a": Part("1", "1"), "message.body": Part("a", "a")})
    new = Entry("s", {}, "1", {"routing.a": Part("2", "2"), "message.body": Part("b", "b")})
    assert [each.part for each in _gather((old, new)).changes()] == ["message.body", "routing.a"]
