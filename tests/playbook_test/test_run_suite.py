"""What is given and expected, and what is said where the two do not meet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runner.lint import lint_file
from runner.model.outcome import Held
from runner.model.playbook_test import SuiteResult

Said = Callable[..., list[str]]
Run = Callable[..., SuiteResult]

_PASSING = """\
tests:
  - name: everything that can be expected
    sample: Ann
    now: 2026-03-31T10:00:00-04:00
    expect:
      body: |
        Hi Ann,
        bye
      author: { contains: [Clinic, staging], not_contains: production, matches: "^Clinic .*g$" }
      key: A-1
      segments: 1
      encoding: GSM-7
      requests:
        Channel.type: sms
        Channel.participants[0].address: "+13115552368"
        Channel.participants[0].proxy_address: { matches: "^[+]1925" }
        Routing.properties.priority: 1
        Routing.properties.attributes["a.b"]: x
        Routing.properties.task_channel_sid: { absent: true }
        Author: Clinic in staging
  - name: a sample by its number
    sample: 2
    expect: { body: Hallo Bob, key: { matches: "^B" } }
  - name: the first sample where none is named
    expect: { key: A-1 }
  - name: a recipient of its own
    recipient: { id: C-1, name: Cem, phone: "+1 311 555 0142", lang: de, timezone: Europe/Berlin }
    expect: { body: Hallo Cem, requests: { "Channel.participants[0].address": "+13115550142" } }
  - name: a sample with other fields
    sample: Ann
    recipient: { room: B12, name: Zoë }
    expect: { body: "Hi Zoë,\\nroom B12\\nbye" }
  - name: a variable
    sample: Bob
    vars: { mark: 1 }
    expect: { body: Hallo Bob! }
  - name: another environment
    environment: production
    expect:
      author: Clinic in production
      requests: { "Channel.participants[0].proxy_address": "+19255559999" }
  - name: a variable over that of the environment
    environment: production
    vars: { sender: "+19255550000" }
    expect: { requests: { "Channel.participants[0].proxy_address": "+19255550000" } }
  - name: too early, by the recipient's clock
    sample: Bob
    now: 2026-03-28T04:00:00Z
    expect: { held_until: 2026-03-28T09:00:00+01:00, body: Hallo Bob }
  - name: held, whenever it ends
    sample: Bob
    now: 2026-03-28T04:00:00Z
    expect: { held: true }
  - name: rejected by the schema
    without: [phone]
    expect: { rejected: FP101 }
  - name: rejected by a template
    recipient: { id: "+13115552368", phone: "+13115552368", name: x, lang: de }
    expect: { rejected: FP217 }
"""


def test_expectations_that_are_met(run: Run) -> None:
    """Recipients, samples, variables, environments and times; every kind of expectation."""
    result = run(_PASSING)
    assert [str(each) for each in (*result.problems, *result.results) if _bad(each)] == []
    assert len(result.results) == 12
    assert lint_file("p.test.yaml") == ()


def _bad(each: Any) -> bool:
    return bool(getattr(each, "mismatches", True))


_HELD = "(America/New_York: Mon 23:00); opens 2026-03-31 13:00 UTC"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("expect: { body: Hi }", ["4 FP801 a: the body is not as expected"]),
        ('expect: { body: "Hi Ann,\\n\\nbye" }', ["4 FP801 a: the body is not as expected"]),
        ("expect: { subject: x }", ["4 FP801 a: there is no subject"]),
        ("expect: { content_sid: x }", ["4 FP801 a: there is no content SID"]),
        ("expect: { content_variables: { '1': x } }", [
            '4 FP801 a: there is no content variable "1"',
        ]),
        ("expect: { author: { contains: Clinic on } }", [
            '4 FP801 a: the author lacks "Clinic on"',
        ]),
        ("expect: { author: { not_contains: [x, staging] } }", [
            '4 FP801 a: the author has "staging" in it',
        ]),
        ("expect: { author: { matches: ^in } }", ["4 FP801 a: the author does not match ^in"]),
        ("expect: { key: { contains: Z, matches: Y } }", [
            '4 FP801 a: the key lacks "Z"',
            "4 FP801 a: the key does not match Y",
        ]),
        ("expect: { segments: 2, encoding: UCS-2 }", [
            "4 FP801 a: the number of segments is not as expected",
            "4 FP801 a: the encoding is not as expected",
        ]),
        ("expect: { requests: { Routing.properties.priority: '1' } }", [
            "4 FP801 a: the Routing.properties.priority is not as expected",
        ]),
        ("expect: { requests: { Routing.properties.priority: true } }", [
            "4 FP801 a: the Routing.properties.priority is not as expected",
        ]),
        ("expect: { requests: { 'Channel.participants[1].type': sms } }", [
            "4 FP801 a: there is no Channel.participants[1].type",
        ]),
        ("expect: { requests: { Channel.type: { absent: true } } }", [
            "4 FP801 a: there is a Channel.type",
        ]),
        ("expect: { rejected: FP101 }", ["4 FP801 a: the recipient is not rejected"]),
        ("without: [phone]", [
            '3 FP801 a: the recipient is rejected with FP101: "phone" is missing',
        ]),
        ("without: [phone]\n    expect: { rejected: FP212 }", [
            '5 FP801 a: the recipient is rejected with FP101: "phone" is missing',
        ]),
        ("now: 2026-03-31T03:00:00Z", [
            f"3 FP801 a: the message is held: outside the window 09:00-18:00 {_HELD}",
        ]),
        ("now: 2026-03-31T03:00:00Z\n    expect: { held_until: 2026-03-31T09:00:00+02:00 }", [
            "5 FP801 a: the message is held until another time",
        ]),
        ("now: 2026-03-31T03:00:00Z\n    expect: { expired: true }", [
            f"5 FP801 a: the message is held: outside the window 09:00-18:00 {_HELD}",
        ]),
        ("now: 2026-03-31T15:00:00Z\n    expect: { held: true }", [
            "5 FP801 a: the message is not held at this time",
        ]),
        ("now: 2026-03-31T15:00:00Z\n    expect: { expired: true }", [
            "5 FP801 a: the message has not expired at this time",
        ]),
    ],
)  # fmt: skip
def test_expectations_that_are_not_met(said: Said, given: str, wanted: list[str]) -> None:
    """Each fails at its own line; what the test does not mention fails at its name."""
    assert said(f"tests:\n  - name: a\n    {given}\n") == wanted


def test_a_message_that_has_expired(run: Run, folder: Path) -> None:
    """It is expected to be, or fails with the reason; what would wait in vain has expired too."""
    text = (folder / "p.yaml").read_text("utf-8")
    deadline = "  not_after: 2026-03-31T12:00:00-04:00\nvars:"
    (folder / "p.yaml").write_text(text.replace("vars: {", deadline + " {"), "utf-8")
    result = run(
        """\
