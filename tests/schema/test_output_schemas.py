"""What the commands print follows the schemas that we publish for it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from runner.load.file import load_text
from runner.model.document import Document
from runner.model.playbook import Playbook, Project
from runner.schema.store import read_schema, schema_names
from runner.validate.playbook import check_playbook
from runner.validate.project import check_project

_PLAYBOOK = """\
version: 1
name: reminder
channel: { type: sms }
participants: [{ address: "{{ recipient.phone }}", proxy_address: "+19255550100" }]
routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    workflow_sid: WW0123456789abcdef0123456789abcdef
    queue_sid: WQ0123456789abcdef0123456789abcdef
    worker_sid: WK0123456789abcdef0123456789abcdef
message: { author: Clinic, body: "Hi {{ recipient.name }}" }
recipients:
  key: "{{ recipient.id }}"
  schema: { type: object, required: [id, name, phone], properties: { phone: { type: string } } }
samples: [{ id: A-1, name: Ann, phone: "+13115552368" }]
"""
_GOOD = "id,name,phone\nA,Ann,+13115552361\nB,Bob,+13115552362\n"
_BAD = _GOOD + "C,Cem,12\nA,Ann,+13115552361\nD\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a playbook and two recipients' files."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("p.yaml", _PLAYBOOK), ("good.csv", _GOOD), ("bad.csv", _BAD)):
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def _follow(name: str, document: Any) -> None:
    validator = jsonschema.Draft202012Validator(
        read_schema(name), format_checker=jsonschema.FormatChecker()
    )
    assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize("text", [_PLAYBOOK, _PLAYBOOK.replace("name: reminder", "nmae: r"), "- a"])
def test_findings_follow_their_schema(
    flexplay: Callable[..., Any], folder: Path, text: str
) -> None:
    """`validate --format json` prints one document; its exit code is the process's."""
    (folder / "p.yaml").write_text(text, "utf-8")
    ran = flexplay("validate", "p.yaml", "--format", "json")
    document = json.loads(ran.out)
    _follow("findings", document)
    assert document["exit_code"] == ran.code == int("name: reminder" not in text)


def test_a_line_of_findings_is_one_finding(flexplay: Callable[..., Any], folder: Path) -> None:
    """`validate --format jsonl` prints the items of the document's `findings`."""
    (folder / "p.yaml").write_text("version: 2\nnmae: r\n", "utf-8")
    lines = flexplay("validate", "p.yaml", "--format", "jsonl").out.splitlines()
    document = json.loads(flexplay("validate", "p.yaml", "--format", "json").out)
    assert [json.loads(line) for line in lines] == document["findings"]
    assert len(lines) > 3


@pytest.mark.parametrize(("file", "code"), [("good.csv", 0), ("bad.csv", 1)])
@pytest.mark.usefixtures("credentials")
def test_a_plan_and_its_report_follow_their_schemas(
    flexplay: Callable[..., Any], folder: Path, file: str, code: int
) -> None:
    """`plan --format json -o FILE` prints one document and writes another."""
    words = ("plan", "p.yaml", "-r", file, "--format", "json", "-o", "plan.json", "--new-journal")
    ran = flexplay(*words)
    document = json.loads(ran.out)
    _follow("plan-report", document)
    assert document["exit_code"] == ran.code == code
    counts = dict(document["counts"])
    assert counts.pop("planned") == sum(counts.values())
    _follow("plan", json.loads((folder / "plan.json").read_text("utf-8")))


@pytest.mark.parametrize(("file", "code"), [("good.csv", 0), ("bad.csv", 1)])
def test_a_dry_run_follows_its_schema(flexplay: Callable[..., Any], file: str, code: int) -> None:
    """`run --dry-run --format json` prints requests and rejected rows that add up."""
    ran = flexplay("run", "p.yaml", "-r", file, "--dry-run", "--format", "json")
    document = json.loads(ran.out)
    _follow("dry-run", document)
    assert document["exit_code"] == ran.code == code
    assert document["planned"] == len(document["deliveries"]) + len(document["rejected"])
    assert len(document["deliveries"]) == 2
    counts = document["counts"]
    assert (counts["sent"], counts["rejected"]) == (2, len(document["rejected"]))
    assert sum(counts.values()) == 2 * document["planned"] == 2 * counts["planned"]


