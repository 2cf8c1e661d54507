"""Our count against Twilio's own, text by text.

SEGMENTS_SEED=<number> tries other texts than the usual ones.
"""

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from runner.sms.grapheme_classes import RANGES
from runner.sms.graphemes import split
from runner.sms.gsm7 import BASIC, EXTENSION
from runner.sms.segments import boundaries, count_segments, ucs2_culprits

NODE_FOLDER = Path(__file__).parent.parent / "node"
SEED = int(os.environ.get("SEGMENTS_SEED", "20240626"))
SURROGATES = range(0xD800, 0xE000)
BITS = {"GSM-7": 7, "UCS-2": 16}

LETTERS = "abcdefghijklmnopqrstuvwxyzàéñ "
CLUSTERS = (
    "\r\n",
    "e\u0301",
    "é\u0301\u0301\u0301",
    "[\u0338",
    "\N{EURO SIGN}\ufe0f",
    "1\ufe0f\u20e3",
    "\u2764\ufe0f",
    "\U0001f61c",
    "\U0001f44d\U0001f3fd",
    "\u270c\ufe0f\U0001f3ff",
    "\U0001f1ee\U0001f1f9",
    "\U0001f1e9",
    "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "\U0001f469\U0001f3fe\u200d\U0001f680",
    "\U0001f469\u200d\u2764\ufe0f\u200d\U0001f48b\u200d\U0001f468",
    "\U0001f9d1\u200d\U0001f91d\u200d\U0001f9d1",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "\u0915\u094d\u0937\u093f",
    "\u0915\u094d\u200d\u0937",
    "\u0ba8\u0bbf",
    "\u0e01\u0e33",
    "\u1112\u1161\u11ab",
    "\ud55c\u11ab",
    "\uac00\u11a8",
    "\u0600\u0661",
    "\u05d0\u05b8",
    "\u4e2d",
    "\u201c",
    "\u00e1",
    "\u200b",
    "\u200f",
)
CONTEXTS = (
    "{}a",
    "a{}",
    "\U0001f466{}\U0001f3fb",
    "{}\U0001f3fb",
    "\u200d{}",
    "\u1100{}",
    "\u1161{}",
    "\u11a8{}",
    "{}\u11a8",
    "\U0001f1e6{}",
    "\u0600{}",
)
Answer: TypeAlias = dict[str, Any]


def _texts_over_all_of_unicode(rng: random.Random) -> Iterator[str]:
    everything = [code for code in range(0x110000) if code not in SURROGATES]
    for length in (1, 2, 3, 8, 30, 90):
        for _ in range(800):
            yield "".join(map(chr, rng.choices(everything, k=length)))


def _texts_of_joining_characters(rng: random.Random) -> Iterator[str]:
    pools = [
        [code for code in _listed(letter) if code not in SURROGATES] for letter in sorted(RANGES)
    ]
    pools += [list(range(0xAC00, 0xD7A4)), list(map(ord, LETTERS))]
    for length in (2, 3, 4, 5, 6, 8, 12, 40):
        for _ in range(1000):
            yield "".join(chr(rng.choice(rng.choice(pools))) for _ in range(length))


def _texts_at_the_edges_of_the_classes(_: random.Random) -> Iterator[str]:
    edges = {code for letter in RANGES for code in _listed(letter, edges_only=True)}
    edges |= {0xAC00, 0xAC01, 0xAC1B, 0xAC1C, 0xAC1D, 0xD7A3, 0xD7A4, 0x10FFFF}
    for code in sorted(edges - set(SURROGATES)):
        yield "\n".join(context.format(chr(code)) for context in CONTEXTS)


def _texts_of_whole_clusters(rng: random.Random) -> Iterator[str]:
    for length in (1, 2, 5, 20, 40):
        for _ in range(700):
            yield "".join(rng.choices(CLUSTERS, k=length))


def _texts_near_the_limits_of_gsm7(rng: random.Random) -> Iterator[str]:
    for limit in (152, 153, 158, 160, 304, 306, 457, 459, 612):
        for _ in range(250):
            text = rng.choices(BASIC, k=limit + rng.randint(-4, 4))
            for _ in range(rng.choice((0, 0, 1, 3, 10))):
                text[rng.randrange(len(text))] = rng.choice(EXTENSION)
            yield "".join(text)


