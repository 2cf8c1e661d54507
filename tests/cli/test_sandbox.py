import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import httpx
import jsonschema
import pytest

from runner.cli.sandbox_faults import load_faults, with_own_rules
from runner.model.errors import Findings, UsageFault
from runner.sandbox.chaos import CHAOS
from runner.sandbox.control import read_faults
from runner.sandbox.fault_reading import Plan
from runner.sandbox.fault_rules import PROCESSED
from runner.sandbox.routes import endpoint_names
from runner.sandbox.values import EVIDENCE
from runner.schema.store import read_schema

AUTH = ("AC" + "0" * 32, "any")
RULES = "- {fault: error_before, on: create_conversation, status: 500, first: 1}\n"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], str]:
    """Writes a file and gives its path."""

    def written(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return written


def found(path: str) -> list[tuple[int, int, str, str]]:
    """The findings of a file: line, column, code, message."""
    with pytest.raises(Findings) as raised:
        load_faults(path)
    return [(p.span.line, p.span.column, p.code, p.message) for p in raised.value.problems]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("f.yaml", RULES),
        ("f.yaml", f"evidence_lag: {{list_tasks: 2}}\nrules:\n{RULES}"),
        ("f.toml", '[[rules]]\nfault = "error_before"\n'),
        ("f.json", '\ufeff[{"fault": "error_before", "first": 1}]'),
        ("F.JSON", json.dumps({"rules": [{"fault": "error_before"}]}, indent="\t")),
    ],
)
def test_files_of_rules(write: Callable[[str, str], str], name: str, text: str) -> None:
    """YAML, TOML and JSON: a list of rules, or an object with rules."""
    plan = load_faults(write(name, text))
    assert [rule.fault for rule in plan.rules] == ["error_before"]


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        (
            "- fault: lose_afte\n",
            [(1, 10, "FP105", '[0].fault cannot be "lose_afte", did you mean "lose_after"?')],
        ),
        ("- fault: slow\n  dely: 1\n", [(2, 3, "FP102", "dely")]),
        ("- fault: slow\n  on: list_task\n", [(2, 7, "FP105", "list_task")]),
        ("- fault: slow\n  on: [events, list_task]\n", [(2, 16, "FP105", "list_task")]),
        ("- fault: slow\n  delay: long\n", [(2, 10, "FP106", "seconds")]),
        ("- fault: slow\n  status: 500\n", [(2, 11, "FP109", "rule 1: status means nothing")]),
        ("rules:\n  - fault: slow\n    after: noon\n", [(3, 12, "FP109", "after must be")]),
        ("evidence_lag: {tasks: 1}\n", [(1, 16, "FP102", "tasks")]),
        ("5\n", [(1, 1, "FP103", "")]),
    ],
)
def test_what_is_wrong_has_a_place(
    write: Callable[[str, str], str], text: str, findings: list[tuple[int, int, str, str]]
) -> None:
    """Line, column and code: from the schema, and from what only the sandbox knows."""
    seen = found(write("f.yaml", text))
    assert [place[:3] for place in seen] == [place[:3] for place in findings]
    assert findings[0][3] in seen[0][3]


@pytest.mark.parametrize(
    ("name", "code"), [("none.json", "FP001"), ("none.yaml", "FP001"), ("f.txt", "FP001")]
)
def test_files_that_cannot_be_read(write: Callable[[str, str], str], name: str, code: str) -> None:
    """A missing file and one of another kind are findings."""
    path = write("f.txt", RULES)
    assert [finding[2] for finding in found(str(Path(path).with_name(name)))] == [code]


def test_json_in_another_encoding(tmp_path: Path) -> None:
    """It is a finding, not a traceback."""
    path = tmp_path / "f.json"
    path.write_bytes(b"[\xff]")
    assert [finding[2] for finding in found(str(path))] == ["FP002"]


def test_the_schema_knows_what_the_sandbox_knows() -> None:
    """Kinds of faults, endpoints and lists that lag are the same in both."""
    schema = read_schema("sandbox-faults")
    rule = schema["$defs"]["rule"]["properties"]
    assert set(rule["fault"]["enum"]) == set(PROCESSED)
    assert set(rule["on"]["anyOf"][1]["enum"]) == endpoint_names()
    assert set(rule["on"]["anyOf"][0]["items"]["enum"]) == endpoint_names()
    assert set(schema["properties"]["evidence_lag"]["properties"]) == set(EVIDENCE)