def test_a_line_of_a_dry_run_is_one_delivery(flexplay: Callable[..., Any]) -> None:
    """`run --dry-run --format jsonl` prints the items of `deliveries`."""
    lines = flexplay("run", "p.yaml", "-r", "good.csv", "--dry-run", "--format", "jsonl").out
    document = json.loads(
        flexplay("run", "p.yaml", "-r", "good.csv", "--dry-run", "--format", "json").out
    )
    assert [json.loads(line) for line in lines.splitlines()] == document["deliveries"]


@pytest.mark.parametrize("file", ["good.csv", "bad.csv"])
def test_a_run_follows_its_schemas(flexplay: Callable[..., Any], file: str) -> None:
    """A run's lines are deliveries, its last line and its JSON are the counts."""
    options = ("--sandbox", "--yes", "--new-journal", "--skip-rejected")
    ran = flexplay("run", "p.yaml", "-r", file, *options, "--format", "jsonl")
    *lines, last = [json.loads(line) for line in ran.out.splitlines()]
    for line in lines:
        _follow("delivery-line", line)
    _follow("run", last)
    assert last["exit_code"] == ran.code == int(file == "bad.csv")
    assert len(lines) == last["counts"]["planned"] == (2 if file == "good.csv" else 5)
    document = json.loads(flexplay("run", "p.yaml", "-r", file, *options, "--format", "json").out)
    _follow("run", document)
    assert document["counts"] == last["counts"]


_TESTS = """\
tests:
  - { name: passes, expect: { body: Hi Ann } }
  - name: fails
    expect: { body: Hi Bob, author: { contains: x }, rejected: FP101 }
"""


@pytest.mark.parametrize("text", [_TESTS, _TESTS.replace(", rejected: FP101", ""), "tests: []\n"])
def test_results_follow_their_schema(flexplay: Callable[..., Any], folder: Path, text: str) -> None:
    """`test --format json` prints one document, also where no test could be run."""
    (folder / "p.test.yaml").write_text(text, "utf-8")
    ran = flexplay("test", "--format", "json")
    document = json.loads(ran.out)
    _follow("test-results", document)
    assert ran.err == ""
    assert document["exit_code"] == ran.code == 1
    counts = document["counts"]
    assert counts["passed"] + counts["failed"] == counts["tests"] == len(document["tests"])
    failures = [len(test["failures"]) for test in document["tests"]]
    assert failures == ([0, 2] if "rejected" not in text and counts["tests"] else [])


def test_a_difference_follows_its_schema(flexplay: Callable[..., Any], repository: Any) -> None:
    """`diff --format json` prints one document, whatever differs."""
    project = "environments: { demo: {}, production: { live: false } }"
    repository.write("bad.yaml", _PLAYBOOK.replace("message:", "massage:"))
    repository.commit(p_yaml=_PLAYBOOK, flexplay_yaml=project, gone_yaml=_PLAYBOOK)
    repository.git("rm", "--quiet", "gone.yaml")
    sample = '{ id: A-2, name: Bob, phone: "+13115552369" }'
    edited = _PLAYBOOK.replace("Hi", "Hello").replace("recipient.id", "recipient.name")
    repository.write(
        "p.yaml",
        edited.replace("samples: [", f"samples: [{sample}, ") + "delivery: { rate: 5/s }\n",
    )
    repository.write("flexplay.yaml", project.replace("false", "true"))
    repository.write("good.csv", _GOOD)
    for words in ((), ("p.yaml", "-r", "good.csv")):
        ran = flexplay("diff", "--base", "main", *words, "--format", "json")
        document = json.loads(ran.out)
        _follow("diff", document)
        assert document["exit_code"] == ran.code == int(not words)
        found = next(each for each in document["playbooks"] if each["file"] == "p.yaml")
        assert all(found[key] for key in ("alarms", "changes", "inclusions", "settings"))
        assert document["projects"]


_ERRORS: list[tuple[tuple[str, ...], int]] = [
    (("run",), 2),
    (("run", "p.yaml", "--nonsense"), 2),
    (("nonsense",), 2),
    (("test",), 2),
    (("test", "p.yaml"), 2),
    (("run", "p.yaml", "--env", "prod", "--dry-run"), 2),
    (("run", "p.yaml", "--base-url", "http://u:p@h", "--dry-run"), 2),
    (("run", "no.yaml", "--dry-run"), 1),
    (("run", "p.yaml", "-r", "bad.csv", "--sandbox"), 1),
    (("run", "p.yaml", "-r", "good.csv", "--sandbox", "--expect", "1"), 4),
    (("run", "p.yaml", "-r", "good.csv", "--yes", "--new-journal"), 6),
]