def _texts_near_the_limits_of_ucs2(rng: random.Random) -> Iterator[str]:
    for limit in (60, 67, 70, 128, 134, 195, 201, 268):
        for _ in range(400):
            length = limit + rng.randint(-6, 4)
            text = rng.choices(LETTERS + EXTENSION, k=length)
            for _ in range(rng.choice((1, 1, 2, 5, 20))):
                text[rng.randrange(length)] = rng.choice(CLUSTERS)
            yield "".join(text)


def _texts_with_huge_clusters(rng: random.Random) -> Iterator[str]:
    marks = ("\u0301", "\u200d", "\U000e0062", "\u093f")
    for _ in range(400):
        parts: list[str] = []
        for _ in range(rng.randint(1, 6)):
            parts += rng.choices(LETTERS, k=rng.choice((0, 0, 3, 30, 60)))
            parts.append(rng.choice(("", "e", *CLUSTERS)))
            parts += rng.choices(marks, k=rng.choice((0, 5, 32, 36, 66, 69, 71, 150)))
        yield "".join(parts)


def _listed(letter: str, *, edges_only: bool = False) -> Iterator[int]:
    for item in RANGES[letter].split():
        first, _, last = item.partition("-")
        low, high = int(first, 16), int(last or first, 16)
        yield from {max(low - 1, 0), low, high, high + 1} if edges_only else range(low, high + 1)


GENERATORS: tuple[Callable[[random.Random], Iterator[str]], ...] = (
    _texts_over_all_of_unicode,
    _texts_of_joining_characters,
    _texts_at_the_edges_of_the_classes,
    _texts_of_whole_clusters,
    _texts_near_the_limits_of_gsm7,
    _texts_near_the_limits_of_ucs2,
    _texts_with_huge_clusters,
)


@pytest.fixture(scope="module")
def answered() -> list[tuple[str, Answer]]:
    """Every text with what the calculator says of it, from one process."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: the comparison with Twilio's calculator needs it")
    if not (NODE_FOLDER / "node_modules").is_dir():
        pytest.skip("tests/node/node_modules is missing: run `npm ci` in tests/node")
    rng = random.Random(SEED)  # noqa: S311 - the texts are to be the same each time
    texts = [text for generator in GENERATORS for text in generator(rng)]
    done = subprocess.run(
        [node, "segments.cjs"],
        cwd=NODE_FOLDER,
        input=json.dumps(texts).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return list(zip(texts, json.loads(done.stdout), strict=True))


def _differences(
    answered: list[tuple[str, Answer]],
    ours: Callable[[str], object],
    theirs: Callable[[Answer], object],
) -> str:
    """Describe the first texts on which we and the calculator differ; nothing if on none."""
    wrong = [
        f"{text!a}: {ours(text)}, calculator: {theirs(answer)}"
        for text, answer in answered
        if ours(text) != theirs(answer)
    ]
    return "\n".join([f"SEGMENTS_SEED={SEED}: {len(wrong)} differ", *wrong[:5]]) if wrong else ""


def test_enough_texts_are_compared(answered: list[tuple[str, Answer]]) -> None:
    """At least twenty thousand texts are compared, and both encodings are well among them."""
    encodings = [answer["encoding"] for _, answer in answered]
    assert len(encodings) >= 20_000
    assert min(encodings.count("GSM-7"), encodings.count("UCS-2")) >= 2_000


def test_encoding_segments_and_units_agree(answered: list[tuple[str, Answer]]) -> None:
    """Encoding, number of segments and units are the calculator's for every text."""

    def ours(text: str) -> tuple[str, int, int]:
        counted = count_segments(text)
        return counted.encoding, counted.segments, counted.units

    def theirs(answer: Answer) -> tuple[str, int, int]:
        encoding = answer["encoding"]
        return encoding, answer["segments"], answer["bits"] // BITS[encoding]

    assert not _differences(answered, ours, theirs)


def test_boundaries_agree(answered: list[tuple[str, Answer]]) -> None:
    """Each segment begins where the calculator begins it."""
    assert not _differences(
        answered, boundaries, lambda answer: tuple(accumulate(answer["lengths"][:-1]))
    )


def test_grapheme_clusters_agree(answered: list[tuple[str, Answer]]) -> None:
    """Every text falls into the same grapheme clusters as in the calculator."""
    assert not _differences(
        answered, lambda text: [len(c) for c in split(text)], lambda answer: answer["graphemes"]
    )


def test_culprits_explain_the_encoding(answered: list[tuple[str, Answer]]) -> None:
    """A text has culprits exactly when the calculator says UCS-2."""
    assert not _differences(
        answered,
        lambda text: bool(ucs2_culprits(text)),
        lambda answer: answer["encoding"] == "UCS-2",
    )
