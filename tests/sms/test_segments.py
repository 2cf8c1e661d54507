"""What a text costs, where its segments begin, and what makes it dear."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.sms.graphemes import split
from runner.sms.gsm7 import BASIC, EXTENSION, septets
from runner.sms.replacements import replacement_for
from runner.sms.segments import Culprit, Segments, boundaries, count_segments, ucs2_culprits

GRIN = "\U0001f61c"
ITALY = "\U0001f1ee\U0001f1f9"
RAINBOW = "\U0001f3f3\ufe0f\u200d\U0001f308"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"

texts = st.one_of(
    st.text(st.sampled_from(BASIC + EXTENSION), max_size=400),
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            ["a" * 40, "]", "\r\n", "e\u0301", "\u0301", "\u00e1", GRIN, ITALY, RAINBOW, FAMILY]
        ),
        max_size=60,
    ).map("".join),
)


unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A test does not depend on the speed of the machine."""


def _of_ordinary_clusters(text: str) -> bool:
    """Tell whether no character as the reader sees it comes near the length of a segment."""
    return max(map(len, split(text)), default=0) <= 12


@pytest.mark.parametrize(
    ("text", "segments", "units"),
    [
        ("", 1, 0),
        ("a", 1, 1),
        ("a" * 160, 1, 160),
        ("a" * 161, 2, 161),
        ("a" * 306, 2, 306),
        ("a" * 307, 3, 307),
        ("\N{EURO SIGN}" + "a" * 158, 1, 160),
        ("\N{EURO SIGN}" + "a" * 159, 2, 161),
        ("]" * 80, 1, 160),
        ("]" * 81, 2, 162),
        ("]" * 152, 2, 304),
        ("]" * 153, 3, 306),
        ("éàùìòÇØåÄÖÜñß\f\r\n", 1, 17),
    ],
)
def test_a_text_of_the_gsm_alphabet_is_counted_in_septets(
    text: str, segments: int, units: int
) -> None:
    """GSM-7 holds 160 septets alone and 153 in each of several, and splits no escape pair."""
    assert count_segments(text) == Segments("GSM-7", segments, units)


@pytest.mark.parametrize(
    ("text", "segments", "units"),
    [
        (GRIN + "a" * 68, 1, 70),
        (GRIN + "a" * 69, 2, 71),
        (GRIN + "a" * 132, 2, 134),
        (GRIN + "a" * 133, 3, 135),
        (ITALY + "a" * 66, 1, 70),
        (ITALY + "a" * 67, 2, 71),
        (RAINBOW + "a" * 64, 1, 70),
        (RAINBOW + "a" * 65, 2, 71),
        (GRIN + "]" * 68, 1, 70),
        (GRIN + "]" * 69, 2, 71),
        *((letter * 70, 1, 70) for letter in "Áúçíó"),
        *((letter * 71, 2, 71) for letter in "Áúçíó"),
        ("`", 1, 1),
    ],
)
def test_one_character_outside_the_alphabet_makes_the_whole_text_ucs2(
    text: str, segments: int, units: int
) -> None:
    """UCS-2 holds 70 code units alone and 67 in each of several, extension characters at one."""
    assert count_segments(text) == Segments("UCS-2", segments, units)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" * 80 + "\r\n" + "a" * 78, Segments("GSM-7", 1, 160)),
        ("a" * 80 + "\r\n" + "a" * 79, Segments("GSM-7", 2, 161)),
        ("a" * 200 + "\r\n" + "a" * 105, Segments("GSM-7", 3, 307)),
        ("e\u0301", Segments("UCS-2", 1, 2)),
        ("e\u0301" * 70, Segments("UCS-2", 3, 140)),
        ("e\u0301\u0301\u0301" + "a" * 66, Segments("UCS-2", 1, 70)),
        ("e\u0301\u0301\u0301" + "a" * 67, Segments("UCS-2", 2, 71)),
    ],
)
def test_windows_line_ends_and_combining_marks_count_in_full(text: str, expected: Segments) -> None:
    """A Windows line end is two characters of GSM-7; a combining mark forces UCS-2 and is paid."""
    assert count_segments(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" * 160, ()),
        ("a" * 307, (153, 306)),
        ("a" * 152 + "]" + "a" * 20, (152,)),
        ("a" * 66 + GRIN + "aaa", (66,)),
        ("a" * 65 + GRIN + "aaaa", (66,)),
        (GRIN + "a" * 130 + ITALY + "a", (66, 131)),
        ("\u0915" + "\u0301" * 75, (0,)),
    ],
)
def test_boundaries_say_where_each_further_segment_begins(
    text: str, expected: tuple[int, ...]
) -> None:
    """A boundary stands before the first character that the segment before has no room for."""
    assert boundaries(text) == expected


@unhurried
@given(texts)
def test_there_is_one_boundary_less_than_segments(text: str) -> None:
    """The count and the boundaries tell the same story, and the boundaries never fall."""
    found = boundaries(text)
    assert len(found) == count_segments(text).segments - 1
    assert list(found) == sorted(found)
    assert all(0 <= at <= len(text) for at in found)


