"""Annotations are read back as GitHub's runner reads them (github.com/actions/runner)."""

import html
import re
from collections import Counter
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from runner.model.place import Span
from runner.model.problem import Problem, Related, Severity
from runner.report.findings_github import SUMMARY_LIMIT, github_summary, report_github
from runner.report.visible import make_visible

NUMBER = Problem(Span("a.yaml", 2, 14, 2, 17), "FP104", "it is a number", 'write "+155"')
PIECES = ("%", "%0A", "%0D", "%25", "%3A", "%2C", "::", ",", "=", "\r", "\n", " ", "☃", "\u2028")
MARKS = ("a", " ", "|", "`", "*", "_", "<b>", "<!--", "&lt;", "[x](y)", "\\", "~~", "#", "\n", "$")
TEXTS = st.text() | st.lists(st.sampled_from(PIECES)).map("".join)


@dataclass(frozen=True, slots=True)
class Command:
    """A workflow command, as the runner understands it."""

    name: str
    properties: dict[str, str]
    data: str


def runner_reads(line: str) -> Command:
    """Parse a line the way of TryParseV2 in the runner's ActionCommand.cs."""
    line = line.lstrip()
    assert line.startswith("::")
    info, _, data = line[2:].partition("::")
    name, _, given = info.partition(" ")
    pairs = [pair.split("=", 1) for pair in given.strip().split(",") if pair]
    properties = {key: unescape(value, {":": "%3A", ",": "%2C"}) for key, value in pairs}
    return Command(name, properties, unescape(data, {}))


def unescape(text: str, more: dict[str, str]) -> str:
    """Take back the escapes in the runner's order: `%25` last."""
    for char, escaped in {"\r": "%0D", "\n": "%0A", **more, "%": "%25"}.items():
        text = text.replace(escaped, char)
    return text


def commands(problems: list[Problem]) -> list[Command]:
    """What the runner makes of the report."""
    return [runner_reads(line) for line in report_github(problems).splitlines()]


def many(**counts: int) -> list[Problem]:
    """So many findings of each severity, the harmless ones first."""
    return [
        replace(NUMBER, severity=Severity(name), message=f"{name} {index}")
        for name in ("info", "warning", "error")
        for index in range(counts.get(name, 0))
    ]


def test_a_finding_becomes_an_annotation() -> None:
    """File, lines, columns, the code as the title, then the message and the remedy."""
    assert report_github([NUMBER]) == (
        "::error file=a.yaml,line=2,endLine=2,col=14,endColumn=17,title=FP104"
        '::it is a number%0Awrite "+155"\n'
    )


def test_no_finding_prints_nothing() -> None:
    """A clean run annotates nothing."""
    assert report_github([]) == ""


def test_severities_have_githubs_names() -> None:
    """An info is a notice."""
    found = commands([replace(NUMBER, severity=severity) for severity in Severity])
    assert [command.name for command in found] == ["error", "warning", "notice"]


@pytest.mark.parametrize(
    ("span", "lines"),
    [
        (Span("f", 3, 5, 6, 2), {"line": "3", "endLine": "6"}),
        (Span("f", 3, 5, 6, 1), {"line": "3", "endLine": "5"}),
        (Span("f", 3, 5, 4, 1), {"line": "3", "endLine": "3"}),
    ],
)
def test_several_lines_have_no_columns(span: Span, lines: dict[str, str]) -> None:
    """The runner refuses columns then; the last line is the last that the span covers."""
    (command,) = commands([replace(NUMBER, span=span)])
    assert command.properties == {"file": "f", **lines, "title": "FP104"}


def test_related_places_are_told() -> None:
    """An annotation has one place, so the others stand in its text."""
    related = (Related(Span("data.csv", 640, 2, 640, 9), "for this recipient"),)
    (command,) = commands([replace(NUMBER, remedy="", related=related)])
    assert command.data == "it is a number\ndata.csv:640: for this recipient"


@given(TEXTS, TEXTS, TEXTS.filter(bool))
def test_any_message_parses_back(message: str, remedy: str, file: str) -> None:
    """The runner reads the same words and the same file, whatever signs are in them."""
    problem = replace(NUMBER, message=message, remedy=remedy, span=replace(NUMBER.span, file=file))
    report = report_github([problem], shown=str)
    assert report.count("\n") == 1
    command = runner_reads(report.removesuffix("\n"))
    assert command.properties["file"] == file
    assert command.properties["title"] == "FP104"
    words = [make_visible(text) for text in (message, remedy) if text]
    assert command.data == "\n".join(words)


