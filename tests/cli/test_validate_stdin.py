"""`flexplay validate -`, for editors and hooks that have the text and not the file."""

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Flexplay = Callable[..., Any]
GOOD = (Path(__file__).parent.parent / "examples" / "valid" / "minimal.yaml").read_text("utf-8")
BAD = GOOD.replace("message:", "mesage:")


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str | bytes], None]:
    """Return a function that puts text on standard input; work in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def put(text: str | bytes) -> None:
        data = text if isinstance(text, bytes) else text.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return put


def test_standard_input_is_checked(flexplay: Flexplay, type_in: Callable[[str], None]) -> None:
    """Findings show the line as it was typed in, though no file has it."""
    assert "mesage" in BAD
    type_in(BAD)
    ran = flexplay("validate", "-")
    assert ran.code == 1
    assert ran.out.startswith("stdin.yaml:")
    assert "| mesage:" in ran.out
    type_in(GOOD)
    assert flexplay("validate", "-").code == 0


def test_the_name_decides_format_and_folder(
    flexplay: Flexplay, type_in: Callable[[str], None], tmp_path: Path
) -> None:
    """Templates are looked for beside the named file; what the disk has under the name is not."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "t.j2").write_text("Hello", "utf-8")
    (tmp_path / "sub" / "p.yaml").write_text("on: the disk\n", "utf-8")
    text = re.sub(r"body: [^}]+", "template: t.j2", GOOD)
    assert "template" in text
    type_in(text)
    assert flexplay("validate", "-", "--stdin-filename", "sub/p.yaml").code == 0
    type_in(text.replace("message:", "mesage:"))
    ran = flexplay("validate", "-", "--stdin-filename", "sub/p.yaml")
    assert "sub/p.yaml:" in ran.out
    assert "| mesage:" in ran.out
    type_in("version = ")
    ran = flexplay("validate", "-", "--stdin-filename", "p.toml", "--format", "json")
    assert [each["file"] for each in json.loads(ran.out)["findings"]] == ["p.toml"]


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"", b"\xef\xbb\xbf", b"x" * (1 << 21)])
def test_any_bytes_may_be_typed_in(
    flexplay: Flexplay, type_in: Callable[[bytes], None], data: bytes
) -> None:
    """What is no text, or too much of it, ends in a finding."""
    type_in(data)
    assert flexplay("validate", "-").code == 1


@pytest.mark.parametrize("arguments", [("-", "a.yaml"), ("-", "--fix")])
def test_what_makes_no_sense_is_refused(
    flexplay: Flexplay, type_in: Callable[[str], None], arguments: tuple[str, ...]
) -> None:
    """Standard input cannot be mended, and stands alone."""
    type_in(GOOD)
    ran = flexplay("validate", *arguments)
    assert ran.code == 2
    assert "standard input" in ran.err
