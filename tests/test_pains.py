"""A stranger's mistakes, as users of similar tools report them: each finding says what to type.

The numbers are those of the complaints that this project started from: places (8), noise (9), types
(10), keys written twice (11), blanks (12), the price of one character (15), Excel's files (17).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runner.lint import lint_file
from runner.load.file import load_file
from runner.model.document import Document, to_plain
from runner.model.problem import Problem, Severity

YAML = """\
version: 1
name: order-update
channel: { type: sms }
participants:
  - address: "{{ recipient.phone }}"
    proxy_address: "+19255551234"
routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    workflow_sid: WW0123456789abcdef0123456789abcdef
    queue_sid: WQ0123456789abcdef0123456789abcdef
    worker_sid: WK0123456789abcdef0123456789abcdef
message:
  author: Shop
  body: |
    Hi {{ recipient.name }},
    order {{ recipient.order_id }} is ready.
recipients:
  file: data.csv
  key: "{{ recipient.order_id }}"
  schema:
    type: object
    required: [order_id, name, phone]
    properties: { phone: { type: string, format: phone } }
samples:
  - { order_id: A-1, name: Ann, phone: "+13115552368" }
"""
TOML = """\
version = 1
name = "order-update"
channel.type = "sms"
[[participants]]
address = "+13115552368"
proxy_address = "+19255551234"
[routing.properties]
workspace_sid = "WS0123456789abcdef0123456789abcdef"
workflow_sid = "WW0123456789abcdef0123456789abcdef"
queue_sid = "WQ0123456789abcdef0123456789abcdef"
worker_sid = "WK0123456789abcdef0123456789abcdef"
[message]
author = "Shop"
body = "Hi"
"""
Flexplay = Callable[..., Any]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(right: str, wrong: str, file: str = "p.yaml") -> tuple[Problem, ...]:
    """Return what is found, the gravest first, when `wrong` stands where `right` should."""
    text = TOML if file.endswith(".toml") else YAML
    assert right in text
    Path(file).write_text(text.replace(right, wrong, 1), "utf-8")
    order = list(Severity)
    return tuple(sorted(lint_file(file), key=lambda problem: order.index(problem.severity)))


def say(problem: Problem) -> str:
    """Return place, message and remedy on one line."""
    span = problem.span
    return f"{span.line}:{span.column} {problem.message}: {problem.remedy}"


@pytest.mark.parametrize(
    ("number", "right", "wrong", "said"),
    [
        (
            8,
            "worker_sid",
            "worker_id",
            ('12:5 unknown key "worker_id" in routing.properties, did you mean "worker_sid"?'
            ": write worker_sid"),
        ),
        (
            8,
            "WQ0123456789abcdef0123456789abcdef",
            "WW0123456789abcdef0123456789abcdef",
            ("11:16 routing.properties.queue_sid wants a task queue (WQ…), but WW… is a workflow"
            ": write the WQ… SID here; this one belongs in workflow_sid"),
        ),
        (
            9,
            "type: sms",
            "type: whatsapp",
            ("5:14 participants[0].address lacks whatsapp:, by which Twilio knows the channel"
            ': write "whatsapp:{{ recipient.phone }}"'),
        ),
        (
            9,
            "type: sms",
            "type: whats app",
            '3:18 channel.type cannot be "whats app", did you mean "whatsapp"?: write whatsapp',
        ),
        (
            10,
            '"+19255551234"',
            "19255551234",
            ("6:20 participants[0].proxy_address is a number here, not text"
            ': write "+19255551234"'),
        ),
        (
            10,
            "author: Shop",
            "author: true",
            '14:11 message.author is true or false here, not text: write "true"',
        ),
        (
            10,
            "version: 1",
            'version: "1"',
            '1:10 version cannot be "1": write 1, without quotes',
        ),
        (
            11,
            "  author: Shop",
            "  author: Shop\n  author: Store",
            ('15:3 the key "author" occurs a second time; the first is on line 14'
            ": keep one of the two lines"),
        ),
        (
            12,
            "order {{ recipient.order_id }}",
            "order {{ recipient.oder_id }}",
            "17:24 recipient.oder_id is not in the recipients' schema: write recipient.order_id",
        ),
        (
            12,
            "Hi {{ recipient.name }}",
            "Hi {{ name }}",
            "16:11 name does not exist: write recipient.name",
        ),
        (
            15,
            "is ready",
            "isn\u2019t ready",
            ('17:39 "\u2019" makes this a UCS-2 message: 70 characters a segment instead of 160'
            """: use "'\""""),
        ),
        (
            12,
            '"{{ recipient.phone }}"',
            "{{ recipient.phone }}",
            ("5:14 a text that starts with {{ must be in quotes"
            ': write "{{ recipient.phone }}"'),
        ),
    ],
)  # fmt: skip
def test_the_first_finding_says_what_to_type(
    number: int, right: str, wrong: str, said: str
) -> None:
    """Place, what is wrong and what to write instead; no noise comes before it."""
    assert number
    assert say(found(right, wrong)[0]) == said


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            '"+13115552368"',
            "+13115552368",
            '5:11 participants[0].address is a number here, not text: write "+13115552368"',
        ),
        (
            'author = "Shop"',
            'author = "Shop"\nauthor = "Store"',
            (
                '14:1 the key "author" occurs a second time; the first is on line 13'
                ": keep one of the two lines"
            ),
        ),
        (
            "worker_sid",
            "worker_id",
            (
                '11:1 unknown key "worker_id" in routing.properties, did you mean "worker_sid"?'
                ": write worker_sid"
            ),
        ),
    ],
)
def test_toml_is_told_the_same(right: str, wrong: str, said: str) -> None:
    """A parser that knows no places, and forgets keys, is no excuse (8, 10, 11)."""
    assert say(found(right, wrong, "p.toml")[0]) == said


