"""Reading files: what cannot be read is a finding, whatever the bytes are."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.load.file import LARGEST_FILE, load_file, load_text
from runner.model.document import Document, to_plain
from runner.model.place import Span
from runner.model.problem import Problem

PROPERTY = settings(
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=300,
    suppress_health_check=[HealthCheck.too_slow],
)
FRAGMENTS = [
    *("a", "b: ", "- ", '"', "'", "\n", "\n  ", " ", "\t", "|", ">", "|2", ">+\n ", "\r\n", "\r"),
    *("\u2028", "\x85", "\\", "\\n", "\\\n", "{", "}", "[", "]", ",", "#", "é", "😀", "&a ", "*a"),
    *(
        "!t ",
        "---",
        "? ",
        "\ufeff",
        "\\u00e9",
        "k = ",
        '"""',
        "'''",
        "[a]\n",
        "[[a.b]]\n",
        ".",
        "=",
    ),
    *("1", "inf", "1979-05-27", "\x00", "{{ x }}", "<<: "),
]


def _only(result: Document | tuple[Problem, ...]) -> Problem:
    assert isinstance(result, tuple)
    assert len(result) == 1
    return result[0]


def _inside(span: Span, text: str) -> bool:
    """Whether the span lies in the text; a line's break counts as part of it."""
    lines = text.replace("\r\n", "\n ").replace("\r", "\n").split("\n")
    size = max(len(line) for line in lines) + 3
    return (
        1 <= span.line <= span.end_line <= len(lines)
        and 1 <= span.column <= size
        and (span.line, span.column) <= (span.end_line, span.end_column)
    )


@pytest.mark.parametrize("name", ["a.yaml", "a.yml", "a.YAML"])
def test_suffix_tells_yaml(name: str) -> None:
    """A file that ends in .yaml or .yml is YAML."""
    document = load_text(name, b"a: 1")
    assert isinstance(document, Document)
    assert (document.format, to_plain(document.root)) == ("yaml", {"a": 1})


def test_suffix_tells_toml() -> None:
    """A file that ends in .toml is TOML."""
    document = load_text("a.toml", b"a = 1")
    assert isinstance(document, Document)
    assert (document.format, to_plain(document.root)) == ("toml", {"a": 1})


def test_other_suffix() -> None:
    """A file of neither format is refused with the suffixes to use."""
    problem = _only(load_text("a.json", b"{}"))
    assert problem.code == "FP001"
    assert ".yaml or .toml" in problem.remedy


def test_file_is_read_and_named_as_given(tmp_path: Path) -> None:
    """Spans name the file exactly as the caller did."""
    path = f"{tmp_path}/./a.yaml"
    Path(path).write_bytes(b"a: 1\n")
    document = load_file(path)
    assert isinstance(document, Document)
    assert (document.file, document.root.span.file) == (path, path)


def test_missing_file_suggests_a_close_name(tmp_path: Path) -> None:
    """A misspelt file name gets the close one of its folder."""
    (tmp_path / "reminder.yaml").write_bytes(b"")
    problem = _only(load_file(str(tmp_path / "remider.yaml")))
    assert problem.code == "FP001"
    assert problem.remedy == f"did you mean {tmp_path / 'reminder.yaml'}?"


def test_missing_folder(tmp_path: Path) -> None:
    """A file in a folder that does not exist names the folder."""
    problem = _only(load_file(str(tmp_path / "no" / "a.yaml")))
    assert problem.code == "FP001"
    assert str(tmp_path / "no") in problem.remedy


def test_folder_is_not_a_file(tmp_path: Path) -> None:
    """A folder is told apart from a file."""
    problem = _only(load_file(str(tmp_path)))
    assert (problem.code, "folder" in problem.message) == ("FP001", True)


@pytest.mark.parametrize(
    ("error", "words"),
    [(PermissionError(13, "Permission denied"), "may not be read"), (OSError(5, "I/O"), "i/o")],
)
def test_unreadable(monkeypatch: pytest.MonkeyPatch, error: OSError, words: str) -> None:
    """A file that the system does not hand out is a finding."""

    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(Path, "open", refuse)
    problem = _only(load_file("a.yaml"))
    assert (problem.code, words in problem.message) == ("FP001", True)


def test_impossible_name() -> None:
    """A name that no file can have is a finding, not an exception."""
    assert _only(load_file("a\0.yaml")).code == "FP001"


