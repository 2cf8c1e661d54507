"""The project file: found upwards, checked, made into environments."""

from pathlib import Path

import pytest

from runner.model.playbook import Project
from runner.model.problem import Problem
from runner.validate.project import find_project, load_project

_PROJECT = """
environments:
  staging:
    vars: { sender: "+19255551234" }
  production:
    account_sid: AC0123456789abcdef0123456789abcdef
"""


def _write(folder: Path, text: str = _PROJECT, name: str = "flexplay.yaml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def test_the_nearest_project_file_upwards_is_taken(tmp_path: Path) -> None:
    """A file beside the playbook wins over one above."""
    above = _write(tmp_path)
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert find_project(str(deep / "p.yaml")) == str(above)
    near = _write(tmp_path / "a")
    assert find_project(str(deep / "p.yaml")) == str(near)


def test_a_relative_playbook_is_looked_up_beyond_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Standing in a sub-folder finds the project above it."""
    above = _write(tmp_path)
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    assert find_project("p.yaml") is not None
    assert Path(str(find_project("p.yaml"))).resolve() == above.resolve()


@pytest.mark.parametrize(
    ("playbook", "found"),
    [
        ("../b/p.yaml", "../flexplay.yaml"),
        ("../../p.yaml", None),
        ("c/../p.yaml", "c/../flexplay.yaml"),
        ("p.yaml", "flexplay.yaml"),
        ("c/d/p.yaml", "flexplay.yaml"),
    ],
)
def test_only_what_is_really_above_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, playbook: str, found: str | None
) -> None:
    """The current folder's project is not that of a playbook beside or above the folder."""
    here = tmp_path / "x" / "a"
    for folder in (here / "c" / "d", tmp_path / "x" / "b"):
        folder.mkdir(parents=True)
    _write(here)
    _write(tmp_path / "x")
    monkeypatch.chdir(here)
    assert find_project(playbook) == found


def test_above_what_was_written_the_search_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to the root of the disk."""
    above = _write(tmp_path)
    here = tmp_path / "x" / "a"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    for playbook in ("../b/p.yaml", "p.yaml", "../../x/p.yaml", str(here / "c" / "p.yaml")):
        assert Path(str(find_project(playbook))).resolve() == above.resolve()


@pytest.mark.parametrize(
    ("journal", "meant"),
    [
        ("state/j.db", "{folder}/state/j.db"),
        ("/var/j.db", "/var/j.db"),
        ("~/j.db", "~/j.db"),
        ("postgresql://host/db", "postgresql://host/db"),
    ],
)
def test_a_relative_journal_counts_from_the_project_file(
    tmp_path: Path, journal: str, meant: str
) -> None:
    """Wherever the command is typed, it is the same journal."""
    _write(tmp_path, f"environments: {{ one: {{ journal: '{journal}' }} }}\n")
    project = load_project(str(tmp_path / "p.yaml"))
    assert isinstance(project, Project)
    assert project.environments["one"].journal == meant.format(folder=tmp_path)


@pytest.mark.parametrize("name", ["flexplay.yaml", "flexplay.yml", "flexplay.toml"])
def test_three_names_are_known(tmp_path: Path, name: str) -> None:
    """The project file may be YAML or TOML."""
    text = "[environments.one]\n" if name.endswith("toml") else "environments: { one: {} }\n"
    _write(tmp_path, text, name)
    project = load_project(str(tmp_path / "p.yaml"))
    assert isinstance(project, Project)
    assert list(project.environments) == ["one"]


def test_environments_carry_their_variables_and_account(tmp_path: Path) -> None:
    """What an environment does not say is empty."""
    _write(tmp_path)
    project = load_project(str(tmp_path / "p.yaml"))
    assert isinstance(project, Project)
    staging, production = project.environments.values()
    assert (staging.name, staging.vars, staging.account_sid) == (
        "staging",
        {"sender": "+19255551234"},
        "",
    )
    assert production.account_sid == "AC0123456789abcdef0123456789abcdef"


def test_without_a_file_there_is_one_environment(tmp_path: Path) -> None:
    """It is called default and sets nothing."""
    project = load_project(str(tmp_path / "p.yaml"))
    assert isinstance(project, Project)
    assert list(project.environments) == ["default"]
    assert project.file == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("environments: { Prod: {} }", 'the name "Prod" must be lower-case letters'),
        ("environments: {}", "environments is empty"),
        ("environments: { a: { account_sid: AC1 } }", "environments.a.account_sid must be AC"),
        ("enviroments: { a: {} }", 'unknown key "enviroments", did you mean "environments"?'),
        ("- a", "is a list here, not a mapping"),
    ],
)
def test_a_faulty_project_file_says_why(tmp_path: Path, text: str, said: str) -> None:
    """Its findings are worded like a playbook's."""
    _write(tmp_path, text)
    found = load_project(str(tmp_path / "p.yaml"))
    assert isinstance(found, tuple)
    assert [type(problem) for problem in found] == [Problem]
    assert said in found[0].message