@pytest.mark.parametrize(
    "text", ["+15551234567", "015551234", "21:30", "09:30", "NO", "yes", "1_000", "0x1F", "1e3"]
)
def test_what_yaml_misreads_is_text_here(text: str) -> None:
    """No quotes are needed where YAML 1.1 would make a number or a truth value of it (10)."""
    assert found("author: Shop", f"author: {text}") == ()
    document = load_file("p.yaml")
    assert isinstance(document, Document)
    data: Any = to_plain(document.root)
    assert data["message"]["author"] == text


def test_a_key_that_yaml_misreads_is_shown_as_written() -> None:
    """`on:` is a key of this name, and not the truth value that it is in YAML 1.1 (10)."""
    assert say(found("version: 1", "version: 1\non: 1")[0]).startswith('2:1 unknown key "on"')


def test_one_mistake_is_one_finding() -> None:
    """The channel decides what is checked, instead of every channel's complaints (9)."""
    problems = found("  body: |", "  bdoy: |")
    assert [problem.code for problem in problems] == ["FP102"]


def test_a_line_of_a_text_is_its_own_line() -> None:
    """A finding inside of a block of text points at that line, and at the recipients' (8, 12)."""
    (problem, *_) = found("order {{ recipient.order_id }}", "order {{ recipient.oder_id }}")
    assert (problem.span.line, problem.span.column) == (17, 24)
    assert [related.message for related in problem.related] == ['there is "order_id"']
    assert problem.related[0].span.line == 23


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"oder_id,name,phone\nA,Ann,+13115552368\n", 'there is "oder_id"\n  = call it order_id'),
        (b"Order ID,name,phone\nA,Ann,+13115552368\n", 'there is "Order ID"\n  = call it order_id'),
        (b"order_id,name\nA,Ann\n", 'column "phone" is missing\n  = add a column phone'),
        (b"order_id,name,phone\nA,M\xfcller,+13115552368\n", "save the file as UTF-8"),
        (b"order_id,name,phone\nA,Ann,1.3115E+10\n", "format the column as text"),
    ],
)
def test_a_file_of_excel_is_explained(flexplay: Flexplay, data: bytes, said: str) -> None:
    """Columns come before rows, and the finding names the column that was probably meant (17)."""
    Path("p.yaml").write_text(YAML, "utf-8")
    Path("data.csv").write_bytes(data)
    ran = flexplay("run", "p.yaml", "--dry-run")
    assert ran.code == 1
    assert said in ran.err


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbforder_id;name;phone\r\nA-1;Ann;+13115552368\r\n",
        b'order_id,name,phone\nA-1,"Ann\nLee",+13115552368\n',
        b"order_id\tname\tphone\nA-1\tAnn\t+13115552368\n",
    ],
)
def test_what_excel_writes_is_read(flexplay: Flexplay, data: bytes) -> None:
    """Byte order mark, semicolons, tabs and line breaks in a cell are no mistakes (17)."""
    Path("p.yaml").write_text(YAML, "utf-8")
    Path("data.csv").write_bytes(data)
    ran = flexplay("run", "p.yaml", "--dry-run")
    assert ran.code == 0, ran.err
    assert "key A-1" in ran.out
