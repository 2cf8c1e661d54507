from pathlib import Path

import pytest

from runner.cli.ci_environment import blob_address, naming

FOLDER = Path("/repo/sub")


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "a.yaml"),
        ({"GITHUB_WORKSPACE": "/repo"}, "sub/a.yaml"),
        ({"CI_PROJECT_DIR": "/repo"}, "sub/a.yaml"),
        ({"GITHUB_WORKSPACE": "/elsewhere"}, "a.yaml"),
        ({"GITHUB_WORKSPACE": ""}, "a.yaml"),
    ],
)
def test_files_are_named_from_the_repositorys_root(environment: dict[str, str], name: str) -> None:
    """GitHub and GitLab say where it is; a root that we are not in is none."""
    assert naming(environment, FOLDER)("a.yaml") == name


def test_links_need_server_repository_and_commit() -> None:
    """With one of them missing there are no links."""
    environment = {
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_SHA": "4f2c",
    }
    assert blob_address(environment) == "https://github.example/o/r/blob/4f2c"
    for missing in environment:
        assert blob_address({**environment, missing: ""}) == ""
