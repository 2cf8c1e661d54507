"""The two passes over the recipients: what stands twice, and what is kept."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.model.problem import Severity
from runner.prepare import Wish, load_wish, make_bound_renderer, open_recipients
from runner.recipients.rejected_rows import KEPT
from runner.recipients.two_passes import (
    Checked,
    accepted_deliveries,
    check_all,
    left_out_warning,
)
from runner.render.renderer import Binding

_PLAYBOOK = """\
version: 1
name: reminder
channel: { type: sms }
participants: [{ address: "{{ recipient.phone }}", proxy_address: "+19255551234" }]
routing: { properties: { workspace_sid: WS0123456789abcdef0123456789abcdef } }
message: { body: "Hi {{ recipient.name }}" }
recipients: { file: r.csv, key: "{{ recipient.id }}", default_region: US, same_address: all }
"""


def _check(folder: Path, rows: str, same_address: str = "all") -> tuple[Checked, list[str]]:
    """Return what the first pass found, and the keys of the second."""
    (folder / "r.csv").write_text("id,name,phone\n" + rows, "utf-8")
    playbook = _PLAYBOOK.replace("same_address: all", f"same_address: {same_address}")
    (folder / "p.yaml").write_text(playbook, "utf-8")
    wish = Wish(str(folder / "p.yaml"))
    loaded = load_wish(wish)
    binding = Binding("twilio", "AC1", "default", {}, datetime(2026, 3, 31, tzinfo=UTC))
    renderer = make_bound_renderer(loaded.playbook, binding)
    source = open_recipients(wish, loaded.playbook)
    checked = check_all(source, renderer)
    return checked, [each.key for each in accepted_deliveries(source, renderer, checked)]


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ("A,Ann,+1 212-555-2368", "FP214"),
        ("A,Ann,(212) 555-2368", "FP214"),
        ("A,Bob,+12125552368", "FP225"),
        ("A,Ann,+12125552369", "FP225"),
    ],
)
def test_a_key_that_stands_twice_is_told_by_what_it_says(
    tmp_path: Path, second: str, code: str
) -> None:
    """The same message again is a double row, another one a conflict; both rows are named."""
    checked, keys = _check(tmp_path, f"A,Ann,+12125552368\n{second}\n")
    (row,) = checked.rejected
    assert (row.problems[0].code, row.place.line) == (code, 3)
    assert row.problems[0].related[0].span.line == 2
    assert keys == ["A"]


_TWINS = "A,Ann,+12125552368\nB,Bob,(212) 555-2368\nC,Cem,+12125552369\nD,Dan,2125552368\n"


def test_several_keys_may_have_one_address(tmp_path: Path) -> None:
    """A family shares a telephone: without a wish all are sent."""
    checked, keys = _check(tmp_path, _TWINS)
    assert (checked.rejected_count, list(checked.left_out), len(keys)) == (0, [], 4)


def test_a_second_address_can_be_an_error(tmp_path: Path) -> None:
    """Numbers are compared as they are sent, and both rows are named."""
    checked, keys = _check(tmp_path, _TWINS, "reject")
    assert [row.place.line for row in checked.rejected] == [3, 5]
    for row in checked.rejected:
        (problem,) = row.problems
        assert (problem.code, problem.severity) == ("FP224", Severity.ERROR)
        assert problem.related[0].span.line == 2
    assert (keys, checked.planned) == (["A", "C"], 4)


def test_a_second_address_can_be_left_out(tmp_path: Path) -> None:
    """The first row gets the message; the others are no error, and told in one warning."""
    checked, keys = _check(tmp_path, _TWINS, "first")
    assert [row.place.line for row in checked.left_out] == [3, 5]
    assert (checked.rejected_count, checked.planned, keys) == (0, 2, ["A", "C"])
    warning = left_out_warning(checked.left_out)
    assert warning
    assert (warning.code, warning.severity) == ("FP224", Severity.WARNING)
    assert warning.message.startswith("2 rows have an address that an earlier row has")
    assert left_out_warning(()) is None


def test_a_row_that_is_not_sent_has_no_address(tmp_path: Path) -> None:
    """A rejected row does not keep the next one with its address from being sent."""
    rows = "A,Ann,+12125552368\nA,Bob,+12125552369\nC,Cem,+12125552369\n"
    checked, keys = _check(tmp_path, rows, "first")
    assert (checked.rejected_count, list(checked.left_out), keys) == (1, [], ["A", "C"])


def test_every_rejected_row_is_told_and_few_are_kept(tmp_path: Path) -> None:
    """A file without a single good row costs no memory."""
    rows = "".join(f"{number},Ann,x\n" for number in range(KEPT + 20))
    checked, keys = _check(tmp_path, rows)
    assert (checked.rejected_count, checked.planned, keys) == (KEPT + 20, KEPT + 20, [])
    assert [row.place.line for row in checked.rejected] == list(range(2, KEPT + 22))