@given(st.integers(0, 25), st.integers(0, 25), st.integers(0, 25))
def test_never_more_than_ten_of_a_kind_and_none_lost(error: int, warning: int, info: int) -> None:
    """GitHub drops the eleventh silently: what is left out is counted in one last notice."""
    found = commands(many(error=error, warning=warning, info=info))
    kinds = Counter(command.name for command in found)
    assert max(kinds.values(), default=0) <= 10
    more = [re.fullmatch(r"and (\d+) more: see the job summary", each.data) for each in found]
    left = sum(int(match[1]) for match in more if match)
    assert sum(map(bool, more)) == (1 if max(error, warning, info) > 10 else 0)
    assert len(found) - sum(map(bool, more)) + left == error + warning + info
    assert not any(more[:-1])


def test_the_gravest_come_first() -> None:
    """Errors before warnings before infos, each in the order of the files."""
    words = [command.data.splitlines()[0] for command in commands(many(error=2, info=1, warning=1))]
    assert words == ["error 0", "error 1", "warning 0", "info 0"]


def test_a_very_long_message_is_cut_where_github_cuts() -> None:
    """The runner keeps 4,096 characters; the cut is shown."""
    (command,) = commands([replace(NUMBER, message="x" * 9000)])
    assert len(command.data) == 4096
    assert command.data.endswith("…")


def test_the_summary_lists_every_finding() -> None:
    """All of them, not only those that are annotated, under the counting line."""
    text = github_summary(many(error=30, warning=5), 3)
    assert text.startswith("### flexplay validate\n\nFound 35 problems (30 errors, 5 warnings) in ")
    assert text.count("\n| error | a.yaml:2:14 | FP104 | error ") == 30
    assert text.count("\n| warning |") == 5


def test_a_clean_summary_says_so() -> None:
    """There is no empty table."""
    assert github_summary([], 3) == "### flexplay validate\n\nNo problems in 3 files.\n"


def test_the_summary_links_to_the_lines() -> None:
    """Where the address is known, places can be clicked; files outside of the repository cannot."""
    blob = "https://github.example/o/r/blob/4f2c"
    inside = replace(NUMBER, span=replace(NUMBER.span, file="a b/ü.yaml"))
    outside = replace(NUMBER, span=replace(NUMBER.span, file="/tmp/x.yaml"))  # noqa: S108 - a name
    text = github_summary([inside, outside], 2, blob=blob)
    assert f"[a b/ü.yaml:2:14]({blob}/a%20b/%C3%BC.yaml#L2)" in text
    assert "| /tmp/x.yaml:2:14 |" in text


@given(st.lists(st.sampled_from(MARKS)).map("".join), st.text())
def test_no_message_breaks_the_summarys_table(message: str, remedy: str) -> None:
    """Markdown and HTML in a message are shown, not obeyed: the table reads as it was said."""
    problem = replace(NUMBER, message=message, remedy=remedy)
    page = MarkdownIt("commonmark").enable("table").render(github_summary([problem], 1))
    cells = re.findall(r"<td>(.*?)</td>", page, re.DOTALL)
    said = [html.unescape(text).strip() for text in cells[3].split("<br>→ ")]
    assert len(cells) == 4
    assert not re.search("<(?!br>)", "".join(cells))
    assert said == [make_visible(text).strip() for text in (message, remedy)][: len(said)]
    assert len(said) == (2 if remedy else 1)


@pytest.mark.parametrize("room", [SUMMARY_LIMIT, 2000, 500, 100])
def test_the_summary_never_outgrows_its_room(room: int) -> None:
    """GitHub shows nothing of a summary that is too large, so the rest is counted instead."""
    text = github_summary(many(error=20000), 1, room=room)
    assert len(text.encode()) <= room
    rows = text.count("\n| error |")
    match = re.search(r"\*\*([\d,]+) more findings are left out\*\*", text)
    assert room < 500 or (match and rows + int(match[1].replace(",", "")) == 20000)
