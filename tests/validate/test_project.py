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
