"""A desk to write playbooks on and to see what is found in them."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from runner.lint import lint_file
from runner.model.place import Span
from runner.model.problem import Problem
from runner.rules.merge import merge_findings

SMS = """version: 1
name: reminder
channel:
  type: sms
participants:
  - address: "{{ recipient.phone }}"
    proxy_address: "+19255551234"
"""
RECIPIENTS = """recipients:
  key: "{{ recipient.id }}"
samples:
"""
SAMPLE = '  - { id: "1", name: Ann, phone: "+13115552368" }\n'


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with a playbook."""

    folder: Path

    def write(self, text: str, name: str = "playbook.yaml") -> None:
        """Write a file."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def sms(self, message: str, samples: str = SAMPLE, more: str = "") -> None:
        """Write an SMS playbook with this message and these samples."""
        self.write(f"{SMS}message:\n{message}{RECIPIENTS}{samples}{more}")

    def body(self, text: str, samples: str = SAMPLE, more: str = "") -> None:
        """Write an SMS playbook whose body is `text`, as YAML has it."""
        self.sms(f"  author: Clinic\n  body: {text}\n", samples, more)

    def one(self, channel: str, participants: str, message: str, more: str = "") -> None:
        """Write a playbook that is one message."""
        self.write(
            f"version: 1\nname: reminder\nchannel: {channel}\n"
            f"participants:\n{participants}message:\n{message}{more}"
        )

    def find(self, code: str, file: str = "playbook.yaml") -> tuple[Problem, ...]:
        """Return the findings with this code."""
        return tuple(problem for problem in self.all(file) if problem.code == code)

    def all(self, file: str = "playbook.yaml") -> tuple[Problem, ...]:
        """Return all findings of a file, each once."""
        return merge_findings(lint_file(file))

    def marked(self, span: Span) -> str:
        """Return the text that the carets stand under."""
        lines = (self.folder / span.file).read_text(encoding="utf-8-sig").split("\n")
        assert span.line == span.end_line
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]

    def mend(self, problem: Problem) -> str:
        """Apply the finding's edits and return the file that they are in."""
        (file,) = {edit.span.file for edit in problem.edits}
        lines = (self.folder / file).read_text(encoding="utf-8").split("\n")
        for edit in sorted(problem.edits, key=lambda edit: edit.span, reverse=True):
            line = lines[edit.span.line - 1]
            before, after = line[: edit.span.column - 1], line[edit.span.end_column - 1 :]
            lines[edit.span.line - 1] = f"{before}{edit.text}{after}"
        text = "\n".join(lines)
        (self.folder / file).write_text(text, encoding="utf-8")
        return text


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return an empty desk, which is the current folder."""
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path)