@unhurried
@given(texts.filter(_of_ordinary_clusters))
def test_segments_partition_the_text(text: str) -> None:
    """Cut at its boundaries, a text falls into parts of which each fits one segment."""
    found = boundaries(text)
    encoding = count_segments(text).encoding
    parts = [text[first:last] for first, last in pairwise((0, *found, len(text)))]
    room = {"GSM-7": 153, "UCS-2": 67 if found else 70}[encoding]
    assert "".join(parts) == text
    if encoding == "UCS-2":
        sizes = [_ucs2_units(part) for part in parts]
    else:
        sizes = [septets(part) or 0 for part in parts]
        room = room if found else 160
    assert max(sizes) <= room
    assert sum(sizes) == count_segments(text).units


def _ucs2_units(part: str) -> int:
    counted = count_segments(part + "\u4e2d")
    return counted.units - 1


@unhurried
@given(st.lists(st.sampled_from([GRIN, ITALY, RAINBOW, FAMILY, "\u4e2d", "a"]), max_size=80))
def test_no_character_that_the_reader_sees_is_split(clusters: list[str]) -> None:
    """A segment begins between two grapheme clusters, never within one."""
    text = "".join(clusters)
    between = {sum(map(len, clusters[:at])) for at in range(len(clusters) + 1)}
    assert set(boundaries(text)) <= between


@unhurried
@given(texts, texts)
def test_more_text_never_costs_less(text: str, more: str) -> None:
    """What is appended to a text adds segments or leaves their number as it is."""
    assert count_segments(text).segments <= count_segments(text + more).segments


@unhurried
@given(texts)
def test_culprits_are_what_forces_ucs2(text: str) -> None:
    """A text is UCS-2 just when it has culprits; without them, what is left is GSM-7."""
    culprits = ucs2_culprits(text)
    assert bool(culprits) == (count_segments(text).encoding == "UCS-2")
    assert all(text[culprit.start : culprit.end] == culprit.text for culprit in culprits)
    kept = [
        text[first:last]
        for first, last in pairwise(
            [0, *(at for culprit in culprits for at in (culprit.start, culprit.end)), len(text)]
        )
    ][::2]
    assert all(septets(part) is not None for part in kept)


@unhurried
@given(texts)
def test_replacements_are_of_the_gsm_alphabet(text: str) -> None:
    """Whatever is offered for a culprit can be sent in GSM-7."""
    offered = [culprit.replacement for culprit in ucs2_culprits(text)]
    assert all(septets(plain) is not None for plain in offered if plain is not None)


def test_a_culprit_tells_its_place_and_its_replacement() -> None:
    """Each culprit has its offsets in code points, its text, and what can stand for it."""
    assert ucs2_culprits(f"Don\u2019t, Jos\u00e1 {RAINBOW}") == (
        Culprit(3, 4, "\u2019", "'"),
        Culprit(10, 11, "\u00e1", None),
        Culprit(12, 16, RAINBOW, None),
    )


@pytest.mark.parametrize(
    ("cluster", "plain"),
    [
        ("\N{LEFT DOUBLE QUOTATION MARK}", '"'),
        ("\N{RIGHT SINGLE QUOTATION MARK}", "'"),
        ("\N{EN DASH}", "-"),
        ("\N{HORIZONTAL ELLIPSIS}", "..."),
        ("\N{NO-BREAK SPACE}", " "),
        ("\N{EN QUAD}", " "),
        ("\N{NARROW NO-BREAK SPACE}", " "),
        ("\N{IDEOGRAPHIC SPACE}", " "),
        ("\N{LINE SEPARATOR}", "\n"),
        ("\t", " "),
        ("\N{ZERO WIDTH SPACE}", ""),
        ("\N{ZERO WIDTH NO-BREAK SPACE}", ""),
        ("\N{SOFT HYPHEN}", ""),
        ("a\N{ZERO WIDTH JOINER}", "a"),
        ("e\N{COMBINING ACUTE ACCENT}", "é"),
        ("A\N{COMBINING RING ABOVE}", "Å"),
        ("\N{OHM SIGN}", "\N{GREEK CAPITAL LETTER OMEGA}"),
        ("\N{FULLWIDTH DIGIT ONE}", "1"),
        ("\N{LATIN SMALL LIGATURE FI}", "fi"),
        ("\N{MATHEMATICAL BOLD CAPITAL H}", "H"),
        ("\N{GREEK CAPITAL LETTER ALPHA}", "A"),
    ],
)
def test_a_safe_look_alike_is_offered(cluster: str, plain: str) -> None:
    """Typography has a plain form, what shows nothing can go, one letter is one code point."""
    assert replacement_for(cluster) == plain


@pytest.mark.parametrize(
    "cluster",
    [
        *"áçíóúÁčłőğ½²³™©",
        "a\N{COMBINING ACUTE ACCENT}",
        "\N{CYRILLIC CAPITAL LETTER A}",
        "\N{GREEK SMALL LETTER ALPHA}",
        "\N{CIRCLED DIGIT ONE}",
        "1\ufe0f\u20e3",
        GRIN,
        ITALY,
        RAINBOW,
        "\u4e2d",
        "\x00",
    ],
)
def test_nothing_that_changes_a_word_or_a_number_is_offered(cluster: str) -> None:
    """A letter keeps its accent, a number its form; such a character has no replacement."""
    assert replacement_for(cluster) is None


def test_half_of_a_surrogate_pair_is_counted_and_not_refused() -> None:
    """A stray surrogate, as a broken file may hold, costs one unit of UCS-2."""
    assert count_segments("a\ud83d") == Segments("UCS-2", 1, 2)
    assert ucs2_culprits("a\ud83d") == (Culprit(1, 2, "\ud83d", None),)
