"""What continuous integration says of itself in the environment, and what follows for reports."""

from collections.abc import Mapping
from pathlib import Path

from runner.report.file_naming import Naming, names_from

# https://docs.github.com/en/actions/reference/workflows-and-actions/variables
# https://docs.gitlab.com/ci/variables/predefined_variables/
_REPOSITORIES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


def naming(environment: Mapping[str, str], folder: Path) -> Naming:
    """Return how reports name files: from the repository's root, else from `folder`.

    GitHub and GitLab find a file by its path in the repository, wherever the command ran.
    """
    for variable in _REPOSITORIES:
        root = environment.get(variable)
        if root and folder.is_relative_to(root):
            return names_from(root, str(folder))
    return names_from(str(folder), str(folder))


def blob_address(environment: Mapping[str, str]) -> str:
    """Return the address that names of files are appended to; empty when not on GitHub."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA")
    server, repository, commit = (environment.get(name, "") for name in names)
    return f"{server}/{repository}/blob/{commit}" if server and repository and commit else ""
