"""Which files below a folder are ours."""

import os
import subprocess
from pathlib import Path

import pytest

from runner.find_files import Candidate, find_files, is_meant_as_playbook
from runner.load.file import load_file

PLAYBOOK = "version: 1\nchannel: { type: sms }\nparticipants: []\n"
FLOW = '{"version": 1, "channel": {}, "participants": []}\n'
TOML = "version = 1\nchannel.type = 'sms'\n[[participants]]\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str = PLAYBOOK) -> None:
    """Write a file, with the folders above it."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, "utf-8")


def names(*paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    """Return the files that are found."""
    return [candidate.file for candidate in find_files(paths or (".",), exclude)]


def test_playbooks_are_known_by_their_content() -> None:
    """Neither folder nor name matters; what lacks a playbook's words is not even loaded."""
    for name, text in (("b/deep/x.yml", PLAYBOOK), ("a.yaml", FLOW), ("c.toml", TOML)):
        write(name, text)
    write("flexplay.yaml", "version: 1\n")
    write("docker-compose.yaml", "services: {}\n")
    write("notes.txt")
    assert names() == ["a.yaml", "b/deep/x.yml", "c.toml", "flexplay.yaml"]


def test_tests_are_known_by_their_name_and_are_no_playbooks() -> None:
    """Whatever words they hold; a file that was meant as a playbook is told by its own name."""
    for name in ("a.test.yaml", "b.test.yml", "c.test.toml"):
        write(name, "tests: []\n")
    write("d.test.yaml")
    assert names() == ["a.test.yaml", "b.test.yml", "c.test.toml", "d.test.yaml"]
    assert not is_meant_as_playbook(load_file("d.test.yaml"), "d.test.yaml")
    write("d.test.yaml", PLAYBOOK + "[\n")
    assert not is_meant_as_playbook(load_file("d.test.yaml"), "d.test.yaml")


@pytest.mark.parametrize(
    "name", [".github/a.yaml", "node_modules/x/a.yaml", "b/__pycache__/a.yaml", "env/lib/a.yaml"]
)
def test_folders_of_other_tools_are_passed_over(name: str) -> None:
    """Hidden folders and installed packages hold other people's files."""
    write(name)
    write("env/pyvenv.cfg", "")
    write("mine.yaml")
    assert names() == ["mine.yaml"]


def test_what_git_ignores_is_passed_over() -> None:
    """Files and folders in .gitignore are no part of the project, wherever the search starts."""
    git = ["git", "-c", "init.defaultBranch=main"]
    subprocess.run([*git, "init", "-q", "."], check=True, env=_plain_environment())
    for name in ("build/a.yaml", "sub/out/b.yaml", "sub/c.yaml", "d.local.yaml", "e.yaml"):
        write(name)
    write(".gitignore", "build/\nout\n*.local.yaml\n")
    assert names() == ["e.yaml", "sub/c.yaml"]
    assert names("sub") == ["sub/c.yaml"]
    assert names("build") == ["build/a.yaml"]
    assert names("d.local.yaml") == ["d.local.yaml"]


def _plain_environment() -> dict[str, str]:
    return {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def test_without_git_nothing_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without git is not a fault."""
    monkeypatch.setenv("PATH", "")
    write("a.yaml")
    assert names() == ["a.yaml"]


def test_a_named_file_is_taken_whatever_it_holds() -> None:
    """Somebody who names a file wants to hear of it, also that it is not there."""
    write("other.yaml", "a: 1\n")
    found = find_files(("other.yaml", "missing.yaml"))
    assert found == (Candidate("other.yaml", named=True), Candidate("missing.yaml", named=True))


def test_a_file_is_taken_once() -> None:
    """A folder and a file in it may both be named; the first naming counts."""
    write("a/b.yaml")
    assert find_files(("a/b.yaml", "a")) == (Candidate("a/b.yaml", named=True),)


@pytest.mark.parametrize(
    "pattern",
    ["drafts", "drafts/", "./drafts", "drafts/*", "*.draft.yaml", "b/drafts/x.draft.yaml", "b"],
)
def test_what_is_excluded_is_left_out(pattern: str) -> None:
    """A pattern fits a path, or the name of the file or of a folder above it."""
    write("drafts/x.draft.yaml")
    write("b/drafts/x.draft.yaml")
    write("kept.yaml")
    left = {"drafts/*": 1, "./drafts": 0, "b": 1, "b/drafts/x.draft.yaml": 1}.get(pattern, 0)
    found = names(exclude=(pattern,))
    assert "kept.yaml" in found
    assert len(found) == 1 + left
    assert names("drafts/x.draft.yaml", exclude=("*.draft.yaml",)) == []


def test_order_is_that_of_the_paths() -> None:
    """Files are sorted by their path, whatever order the file system has."""
    for name in ("b.yaml", "a/z.yaml", "a-1.yaml", "a/b/c.yaml"):
        write(name)
    assert names() == ["a/b/c.yaml", "a/z.yaml", "a-1.yaml", "b.yaml"]


def test_a_pipe_is_not_waited_for() -> None:
    """What is no file is passed over, or the command would hang."""
    os.mkfifo("p.yaml")
    write("a.yaml")
    assert names() == ["a.yaml"]
