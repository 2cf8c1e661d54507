"""What a run writes down of itself in the journal, in order to be carried on and told of later."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

from runner.load.file_digest import digest_file
from runner.model.document import Plain

GONE = ""
"""Stands for the digest of a file that cannot be read."""


@dataclass(frozen=True, slots=True)
class Detail:
    """What a run was asked for, and what it came to; nothing personal.

    `playbook` and `recipients` are absolute paths, `files` the digest of every file that the texts
    are made of. `only` are the keys that the run was restricted to. `now` is the instant that
    templates see. `by` and `commit` say who began it, from what. `planned` and `rejected` count
    rows; `elsewhere` counts, by state, those that the journal has under another run. `segments`
    and `spent_s` add up what every process did that executed the run. Of a plan that is applied,
    `plan` is the digest, `marks` says which rows it sends, and `requests` what they are.
    """

    playbook: str
    files: Mapping[str, str] = field(default_factory=dict)
    recipients: str | None = None
    environment: str | None = None
    variables: Mapping[str, Plain] = field(default_factory=dict)
    single: bool = False
    key: str | None = None
    only: tuple[str, ...] | None = None
    now: str = ""
    by: str = ""
    commit: str = ""
    planned: int = 0
    rejected: int = 0
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    segments: int = 0
    spent_s: float = 0.0
    plan: str = ""
    marks: str = ""
    requests: str = ""

    def to_json(self) -> str:
        """Return the text that the journal keeps."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> "Detail":
        """Return what `to_json` wrote; what another version wrote beside it is passed over."""
        known = {each.name for each in fields(Detail)}
        given = {name: value for name, value in json.loads(text).items() if name in known}
        only = given.get("only")
        return Detail(
            **{"playbook": "", **given, "only": None if only is None else tuple(only)},
        )


@dataclass(frozen=True, slots=True)
class Work:
    """What one process did of a run; `claims` counts the deliveries that it asked for."""

    claims: int
    elsewhere: Mapping[str, int]
    segments: int
    spent_s: float


def add_work(detail: Detail, work: Work) -> Detail:
    """Return the detail after a process has executed the run.

    Only who asked for every delivery knows what is elsewhere; others may have seen a part.
    """
    elsewhere = dict(work.elsewhere)
    if work.claims < detail.planned - detail.rejected:
        states = {*detail.elsewhere, *elsewhere}
        elsewhere = {
            state: max(detail.elsewhere.get(state, 0), elsewhere.get(state, 0)) for state in states
        }
    return replace(
        detail,
        elsewhere=elsewhere,
        segments=detail.segments + work.segments,
        spent_s=round(detail.spent_s + work.spent_s, 3),
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not what it was; `after` is `GONE` if it cannot be read."""

    file: str
    before: str
    after: str


def digest_files(files: Iterable[str]) -> dict[str, str]:
    """Return what tells each file's content from every other; by absolute path."""
    return {path: _digest(path) for path in sorted({str(Path(file).resolve()) for file in files})}


def find_differences(files: Mapping[str, str]) -> tuple[Difference, ...]:
    """Return the files whose digest is no longer the one that was written down."""
    found = ((file, before, _digest(file)) for file, before in files.items())
    return tuple(
        Difference(file, before, after) for file, before, after in found if before != after
    )


def _digest(path: str) -> str:
    try:
        return digest_file(path)
    except OSError:
        return GONE
