"""What a run comes to, as text and as data."""

import json
from dataclasses import replace

import pytest

from runner.model.channel import CHANNELS
from runner.model.delivery import Customer, Delivery
from runner.model.exit_code import ExitCode
from runner.model.outcome import STATES, Failed, Sent, Sids
from runner.model.place import Span
from runner.model.problem import Problem
from runner.model.recipient import RejectedRow
from runner.report.run_report import (
    RunReport,
    delivery_line,
    outcome_text,
    rejected_line,
    run_document,
    run_summary,
)

_PHONE = "+13115552368"
_PLACE = Span("data/r.csv", 7, 1, 7, 30)


def _delivery() -> Delivery:
    customer = Customer(_PHONE, "+19255551234")
    body = (("Body", f"Call {_PHONE}"),)
    return Delivery("c0ffee", "A-1", _PLACE, CHANNELS["sms"], customer, (), body)


def _report(segments: int = 0, stopped: str = "", /, **counts: int) -> RunReport:
    every = {"planned": sum(counts.values()), **dict.fromkeys(STATES, 0), **counts}
    return RunReport(
        "7QM9KD", "reminder", "staging", every, segments, 60.44, ExitCode.DONE, stopped
    )


_ALL_SAID = (
    "1,181 planned: 1,178 accepted by Twilio, 1 failed, 2 uncertain, 1,268 segments, in 60.4 s"
)
_SUMMARIES: list[tuple[RunReport, list[str]]] = [
    (_report(), ["0 planned: nothing to do, in 60.4 s"]),
    (_report(1, sent=1), ["1 planned: 1 accepted by Twilio, 1 segment, in 60.4 s"]),
    (
        _report(1268, sent=1178, failed=1, uncertain=2),
        [_ALL_SAID],
    ),
    (
        _report(0, "credentials refused", pending=3),
        ["3 planned: 3 pending, in 60.4 s", "Stopped: credentials refused"],
    ),
    (_report(sent=1, changed=1), ["2 planned: 1 CHANGED, 1 accepted by Twilio, in 60.4 s"]),
    (
        replace(
            _report(held=1),
            redirected_to="+1•••••0199",
            hints=(("Carry on", "flexplay resume 7QM9KD"), ("Delivered or not", "flexplay …")),
        ),
        [
            "1 planned: 1 held, in 60.4 s",
            "REDIRECTED TO +1•••••0199: nobody else got anything",
            "Carry on: flexplay resume 7QM9KD",
            "Delivered or not: flexplay …",
        ],
    ),
]


@pytest.mark.parametrize(("report", "lines"), _SUMMARIES)
def test_a_summary_adds_up_before_the_readers_eyes(report: RunReport, lines: list[str]) -> None:
    """Only what happened is listed, under words that people use."""
    assert list(run_summary(report)) == lines


def test_every_state_has_its_words() -> None:
    """No count can be left out of the summary."""
    (line,) = run_summary(_report(**dict.fromkeys(STATES, 1)))
    assert line.startswith("10 planned: ")
    assert line.count("1 ") >= len(STATES)


def test_the_document_is_json_with_all_counts() -> None:
    """Numbers are numbers, and the duration is rounded to milliseconds."""
    document = json.loads(json.dumps(run_document(_report(2, sent=2))))
    assert document["counts"]["planned"] == 2
    assert set(document["counts"]) == {"planned", *STATES}
    assert (document["duration_s"], document["exit_code"]) == (60.44, 0)


def test_nothing_that_is_written_down_holds_an_address() -> None:
    """The address is masked, and the text of the message is not there at all."""
    failed = Failed("21610 opted out at Twilio")
    said = json.dumps(delivery_line(_delivery(), failed)) + outcome_text(_delivery(), failed)
    assert _PHONE not in said
    assert "5552368" not in said
    assert "Call" not in said


def test_a_line_tells_what_twilio_made() -> None:
    """Every SID that is known is there to be looked up."""
    sids = Sids("KD1", "UO1", "CH1", "WT1", "IM1")
    line = delivery_line(_delivery(), Sent(sids, "appended"))
    assert line == {
        "key": "A-1",
        "address": "+1•••••2368",
        "state": "sent",
        "reason": "appended",
        "interaction_sid": "KD1",
        "channel_sid": "UO1",
        "conversation_sid": "CH1",
        "task_sid": "WT1",
        "message_sid": "IM1",
        "row": "data/r.csv:7",
    }


def test_a_rejected_row_has_its_reason_and_its_place() -> None:
    """It has no key and no address, because they may be what is wrong."""
    row = RejectedRow({"phone": _PHONE}, _PLACE, (Problem(_PLACE, "FP212", "name is empty"),))
    line = rejected_line(row)
    assert (line["state"], line["reason"], line["row"]) == (
        "rejected",
        "FP212 name is empty",
        "data/r.csv:7",
    )
    assert line["key"] == line["address"] == ""


def test_a_line_for_people_names_state_place_and_reason() -> None:
    """Whoever reads it can find the row."""
    text = outcome_text(_delivery(), Failed("21610 opted out"))
    assert text == "FAILED     data/r.csv:7  +1•••••2368  21610 opted out"