tests:
  - name: in time
    now: 2026-03-31T11:59:00-04:00
  - name: too late
    now: 2026-03-31T12:01:00-04:00
    cases:
      - { name: expected, expect: { expired: true } }
      - { name: not expected }
      - { name: something else, expect: { held: true } }
  - name: opens too late
    sample: Bob
    now: 2026-03-31T20:00:00+02:00
    expect: { expired: true }
"""
    )
    failed = [case.case.name for case in result.results if case.mismatches]
    assert failed == ["too late: not expected", "too late: something else"]


def test_without_a_time_hours_are_not_judged(run: Run) -> None:
    """A test of a text passes at any hour of the day."""
    assert run("tests: [{ name: a, sample: Bob, expect: { body: Hallo Bob } }]\n").failed == 0


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("Clinic in {{ env }}", "Clinic at {{ now }}", "a template reads now"),
        ("  schema:", "  period: day\n  timezone: Europe/Berlin\n  schema:", "the key tells"),
    ],
)
def test_what_depends_on_the_clock_needs_a_time(
    said: Said, folder: Path, old: str, new: str, why: str
) -> None:
    """A test that asks the clock would pass today and fail tomorrow."""
    text = (folder / "p.yaml").read_text("utf-8")
    (folder / "p.yaml").write_text(text.replace(old, new), "utf-8")
    (found,) = said("tests: [{ name: a }]\n")
    assert found.startswith(f"2 FP805 this test gives no time, and {why}")
    period = "@2026-03-31" if "period" in new else ""
    test = f"{{ name: a, expect: {{ key: A-1{period} }} }}"
    assert said(f"now: 2026-03-31T15:00:00Z\ntests: [{test}]\n") == []


def test_consent_is_as_old_as_the_test_says(said: Said, folder: Path) -> None:
    """The age of a required column is judged at the test's time, and needs one."""
    policy = "policy: { require_columns: { consent: { max_age: 30d } } }"
    (folder / "flexplay.yaml").write_text(f"environments: {{ staging: {{ {policy} }} }}", "utf-8")
    test = "tests: [{ name: a, recipient: { consent: 2026-03-01 }, sample: Ann"
    assert [each[:7] for each in said(test + " }]\n")] == ["2 FP805"]
    old = ", now: 2026-05-01T15:00:00Z, expect: { rejected: FP604 } }]\n"
    assert said(test + ", now: 2026-03-20T15:00:00Z }]\n") == []
    assert said(test + old) == []


