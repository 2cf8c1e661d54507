"""What every test stands on: no network but this machine, no variables but the test's own."""

import importlib.util
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from runner.cli.boundary import run_command

_LOOPBACK = ("127.", "::1", "localhost")
_OURS = ("TWILIO_", "FLEXPLAY_", "XDG_", "GITHUB_", "GITLAB_", "CI_")
_SHARED = {
    "flexplay_postgres_server": "postgres/server.py",
    "flexplay_chromium": "browser/chromium.py",
    "flexplay_contract": "contract/contract.py",
}
_TOGETHER = {"tests/sms/test_against_twilio_calculator.py", "tests/test_editor.py"}

# The same examples on every machine, and none that fails because the machine is slow.
# `pytest --hypothesis-profile explore` draws others each time.
settings.register_profile(
    "suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "explore",
    deadline=None,
    derandomize=False,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-examples`, which rewrites the golden files."""
    parser.addoption("--update-examples", action="store_true", help="Rewrite tests/examples/*.out.")


def pytest_configure(config: pytest.Config) -> None:
    """Load the fixtures that several folders share; tests are no package that could import them."""
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile("suite")
    for name, file in _SHARED.items():
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / file)
        if spec and spec.loader:
            module = sys.modules[name] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            config.pluginmanager.register(module, name)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out test by test, but the files of `_TOGETHER` as one, whose fixtures are dear."""
    from xdist.scheduler import (  # type: ignore[import-untyped] # noqa: PLC0415 - only with -n
        LoadScopeScheduling,
    )

    class Scheduling(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if file in _TOGETHER else nodeid

    return Scheduling(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what tests recorded as worth saying: seeds, and what came of them."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    for report in reports:
        for name, said in report.user_properties:
            terminalreporter.write_line(f"{name}: {said}")


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if isinstance(address, tuple) and not str(host).startswith(_LOOPBACK):
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take away what the developer's shell has set, and the developer's own journal."""
    for name in list(os.environ):
        if name.startswith(_OURS) or name in ("CI", "NO_COLOR", "FORCE_COLOR"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def flexplay(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Return a function that runs `flexplay` in this process."""

    def run(*arguments: object) -> Ran:
        code = run_command([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository, which is also the current folder."""

    folder: Path

    def git(self, *words: object) -> str:
        """Run git, and return what it prints."""
        who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
        ran = subprocess.run(
            ["git", *who, "-C", self.folder, *map(str, words)],
            check=True,
            capture_output=True,
            text=True,
        )
        return ran.stdout.strip()

    def write(self, name: str, text: str) -> None:
        """Write a file, with the folders above it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def commit(self, **files: str) -> str:
        """Write the files (`a__b_yaml` is a/b.yaml), and commit all that there is."""
        for name, text in files.items():
            path, _, suffix = name.replace("__", "/").rpartition("_")
            self.write(f"{path}.{suffix}", text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Return an empty repository, whose branch is main, untouched by the developer's settings."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    made = Repository(tmp_path / "repository")
    made.folder.mkdir()
    made.git("-c", "init.defaultBranch=main", "init", "--quiet")
    monkeypatch.chdir(made.folder)
    return made


@pytest.fixture
def sandbox() -> Iterator[Any]:
    """Return a running stand-in whose customers join at once."""
    from runner.sandbox.server import SandboxServer  # noqa: PLC0415
    from runner.sandbox.state import World  # noqa: PLC0415
    from runner.sandbox.values import Settings  # noqa: PLC0415

    with SandboxServer(World(Settings(join_delay=0.0))) as server:
        yield server


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> str:
    """Set invented credentials and return their account."""
    account = "AC" + "0a" * 16
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", account)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "invented-token")
    return account