def test_the_ready_mixture_follows_the_schema(write: Callable[[str, str], str]) -> None:
    """What --chaos brings could be a file."""
    assert len(load_faults(write("f.json", json.dumps(CHAOS))).rules) == len(CHAOS["rules"])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("drop_before", {"fault": "drop_before"}),
        (
            "lose_after on=create_message,list_tasks every=10 probability=0.5",
            {
                "fault": "lose_after",
                "on": ["create_message", "list_tasks"],
                "every": 10,
                "probability": 0.5,
            },
        ),
        ('slow delay={"uniform":[0.1,0.5]}', {"fault": "slow", "delay": {"uniform": [0.1, 0.5]}}),
        ("html processed=false path=/v1/*", {"fault": "html", "processed": False, "path": "/v1/*"}),
        ('hang on=["events"] address=+1', {"fault": "hang", "on": ["events"], "address": "+1"}),
    ],
)
def test_rules_on_the_command_line(text: str, rule: dict[str, Any]) -> None:
    """A fault and `name=value`, where a value is JSON or a text; before those of the file."""
    plan = with_own_rules([text], read_faults({"rules": [{"fault": "slow"}], "evidence_lag": 2}))
    assert plan.given == (rule, {"fault": "slow"})
    assert plan.evidence_lag == 2


@pytest.mark.parametrize("text", ["", "lose", "slow dely=1", "slow delay", "slow on=nothing"])
def test_rules_on_the_command_line_that_make_no_sense(text: str) -> None:
    """A usage fault says which and why."""
    with pytest.raises(UsageFault, match="--fault: rule 1: "):
        with_own_rules([text], Plan())


def test_findings_end_the_command(
    flexplay: Callable[..., Any], write: Callable[[str, str], str]
) -> None:
    """Exit code 1, and nothing listens."""
    ran = flexplay("sandbox", "--faults", write("f.yaml", "- fault: no\n"))
    assert (ran.code, ran.out) == (1, "")
    assert "The sandbox was not started." in ran.err


def test_two_ways_to_say_what_goes_wrong(flexplay: Callable[..., Any]) -> None:
    """--faults and --chaos exclude each other."""
    assert flexplay("sandbox", "--faults", "f.yaml", "--chaos").code == 2


def test_a_host_that_is_none(flexplay: Callable[..., Any]) -> None:
    """An address that is not ours is a usage fault that names it."""
    ran = flexplay("sandbox", "--host", "192.0.2.1")
    assert ran.code == 2
    assert "192.0.2.1, port 0 cannot be used" in ran.err


def _serving(*options: str) -> Popen[str]:
    command = [sys.executable, "-m", "runner", "sandbox", *options]
    return Popen(command, stdout=PIPE, stderr=PIPE, text=True)


def _ended(process: Popen[str]) -> str:
    """Interrupt the command and give what it said on stderr."""
    process.send_signal(signal.SIGINT)
    return process.communicate()[1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_the_command_serves_faults(write: Callable[[str, str], str]) -> None:
    """Rules of a file are in force, and the same seed makes the same SIDs."""
    sids = []
    for _ in range(2):
        with _serving("--faults", write("f.yaml", RULES), "--seed", "7") as process:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert httpx.post(f"{url}/v1/Conversations", auth=AUTH).status_code == 500
            sids.append(httpx.post(f"{url}/v1/Conversations", auth=AUTH).json()["sid"])
            assert _ended(process) == f"The inbox, in a browser: {url}/\n"
    assert sids[0] == sids[1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_the_command_prints_a_token_for_others() -> None:
    """On a host that other machines reach, the token opens the controls."""
    with _serving("--host", "0.0.0.0", "--chaos") as process:  # noqa: S104
        assert process.stdout is not None
        assert process.stderr is not None
        token = process.stderr.readline().strip().rpartition("X-Sandbox-Token: ")[2]
        url = process.stdout.readline().strip().replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        assert httpx.get(f"{url}/_sandbox/faults").status_code == 401
        shown = httpx.get(f"{url}/_sandbox/faults", headers={"X-Sandbox-Token": token})
        assert shown.json()["rules"] == CHAOS["rules"]
        inbox = process.stderr.readline().strip().rpartition(": ")[2]
        entered = inbox.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        assert httpx.get(f"{url}/").status_code == 401
        with httpx.Client(follow_redirects=True) as browser:
            assert "Nothing has happened yet" in browser.get(entered).text
        _ended(process)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_one_line_for_programs() -> None:
    """--format json: where it listens, who it is and the token, in the form of its schema."""
    options = ("--format", "json", "--host", "0.0.0.0", "--limits")  # noqa: S104
    with _serving(*options, "--fault", "error_before on=create_conversation first=1") as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        jsonschema.validate(told, read_schema("sandbox"))
        assert told["pid"] == process.pid
        url = f"http://127.0.0.1:{told['port']}"
        headers = {"X-Sandbox-Token": told["token"]}
        ledger = httpx.get(f"{url}/_sandbox/ledger", headers=headers).json()
        assert ledger["settings"]["interactions_per_second"] == 20
        statuses = [httpx.post(f"{url}/v1/Conversations", auth=AUTH).status_code for _ in range(2)]
        assert statuses == [503, 201]
        assert _ended(process) == ""