@pytest.mark.parametrize("style", ["json", "jsonl"])
@pytest.mark.parametrize(("arguments", "code"), _ERRORS)
def test_an_error_is_one_document(
    flexplay: Callable[..., Any], arguments: tuple[str, ...], code: int, style: str
) -> None:
    """Usage errors, refusals and findings that stop a command are JSON where JSON was asked for."""
    ran = flexplay(*arguments, "--format", style)
    document = json.loads(ran.out)
    _follow("error", document)
    assert document["exit_code"] == ran.code == code
    assert document["error"]["message"]


def _properties(schema: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every property that a schema describes; conditions only add to them."""
    if not isinstance(schema, dict):
        return
    for name, given in schema.get("properties", {}).items():
        yield ".".join((*path, name)), given
        yield from _properties(given, (*path, name))
    for keyword in ("items", "additionalProperties"):
        yield from _properties(schema.get(keyword), (*path, keyword))
    for name, given in schema.get("$defs", {}).items():
        yield from _properties(given, (*path, name))


_PUBLISHED = [name for name in schema_names() if not name.endswith("-request")]


@pytest.mark.parametrize("name", _PUBLISHED)
def test_every_property_is_described_with_an_example(name: str) -> None:
    """An editor completes and explains each key, and a reader of our output finds each field."""
    properties = dict(_properties(read_schema(name)))
    assert len(properties) >= 3
    lacking = [
        path
        for path, given in properties.items()
        if not str(given.get("description", "")).endswith(".") or "examples" not in given
    ]
    assert lacking == []


@pytest.mark.parametrize("name", _PUBLISHED)
def test_every_example_is_valid(name: str) -> None:
    """What an editor offers is accepted; rows' own schemas are templates and stand alone."""
    schema = read_schema(name)
    bad = []
    for path, given in _properties(schema):
        alone = {**given, "$defs": schema.get("$defs", {})}
        validator = jsonschema.Draft202012Validator(alone)
        bad += [(path, example) for example in given["examples"] if not validator.is_valid(example)]
    assert bad == []


def _defaults(name: str) -> dict[str, Any]:
    """Return what an editor says happens where a key is left out, by the key's path."""
    described = _properties(read_schema(name))
    return {path: given["default"] for path, given in described if "default" in given}


def test_what_an_editor_calls_the_default_is_what_happens() -> None:
    """A playbook that writes every default out means the same as one that leaves them out."""
    shortest = yaml.safe_load(_PLAYBOOK)
    longest = yaml.safe_load(_PLAYBOOK)
    defaults = _defaults("playbook")
    assert len(defaults) >= 8
    for path, value in defaults.items():
        owner, _, key = path.rpartition(".")
        if owner in ("channel", "recipients", "delivery"):
            longest.setdefault(owner, {})[key] = value
    one, other = (_checked(check_playbook, "p.yaml", data) for data in (shortest, longest))
    assert isinstance(one, Playbook)
    assert isinstance(other, Playbook)
    assert one.delivery == other.delivery
    assert one.recipients is not None
    assert other.recipients is not None
    assert one.recipients.same_address == other.recipients.same_address


def test_a_projects_default_is_what_happens() -> None:
    """The same holds for an environment and its policy."""
    written: dict[str, Any] = {"policy": {}}
    prefix = "environments.additionalProperties."
    for path, value in _defaults("project").items():
        owner, _, key = path.removeprefix(prefix).rpartition(".")
        if owner in ("", "policy"):
            (written["policy"] if owner else written)[key] = value
    assert written["policy"]
    one, other = (
        _checked(check_project, "flexplay.yaml", {"version": 1, "environments": {"a": given}})
        for given in ({}, written)
    )
    assert isinstance(one, Project)
    assert isinstance(other, Project)
    assert one.environments == other.environments


def _checked(check: Callable[[Document], Any], file: str, data: Any) -> Any:
    document = load_text(file, yaml.safe_dump(data).encode())
    assert isinstance(document, Document)
    return check(document)


@pytest.mark.parametrize("name", ["playbook", "playbook-test", "project"])
def test_every_choice_is_offered_and_every_default_is_allowed(name: str) -> None:
    """An editor completes from enum, const and boolean; a default is one of what it offers."""
    schema = read_schema(name)
    for path, given in _properties(schema):
        alone = {**given, "$defs": schema.get("$defs", {})}
        if "default" in given:
            assert jsonschema.Draft202012Validator(alone).is_valid(given["default"]), path
        choices = given.get("enum", [])
        assert set(map(str, given["examples"])) <= set(map(str, choices)) or not choices, path
