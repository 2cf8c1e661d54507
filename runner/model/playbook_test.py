"""What a file of playbook tests says, and what came of it: values without behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from runner.model.coverage import Coverage
from runner.model.document import Document, Entry, Plain, ScalarNode
from runner.model.place import Span
from runner.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Case:
    """One recipient and what is expected of their message.

    `sample` names one of the playbook's samples; None for the first, or for none where `recipient`
    holds fields. `expected` are the expectations by name, `requests` those of the requests' fields
    by path.
    """

    name: str
    place: Span
    environment: ScalarNode | None
    now: datetime | None
    variables: Mapping[str, Plain]
    sample: ScalarNode | None
    recipient: tuple[Entry, ...]
    without: frozenset[str]
    expected: Mapping[str, Entry]
    requests: Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Suite:
    """A file of tests whose shape is right; `playbook` is the path of the playbook it is about."""

    document: Document
    playbook: str
    cases: tuple[Case, ...]

    @property
    def file(self) -> str:
        """The file's path as the user gave it."""
        return self.document.file


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An expectation that is not met.

    `expected` and `actual` are there where two texts can be compared. `golden` is the value of the
    test file that `--update` would replace with `value`; None where only a person can decide.
    """

    problem: Problem
    expected: str | None = None
    actual: str | None = None
    golden: ScalarNode | None = None
    value: str | int = ""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A test that was run; it has passed if nothing is amiss.

    Nothing is `rendered` where the recipient was rejected.
    """

    case: Case
    mismatches: tuple[Mismatch, ...]
    rendered: bool = True


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """A file's tests. With `problems` none of them could be run."""

    file: str
    playbook: str = ""
    results: tuple[CaseResult, ...] = ()
    problems: tuple[Problem, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)

    @property
    def failed(self) -> int:
        """How many tests have failed."""
        return sum(bool(result.mismatches) for result in self.results)