def test_cases_take_what_is_above_them(run: Run) -> None:
    """File, test, case: the last word counts; mappings are laid over one another."""
    result = run(
        """\
sample: Bob
vars: { mark: 1 }
expect: { author: { contains: staging }, requests: { Channel.type: sms } }
tests:
  - name: greeting
    recipient: { name: Ben }
    expect: { body: "Hallo Ben!", requests: { Routing.properties.priority: 1 } }
    cases:
      - name: as above
      - name: another name
        recipient: { name: Bea }
        expect: { body: "Hallo Bea!" }
      - name: another sample
        sample: Ann
        expect: { body: "Hi Ben,\\nbye", requests: { Channel.type: email } }
      - name: rejected, so it has no body
        recipient: { phone: "1" }
        expect: { rejected: FP106 }
      - name: held
        now: 2026-03-28T04:00:00Z
        expect: { held: true }
  - name: rejected
    without: [phone]
    expect: { rejected: FP101 }
    cases:
      - name: all of them
      - { name: but this, recipient: { phone: "+13115550142" }, without: [], expect: { key: B-1 } }
"""
    )
    found = {case.case.name: len(case.mismatches) for case in result.results}
    assert found == {
        "greeting: as above": 0,
        "greeting: another name": 0,
        "greeting: another sample": 1,
        "greeting: rejected, so it has no body": 0,
        "greeting: held": 0,
        "rejected: all of them": 0,
        "rejected: but this": 1,
    }


def test_what_becomes_of_a_message_is_said_once(run: Run) -> None:
    """A case that is rejected or expires is not held, though the file says so of all others."""
    result = run(
        """\
expect: { held: true }
now: 2026-03-28T04:00:00Z
tests:
  - { name: held, sample: Bob }
  - { name: held until, sample: Bob, expect: { held_until: "2026-03-28T08:00:00Z" } }
  - { name: rejected, without: [phone], expect: { rejected: FP101 } }
  - { name: not rejected, sample: Bob, expect: { rejected: FP101 } }
  - { name: not expired, sample: Bob, expect: { expired: true } }
"""
    )
    assert [len(case.mismatches) for case in result.results] == [0, 0, 0, 1, 1]


def test_the_playbooks_line_is_the_second_place(run: Run) -> None:
    """Of a text, of a field of the requests, of a key; of a template the file that is named."""
    result = run(
        "tests: [{ name: a, expect: { body: x, author: x, key: x, requests: "
        "{ Routing.properties.attributes.customerName: x } } }]\n"
    )
    places = {
        mismatch.problem.message: [each.span.line for each in mismatch.problem.related]
        for mismatch in result.results[0].mismatches
    }
    assert places == {
        "a: the body is not as expected": [15],
        "a: the author is not as expected": [14],
        "a: the key is not as expected": [18],
        "a: the Routing.properties.attributes.customerName is not as expected": [12],
    }


def test_a_template_that_fails_is_pointed_at(run: Run, folder: Path) -> None:
    """The line of the template that is at fault, though it is in another file."""
    (folder / "hi.de.j2").write_text("\n{{ recipient.name + 1 }}", "utf-8")
    ((case,), (mismatch,)) = (
        (result := run("tests: [{ name: a, sample: Bob }]\n")).results,
        result.results[0].mismatches,
    )
    assert not case.rendered
    related = mismatch.problem.related[0]
    assert (related.span.file, related.span.line) == ("hi.de.j2", 2)


def test_content_variables_are_these_and_no_others(said: Said, folder: Path) -> None:
    """A variable too many is a mismatch as well as one that lacks or differs."""
    text = (folder / "p.yaml").read_text("utf-8")
    start, end = text.index("  body: |"), text.index("recipients:")
    content = (
        "  content_sid: HX0123456789abcdef0123456789abcdef\n"
        '  content_variables: { "1": "{{ recipient.name }}", "2": x }\n'
    )
    whatsapp = text[:start] + content + text[end:]
    for old, new in (
        ("sms", "whatsapp"),
        ('"{{ rec', '"whatsapp:{{ rec'),
        ("+1925", "whatsapp:+1925"),
    ):
        whatsapp = whatsapp.replace(old, new, 1)
    (folder / "p.yaml").write_text(whatsapp, "utf-8")
    sid = "content_sid: HX0123456789abcdef0123456789abcdef"
    test = "tests: [{{ name: a, expect: {{ {} }} }}]\n"
    right = f"{sid}, content_variables: {{ '1': Ann, '2': {{ contains: x }} }}"
    assert said(test.format(right)) == []
    assert said(test.format("content_variables: { '1': Ann, '3': z }")) == [
        '2 FP801 a: there is another content variable "2"',
        '2 FP801 a: there is no content variable "3"',
    ]
    assert said(test.format("body: x, segments: 1, encoding: GSM-7")) == [
        "2 FP801 a: there is no body",
        "2 FP801 a: only SMS has segments, and this is whatsapp",
        "2 FP801 a: only SMS has encoding, and this is whatsapp",
    ]


