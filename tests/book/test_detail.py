"""What a run writes down of itself."""

import json
from dataclasses import replace
from pathlib import Path

from runner.book.detail import GONE, Detail, Work, add_work, digest_files, find_differences

_DETAIL = Detail(
    "/p.yaml", {"/p.yaml": "ab"}, "/r.csv", "e", {"sign": "é"}, key="k", only=("a",),
    now="2026-11-22T09:00:00+00:00", by="ann@desk", planned=10, rejected=2,
)  # fmt: skip


def test_what_is_written_is_read() -> None:
    """Every field, and those that are missing as they are by default."""
    assert Detail.from_json(_DETAIL.to_json()) == _DETAIL
    assert Detail.from_json("{}") == Detail("")
    assert Detail.from_json(Detail("p", only=()).to_json()).only == ()


def test_what_another_version_wrote_beside_it_is_passed_over() -> None:
    """A journal is read by older and newer programs."""
    text = json.dumps({**json.loads(_DETAIL.to_json()), "later": [1]})
    assert Detail.from_json(text) == _DETAIL


def test_the_work_of_several_processes_adds_up() -> None:
    """Segments and time do; what is elsewhere is what the last one saw, if it saw everyone."""
    first = add_work(_DETAIL, Work(8, {"already_sent": 3, "uncertain": 1}, 5, 1.5))
    assert (first.segments, first.spent_s) == (5, 1.5)
    second = add_work(first, Work(8, {"already_sent": 3}, 1, 0.25))
    assert second == replace(_DETAIL, elsewhere={"already_sent": 3}, segments=6, spent_s=1.75)


def test_who_saw_a_part_takes_nothing_away() -> None:
    """A run that was stopped, limited or restricted does not know of the others."""
    first = add_work(_DETAIL, Work(8, {"already_sent": 3}, 0, 0.0))
    second = add_work(first, Work(2, {"already_sent": 1, "changed": 1}, 0, 0.0))
    assert second.elsewhere == {"already_sent": 3, "changed": 1}


def test_a_file_that_changed_or_went_is_a_difference(tmp_path: Path) -> None:
    """By absolute path, with both digests; one that is the same is none."""
    files = [tmp_path / name for name in ("a", "b", "c")]
    for file in files:
        file.write_text("x")
    digests = digest_files([str(files[0]), str(files[0]), *map(str, files[1:])])
    assert list(digests) == [str(file) for file in files]
    assert find_differences(digests) == ()
    files[0].write_text("y")
    files[1].unlink()
    first, second = find_differences(digests)
    assert (first.file, second.file, second.after) == (str(files[0]), str(files[1]), GONE)
    assert first.before != first.after