def test_not_utf8_shows_the_first_bad_byte() -> None:
    """The place of a byte that is not UTF-8 counts characters."""
    problem = _only(load_text("a.yaml", "a: 1\nß: ".encode() + b"\xe4\n"))
    assert (problem.code, problem.span) == ("FP002", Span("a.yaml", 2, 4, 2, 5))
    assert "0xE4" in problem.message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf16_is_recognised(encoding: str) -> None:
    """UTF-16 is named, with the remedy."""
    problem = _only(load_text("a.yaml", "a: 1".encode(encoding)))
    assert (problem.code, problem.remedy) == ("FP002", "save it as UTF-8")
    assert "UTF-16" in problem.message


@pytest.mark.parametrize(("name", "text"), [("a.yaml", "a: 1"), ("a.toml", "a = 1")])
def test_byte_order_mark_is_skipped(name: str, text: str) -> None:
    """A byte order mark takes no column."""
    document = load_text(name, b"\xef\xbb\xbf" + text.encode())
    assert isinstance(document, Document)
    assert document.text == text
    assert (document.root.span.line, document.root.span.column) == (1, 1)


def test_too_large() -> None:
    """A file over 1 MiB is refused; one of exactly 1 MiB is not."""
    assert _only(load_text("a.yaml", b"#" * (LARGEST_FILE + 1))).code == "FP003"
    assert _only(load_text("a.yaml", b"#" * LARGEST_FILE)).code == "FP005"


@pytest.mark.parametrize("name", ["a.yaml", "a.toml"])
@pytest.mark.parametrize("data", [b"", b"\n\n", b"# only a comment\n", b"\xef\xbb\xbf"])
def test_empty(name: str, data: bytes) -> None:
    """A file without data is a finding of its own."""
    assert _only(load_text(name, data)).code == "FP005"


@pytest.mark.parametrize("name", ["a.yaml", "a.toml"])
@given(data=st.binary(max_size=200))
@PROPERTY
def test_any_bytes(name: str, data: bytes) -> None:
    """Any bytes at all become data or findings."""
    result = load_text(name, data)
    assert isinstance(result, Document) or result


@pytest.mark.parametrize("name", ["a.yaml", "a.toml"])
@given(text=st.lists(st.sampled_from(FRAGMENTS), max_size=20).map("".join))
@PROPERTY
def test_any_text(name: str, text: str) -> None:
    """Whatever is made of the formats' own pieces becomes data or findings inside the file."""
    result = load_text(name, text.encode())
    if isinstance(result, Document):
        assert _inside(result.root.span, text)
        return
    assert result
    for problem in result:
        assert problem.code in {"FP002", "FP004", "FP005", "FP006", "FP007", "FP008"}
        assert _inside(problem.span, text)
        assert not problem.message.endswith(".")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "[" * 100_000),
        ("a.yaml", "- " * 100_000),
        ("a.yaml", "{a: " * 100_000),
        ("a.yaml", "? " * 100_000),
        ("a.yaml", "a: &a [" + "x, " * 9999 + "]\nb: [" + "*a, " * 9999 + "]"),
        ("a.yaml", "- &a [x]\n" + "".join(f"- &b{i} [*a, *a]\n- &a [*b{i}]\n" for i in range(99))),
        ("a.yaml", "- &a [*a]"),
        ("a.toml", "a = " + "[" * 100_000),
        ("a.toml", "a = " + "{a = " * 100_000),
        ("a.toml", "a" + ".a" * 100_000 + " = 1"),
        ("a.toml", "[" + "a." * 100_000 + "a]"),
        ("a.toml", "[" + "a." * 40 + "a]\n" + "b." * 40 + "b = 1"),
    ],
)
def test_bombs_are_refused(name: str, text: str) -> None:
    """What nests too deep or expands too far is refused before it costs anything."""
    result = load_text(name, text.encode())
    assert isinstance(result, tuple)
    assert "FP007" in {problem.code for problem in result}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "a: " + "x" * 1_000_000),
        ("a.yaml", "a: " + "9" * 1_000_000),
        ("a.yaml", "a: 1." + "9" * 1_000_000),
        ("a.yaml", "a: 1.0e99999"),
        ("a.toml", "a = '" + "x" * 1_000_000 + "'"),
        ("a.toml", "a = 1." + "9" * 1_000_000),
    ],
)
def test_long_lines_load(name: str, text: str) -> None:
    """A very long line is data like any other."""
    assert isinstance(load_text(name, text.encode()), Document)


def test_unclosed_quotes_are_looked_over_once() -> None:
    """Many quotes that look unclosed do not make TOML's survey start over at each."""
    assert isinstance(load_text("a.toml", b'\\"""' * 200_000), tuple)
