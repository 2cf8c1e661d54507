"""A runner of GitHub's workflows, as much as ours need: expressions, jobs, steps, artifacts.

It reads `ci/github.yml` and `action.yml` as they are, and runs the scripts in them with bash.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
_NAME = re.compile(r"\b(github|inputs|steps|needs|matrix|secrets|env)((?:\.[\w-]+)+)")
_WHOLE = re.compile(r"^\$\{\{(.*)\}\}$", re.DOTALL)
_PART = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)

Contexts = Mapping[str, Mapping[str, Any]]


def look_up(contexts: Contexts, context: str, path: str) -> Any:
    """Return what a name stands for; what is not there is empty."""
    value: Any = contexts.get(context, {})
    for part in path.strip(".").split("."):
        value = value.get(part, "") if isinstance(value, Mapping) else ""
    return value


def evaluate(expression: str, contexts: Contexts) -> Any:
    """Return the value of one of GitHub's expressions."""
    code = _NAME.sub(lambda found: repr(look_up(contexts, *found.groups())), expression)
    code = code.replace("&&", " and ").replace("||", " or ").replace("fromJSON", "json.loads")
    code = re.sub(r"!(?!=)", " not ", code).replace("cancelled()", "False")
    return eval(code.strip().replace("\n", " "), {"json": json})  # noqa: S307 - our own files


def fill(value: Any, contexts: Contexts) -> Any:
    """Return a value of a workflow file with its expressions evaluated."""
    if not isinstance(value, str):
        return value
    whole = _WHOLE.match(value)
    if whole and "${{" not in whole[1]:
        return evaluate(whole[1], contexts)
    return _PART.sub(lambda found: as_text(evaluate(found[1], contexts)), value)


def as_text(value: Any) -> str:
    """Return what a value is in the environment of a step."""
    return json.dumps(value) if isinstance(value, bool | int) else str(value)


@dataclass(slots=True)
class Job:
    """What became of a job: its exit code, outputs, and everything that it said."""

    code: int = 0
    outputs: dict[str, Any] = field(default_factory=dict)
    log: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a job runs: a fresh clone, and a folder for everything else."""

    checkout: Path
    temporary: Path
    environment: Mapping[str, str]

    def bash(self, script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a script as GitHub does."""
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=folder,
            env={**os.environ, **self.environment, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )


@dataclass(frozen=True, slots=True)
class Service:
    """GitHub, for one repository: its secrets, and what jobs have left behind.

    `environment_secrets` are seen by jobs that have an environment, which somebody has to approve.
    """

    folder: Path
    secrets: Mapping[str, str]
    environment_secrets: Mapping[str, str]
    environment: Mapping[str, str]
    inputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def artifacts(self) -> Path:
        """Where artifacts are kept."""
        return self.folder / "artifacts"

    def run_job(self, name: str, machine: Machine, github: Mapping[str, Any], **more: Any) -> Job:
        """Run one job of the workflow; `more` are contexts: `needs`, `matrix`."""
        definition = load_workflow()["jobs"][name]
        approved = self.environment_secrets if "environment" in definition else {}
        secrets = {} if github["fork"] else {**self.secrets, **approved}
        steps: dict[str, Any] = {}
        contexts: dict[str, Any] = {"github": github, "secrets": secrets, "steps": steps, **more}
        contexts["env"] = _fill_all(definition.get("env", {}), contexts)
        job = Job()
        for step in definition["steps"]:
            if not evaluate_if(step, contexts, failed=job.code != 0):
                continue
            outputs = self._run_step(step, machine, contexts, job)
            steps[step.get("id", "")] = {"outputs": outputs}
        job.outputs = {
            name: fill(value, contexts) for name, value in definition.get("outputs", {}).items()
        }
        summary = machine.temporary / "summary.md"
        job.summary = summary.read_text("utf-8") if summary.exists() else ""
        return job

    def _run_step(
        self, step: Mapping[str, Any], machine: Machine, contexts: Contexts, job: Job
    ) -> dict[str, str]:
        environment = _fill_all(step.get("env", {}), contexts)
        given = _fill_all(step.get("with", {}), contexts)
        used = step.get("uses", "").partition("@")[0]
        if used == "OWNER/flexplay":
            inputs = {**self.inputs, **given}
            return self._run_action(inputs, machine, contexts, (environment, job))
        if used in ("actions/upload-artifact", "actions/download-artifact"):
            there, here = self.artifacts / given["name"], machine.checkout / given["path"]
            source, target = (here, there) if "upload" in used else (there, here)
            shutil.copytree(source, target, dirs_exist_ok=True)
        elif "run" in step:
            self._run_script(step["run"], machine, environment, job)
        else:
            assert used == "actions/checkout"
        return {}

    def _run_action(
        self,
        given: Mapping[str, str],
        machine: Machine,
        contexts: Contexts,
        caller: tuple[Mapping[str, str], Job],
    ) -> dict[str, str]:
        environment, job = caller
        action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
        assert given.keys() <= action["inputs"].keys()
        inputs = {name: each.get("default", "") for name, each in action["inputs"].items()}
        inputs = {**_fill_all(inputs, contexts), **given}
        steps: dict[str, Any] = {"install": {"outputs": {"flexplay": str(BIN / "flexplay")}}}
        inside = {"github": contexts["github"], "inputs": inputs, "steps": steps}
        for step in action["runs"]["steps"][2:]:
            if not evaluate_if(step, inside, failed=job.code != 0):
                continue
            words = {**environment, **_fill_all(step["env"], inside)}
            outputs = self._run_script(step["run"], machine, words, job)
            steps[step.get("id", "")] = {"outputs": outputs}
        return {name: fill(each["value"], inside) for name, each in action["outputs"].items()}

    def _run_script(
        self, script: str, machine: Machine, environment: Mapping[str, str], job: Job
    ) -> dict[str, str]:
        assert "${{" not in script
        output = machine.temporary / "output"
        output.write_text("", "utf-8")
        ran = machine.bash(script, machine.checkout, GITHUB_OUTPUT=str(output), **environment)
        job.log += ran.stdout
        job.code = job.code or ran.returncode
        pairs = (line.partition("=") for line in output.read_text("utf-8").splitlines())
        return {name: value for name, _, value in pairs}

    def machine(self, checkout: Path, github: Mapping[str, Any]) -> Machine:
        """Return a machine for one job, with the variables that GitHub sets."""
        temporary = checkout.with_name(f"{checkout.name}-temporary")
        temporary.mkdir()
        return Machine(
            checkout,
            temporary,
            {
                **self.environment,
                "CI": "true",
                "GITHUB_BASE_REF": "main" if github["event_name"] == "pull_request" else "",
                "GITHUB_EVENT_NAME": github["event_name"],
                "GITHUB_REPOSITORY": github["repository"],
                "GITHUB_RUN_ID": "1",
                "GITHUB_SERVER_URL": "https://github.example",
                "GITHUB_SHA": github["sha"],
                "GITHUB_STEP_SUMMARY": str(temporary / "summary.md"),
                "GITHUB_WORKSPACE": str(checkout),
                "RUNNER_TEMP": str(temporary),
            },
        )


def evaluate_if(step: Mapping[str, Any], contexts: Contexts, *, failed: bool) -> bool:
    """Tell whether a step or a job is to run; after a failure only with a function of status."""
    condition = str(step.get("if", "")).strip()
    whole = _WHOLE.match(condition)
    condition = whole[1] if whole else condition
    if failed and "cancelled()" not in condition:
        return False
    return bool(evaluate(condition, contexts)) if condition else True


def matrix_of(job: Mapping[str, Any], contexts: Contexts) -> Iterator[Mapping[str, Any]]:
    """Yield the combinations of a job's matrix."""
    yield from fill(job["strategy"]["matrix"]["include"], contexts)


def load_workflow() -> Any:
    """Return the workflow that users copy."""
    return yaml.safe_load((ROOT / "ci" / "github.yml").read_text("utf-8"))


def _fill_all(values: Mapping[str, Any], contexts: Contexts) -> dict[str, str]:
    return {name: as_text(fill(value, contexts)) for name, value in values.items()}
