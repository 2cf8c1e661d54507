"""Document -> Playbook, or every fault of its shape at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.load.file import load_text
from runner.model.document import Document
from runner.model.playbook import DeliverySettings, Playbook
from runner.model.problem import Problem
from runner.schema.store import read_schema
from runner.validate.playbook import check_playbook, read_duration, read_rate

_MINIMAL = """
version: 1
name: reminder
channel: { type: sms }
participants: [{ address: "+13115552368", proxy_address: "+19255551234" }]
message: { body: Hello }
"""


def _check(text: str) -> Playbook | tuple[Problem, ...]:
    document = load_text("p.yaml", text.encode())
    assert isinstance(document, Document), document
    return check_playbook(document)


def test_a_minimal_playbook_has_the_documented_defaults() -> None:
    """What is left out is as the schema says: correlation, hold, close, 15 s and 30 s."""
    playbook = _check(_MINIMAL)
    assert isinstance(playbook, Playbook)
    assert playbook.delivery == DeliverySettings()
    assert (playbook.recipients, playbook.samples, playbook.vars) == (None, (), {})
    assert (playbook.name, playbook.channel.type, playbook.file) == ("reminder", "sms", "p.yaml")


def test_the_schemas_defaults_are_the_programs() -> None:
    """An editor shows the same defaults as those that are used."""
    properties = read_schema("playbook")["properties"]["delivery"]["properties"]
    shown = {name: given["default"] for name, given in properties.items() if "default" in given}
    used = DeliverySettings()
    assert shown.pop("concurrency") == "auto"
    assert used.concurrency is None
    for name, value in shown.items():
        if properties[name].get("$ref") == "#/$defs/duration":
            shown[name] = read_duration(value)
    assert shown == {name: getattr(used, name) for name in shown}


def test_settings_are_read_in_seconds_and_a_second() -> None:
    """Durations become seconds, rates a number a second, auto becomes no ceiling."""
    playbook = _check(
        _MINIMAL
        + "delivery: { rate: 30/min, concurrency: auto, timeout: 2min, join_timeout: 500ms,"
        " on_open_conversation: append, on_message_failure: keep, correlation: false }"
    )
    assert isinstance(playbook, Playbook)
    assert playbook.delivery == DeliverySettings(
        correlation=False,
        rate=0.5,
        concurrency=None,
        on_open_conversation="append",
        on_message_failure="keep",
        join_timeout=0.5,
        timeout=120.0,
    )


@pytest.mark.parametrize("text", ["rate: 1e9/s", "timeout: 99999999s", "rate: 99999999/s"])
def test_a_setting_beyond_all_measure_is_a_finding(text: str) -> None:
    """A number that cannot be meant is not taken."""
    found = _check(_MINIMAL + f"delivery: {{ {text} }}")
    assert isinstance(found, tuple)
    assert [problem.code for problem in found] == ["FP106"]


def test_all_faults_come_at_once_in_the_order_of_the_file() -> None:
    """Nobody has to run validate once for each slip."""
    found = _check("version: 2\nname: A B\nchannel: { type: fax }\nparticipants: []\nmessage: {}\n")
    assert isinstance(found, tuple)
    assert [problem.span.line for problem in found] == sorted(p.span.line for p in found)
    assert {problem.span.line for problem in found} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("text", ["- a", "just text", "7"])
def test_a_file_that_is_no_mapping_is_no_playbook(text: str) -> None:
    """The one finding says how a playbook begins."""
    (problem,) = _check(text)  # type: ignore[misc]
    assert problem.code == "FP103"
    assert "begin with version: 1" in problem.remedy


def test_a_row_schema_is_checked_with_the_playbook() -> None:
    """A schema that cannot be used is found before any recipient is read."""
    found = _check(_MINIMAL + "recipients: { key: x, schema: { type: strng } }")
    assert isinstance(found, tuple)
    assert found[0].message.startswith("recipients.schema.type cannot be")


_UNITS = {"ms": 0.001, "s": 1, "min": 60, "h": 3600}


@given(st.integers(1, 10**6), st.sampled_from(sorted(_UNITS)))
def test_a_duration_is_its_number_times_its_unit(number: int, unit: str) -> None:
    """Whatever the schema accepts as a duration is read as seconds."""
    assert read_duration(f"{number}{unit}") == pytest.approx(number * _UNITS[unit])


@given(st.from_regex(r"\A[1-9][0-9]{0,6}(ms|s|min|h)\Z"))
def test_whatever_the_schema_takes_for_a_duration_can_be_read(text: str) -> None:
    """The schema's pattern and the reader agree."""
    assert read_duration(text) > 0


@given(st.from_regex(r"\A[1-9][0-9]{0,6}(\.[0-9]{1,3})?/(s|min|h)\Z"))
def test_whatever_the_schema_takes_for_a_rate_can_be_read(text: str) -> None:
    """The schema's pattern and the reader agree; an hour's rate is the smallest."""
    number, _, unit = text.partition("/")
    assert read_rate(text) == pytest.approx(float(number) / _UNITS[unit])