def test_a_price_may_be_a_limit(said: Said) -> None:
    """So that a longer name does not fail a test, and a second segment does."""
    limit = "expect: {{ segments: {{ at_most: 1 }} }}"
    test = f"tests: [{{{{ name: a, sample: Bob, recipient: {{{{ name: {{}} }}}}, {limit} }}}}]\n"
    assert said(test.format("B" * 150)) == []
    assert said(test.format("B" * 160)) == [
        "2 FP801 a: the text costs 2 segments, and 1 at most are expected"
    ]


def test_a_playbook_that_no_run_would_send_is_not_tested(said: Said, folder: Path) -> None:
    """A test that passes while a run refuses would say the wrong thing."""
    text = (folder / "p.yaml").read_text("utf-8")
    (folder / "p.yaml").write_text(text.replace("recipient.name", "recipient.nam"), "utf-8")
    found = said("tests: [{ name: a }]\n")
    assert [each[:7] for each in found][:1] == ["12 FP20"]
    (folder / "p.yaml").write_text("version: 2\n", "utf-8")
    assert all(" FP10" in each for each in said("tests: [{ name: a }]\n"))


def test_a_message_for_which_a_run_would_be_refused(said: Said, folder: Path) -> None:
    """The environment's senders, and its limits where one message is too much."""
    text = (folder / "flexplay.yaml").read_text("utf-8")
    (folder / "flexplay.yaml").write_text(
        text.replace("staging: {}", 'staging: { senders: ["+19255550000"] }'), "utf-8"
    )
    (found,) = said("tests: [{ name: a }]\n")
    assert found.startswith(
        "2 FP801 a: a run would be refused: staging may not send from +19255551234"
    )


def test_a_message_comes_from_a_template_file(said: Said, run: Run, folder: Path) -> None:
    """Its branches count, and a text that differs leads to the file's name in the playbook."""
    text = (folder / "p.yaml").read_text("utf-8")
    start, end = text.index("  body: |"), text.index("recipients:")
    (folder / "p.yaml").write_text(text[:start] + "  template: hi.en.j2\n" + text[end:], "utf-8")
    assert said("tests: [{ name: a, expect: { body: x } }]\n") == [
        "2 FP801 a: the body is not as expected"
    ]
    result = run("tests: [{ name: a, recipient: { room: B }, sample: Ann }]\n")
    assert [(each.span.file, each.span.line) for each in result.coverage.taken] == [("hi.en.j2", 2)]
    assert len(result.coverage.branches) == 2


def test_a_playbook_without_recipients(said: Said, folder: Path) -> None:
    """It is one message, with nothing to give."""
    text = (folder / "p.yaml").read_text("utf-8")
    single = text[: text.index("recipients:")].replace("recipient.lang", "'de'")
    single = single.replace("{{ recipient.name }}", "x").replace(
        "{{ recipient.phone }}", "+13115552368"
    )
    (folder / "p.yaml").write_text(single.replace("{{ vars.sender }}", "+19255551234"), "utf-8")
    (folder / "hi.de.j2").write_text("Hallo", "utf-8")
    assert said("tests: [{ name: a, expect: { body: Hallo, key: single } }]\n") == []


def test_a_playbook_without_samples_needs_a_recipient(said: Said, folder: Path) -> None:
    """There is nobody to take instead."""
    text = (folder / "p.yaml").read_text("utf-8")
    (folder / "p.yaml").write_text(
        text[: text.index("samples:")] + text[text.index("delivery:") :], "utf-8"
    )
    assert said("tests: [{ name: a }]\n") == [
        "2 FP804 this test has no recipient, and the playbook has no samples"
    ]


def test_branches_of_included_files_count(run: Run) -> None:
    """Every test adds to what is taken, in the playbook and in the files that it includes."""
    one = run("tests: [{ name: a }]\n").coverage
    assert [(each.span.file, each.span.line, each.missed) for each in one.missed] == [
        ("hi.de.j2", 1, "makes this condition false"),
        ("hi.de.j2", 1, "makes this condition true"),
        ("hi.en.j2", 2, "makes this condition true"),
    ]
    assert one.percent == 25
    two = "{ name: b, sample: Bob }, { name: c, sample: Ann, recipient: { room: '1' } }"
    assert run(f"tests: [{{ name: a }}, {two}]\n").coverage.percent == 75


def test_a_message_held_for_good(said: Said, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no hour suits, there is no time until which it is held."""
    del folder
    monkeypatch.setattr("runner.playbook_test.bench.judge", lambda *_: Held("no hour suits"))
    test = "{ name: a, now: 2026-03-31T15:00:00Z, expect: { held_until: 2026-04-01T00:00:00Z } }"
    assert said(f"tests: [{test}]\n") == [
        "2 FP801 a: the message is held, and nobody knows until when"
    ]
