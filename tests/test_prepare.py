"""Everything before the first request: read, check and render it all."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.model.delivery import Delivery
from runner.model.errors import Findings, FlexplayError, UsageFault
from runner.model.playbook import Environment, Project
from runner.prepare import (
    Wish,
    choose_environment,
    load_playbook,
    load_wish,
    make_bound_renderer,
    open_recipients,
)
from runner.recipients.source import Source
from runner.recipients.two_passes import Checked, accepted_deliveries, check_all, digest_of
from runner.render.renderer import Binding, Renderer

_PLAYBOOK = """\
version: 1
name: reminder
channel: { type: sms }
participants: [{ address: "{{ recipient.phone }}", proxy_address: "+19255551234" }]
routing: { properties: { workspace_sid: WS0123456789abcdef0123456789abcdef } }
message: { body: "Hi {{ recipient.name }}{{ vars.sign }}" }
recipients: { file: r.csv, key: "{{ recipient.id }}" }
vars: { sign: "!" }
"""
_ROWS = "id,name,phone\nA,Ann,+13115552361\nB,Bob,+13115552362\nC,Cem,+13115552363\n"


def _write(folder: Path, rows: str = _ROWS, playbook: str = _PLAYBOOK) -> str:
    (folder / "r.csv").write_text(rows, "utf-8")
    (folder / "p.yaml").write_text(playbook, "utf-8")
    return str(folder / "p.yaml")


def _open(file: str) -> tuple[Source, Renderer]:
    loaded = load_wish(Wish(file))
    binding = Binding(
        "twilio", "AC1", "default", loaded.variables, datetime(2026, 3, 31, tzinfo=UTC)
    )
    return open_recipients(Wish(file), loaded.playbook), make_bound_renderer(
        loaded.playbook, binding
    )


def _check(file: str) -> tuple[Source, Renderer, Checked]:
    source, renderer = _open(file)
    return source, renderer, check_all(source, renderer)


def _keys(source: Source, renderer: Renderer, checked: Checked) -> list[str]:
    return [delivery.key for delivery in accepted_deliveries(source, renderer, checked)]


def test_both_passes_see_the_same_deliveries(tmp_path: Path) -> None:
    """What was checked is what is sent, in the order of the file."""
    source, renderer, checked = _check(_write(tmp_path))
    assert _keys(source, renderer, checked) == ["A", "B", "C"]
    assert (checked.planned, len(checked.digests), checked.rejected_count) == (3, 3, 0)


def test_rejected_rows_are_kept(tmp_path: Path) -> None:
    """Everyone who is not sent has a reason, and the others are not disturbed."""
    rows = _ROWS.replace("+13115552362", "12")
    source, renderer, checked = _check(_write(tmp_path, rows))
    assert [row.fields["id"] for row in checked.rejected] == ["B"]
    assert checked.planned == 3
    assert _keys(source, renderer, checked) == ["A", "C"]


def test_only_the_keys_that_count_are_kept(tmp_path: Path) -> None:
    """Other rows are passed over, bad ones too; a key that no row has is told."""
    source, renderer, _ = _check(_write(tmp_path, _ROWS.replace("+13115552361", "12")))
    only = frozenset({"B", "A", "Z"})
    checked = check_all(source, renderer, only)
    assert (checked.planned, sorted(checked.unknown)) == (1, ["A", "Z"])
    found = accepted_deliveries(source, renderer, checked, only)
    assert [delivery.key for delivery in found] == ["B"]


def test_a_key_that_stands_twice_names_both_rows(tmp_path: Path) -> None:
    """The first one is sent, every other is rejected."""
    rows = _ROWS + "A,Ann again,+13115552369\nA,Ann thrice,+13115552369\n"
    _, _, checked = _check(_write(tmp_path, rows))
    second, third = checked.rejected
    for row, line in ((second, 5), (third, 6)):
        assert row.problems[0].code == "FP225"
        assert row.problems[0].span.line == line
        assert row.problems[0].related[0].span.line == 2


_CHANGES: list[Callable[[str], str]] = [
    lambda rows: rows.replace("Bob", "Bill"),
    lambda rows: rows.replace("B,Bob,+13115552362\n", ""),
    lambda rows: rows.replace("C,Cem,+13115552363\n", ""),
    lambda rows: rows + "D,Dan,+13115552364\n",
    lambda rows: rows.replace("+13115552362", "12"),
    lambda rows: rows.replace("A,Ann,+13115552361\nB,Bob", "B,Bob,+13115552362\nA,Ann"),
    lambda _: "id,name,phone\n",
]


@pytest.mark.parametrize("change", _CHANGES)
def test_a_file_that_changes_between_the_passes_stops_the_run(
    tmp_path: Path, change: Callable[[str], str]
) -> None:
    """No message leaves that was not checked, and none that was checked is forgotten silently."""
    source, renderer, checked = _check(_write(tmp_path))
    _write(tmp_path, change(_ROWS))
    sent: list[Delivery] = []
    with pytest.raises(Findings) as caught:
        sent.extend(accepted_deliveries(source, renderer, checked))
    assert caught.value.problems[0].code == "FP219"
    assert {digest_of(delivery) for delivery in sent} <= set(checked.digests)


def test_a_row_that_became_good_is_not_sent_unchecked(tmp_path: Path) -> None:
    """A row that was rejected stays out, or the run stops."""
    rows = _ROWS.replace("+13115552362", "12")
    source, renderer, checked = _check(_write(tmp_path, rows))
    _write(tmp_path)
    with pytest.raises(Findings):
        _keys(source, renderer, checked)


def test_variables_are_overridden_from_the_playbook_to_the_command_line(tmp_path: Path) -> None:
    """The command line wins over the environment, the environment over the playbook."""
    file = _write(tmp_path)
    assert load_wish(Wish(file)).variables["sign"] == "!"
    (tmp_path / "flexplay.yaml").write_text("environments: { e: { vars: { sign: '?' } } }")
    assert load_wish(Wish(file)).variables["sign"] == "?"
    assert load_wish(Wish(file, variables={"sign": "."})).variables["sign"] == "."


def test_one_of_several_environments_must_be_named() -> None:
    """Nobody sends to production because it happened to be first."""
    one, two = Environment("one", {}), Environment("two", {})
    assert choose_environment(Project("", {"one": one}), None) is one
    assert choose_environment(Project("", {"one": one, "two": two}), "two") is two
    with pytest.raises(UsageFault, match="several environments: one, two"):
        choose_environment(Project("", {"one": one, "two": two}), None)
    with pytest.raises(UsageFault, match='no environment "three"'):
        choose_environment(Project("", {"one": one}), "three")


_WITHOUT = _PLAYBOOK.replace('recipients: { file: r.csv, key: "{{ recipient.id }}" }\n', "")
_WISHES: list[tuple[str, Wish, str]] = [
    (_PLAYBOOK, Wish("", "r.csv", {"id": "1"}), "--set makes one recipient"),
    (_WITHOUT, Wish("", "r.csv"), "this playbook has no recipients"),
    (_PLAYBOOK.replace("file: r.csv, ", ""), Wish(""), "names no recipients' file"),
]


@pytest.mark.parametrize(("text", "wish", "said"), _WISHES)
def test_a_wish_that_cannot_be_says_what_to_give(
    tmp_path: Path, text: str, wish: Wish, said: str
) -> None:
    """The remedy names the option."""
    playbook = load_playbook(_write(tmp_path, playbook=text))
    with pytest.raises(UsageFault) as caught:
        open_recipients(wish, playbook)
    assert said in caught.value.message
    assert caught.value.remedy


def test_the_command_lines_file_replaces_the_playbooks(tmp_path: Path) -> None:
    """Its path is as the user gave it, the playbook's is relative to the playbook."""
    playbook = load_playbook(_write(tmp_path))
    other = tmp_path / "other.csv"
    other.write_text("id,name,phone\n")
    assert open_recipients(Wish("", str(other)), playbook).file == str(other)
    assert open_recipients(Wish(""), playbook).file == str(tmp_path / "r.csv")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- a", "FP103"),
        (_PLAYBOOK.replace("{{ vars.sign }}", "{{ vars.sign }"), "FP202"),
        (_PLAYBOOK.replace("version: 1", "version: 2"), "FP105"),
    ],
)
def test_a_faulty_playbook_sends_nothing(tmp_path: Path, text: str, code: str) -> None:
    """Its findings end the command with 1."""
    file = _write(tmp_path, playbook=text)
    with pytest.raises(FlexplayError) as caught:
        _check(file)
    assert isinstance(caught.value, Findings)
    assert (caught.value.problems[0].code, caught.value.exit_code) == (code, 1)


def test_a_faulty_project_file_sends_nothing(tmp_path: Path) -> None:
    """The account and the variables come from it."""
    file = _write(tmp_path)
    (tmp_path / "flexplay.yaml").write_text("environments: {}")
    with pytest.raises(Findings):
        load_wish(Wish(file))


def test_a_digest_tells_any_two_requests_apart(tmp_path: Path) -> None:
    """Every row has its own, and the same row has the same."""
    _, _, first = _check(_write(tmp_path))
    _, _, again = _check(_write(tmp_path))
    assert first.digests == again.digests
    assert len(set(first.digests)) == 3
