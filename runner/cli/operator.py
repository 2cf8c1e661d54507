"""Who types the commands, and from which commit, as far as the environment says."""

import getpass
import os
import socket
from collections.abc import Mapping

# https://docs.github.com/en/actions/reference/workflows-and-actions/variables
# https://docs.gitlab.com/ci/variables/predefined_variables/
_ACTORS = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN")
_COMMITS = ("GITHUB_SHA", "CI_COMMIT_SHA")


def user_name(environment: Mapping[str, str] = os.environ) -> str:
    """Return who types: in CI who set it off, else the user of this machine."""
    actor = _first(_ACTORS, environment) if environment.get("CI") else ""
    return actor or _login()


def operator_name(environment: Mapping[str, str] = os.environ) -> str:
    """Return who types, and where."""
    return f"{user_name(environment)}@{socket.gethostname()}"


def commit_name(environment: Mapping[str, str] = os.environ) -> str:
    """Return the commit that CI checked out; empty elsewhere."""
    return _first(_COMMITS, environment)


def _first(names: tuple[str, ...], environment: Mapping[str, str]) -> str:
    return next((environment[name] for name in names if environment.get(name)), "")


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its user
        return f"user {os.getuid()}"
