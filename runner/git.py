"""What git knows: what it ignores, which commit a name means, and how files stood there.

The one door to git. Neither the work tree nor its index is touched, and nothing is fetched.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runner.model.errors import UsageFault

if TYPE_CHECKING:
    import subprocess

_PATIENCE = 300  # seconds; a checkout may have to run filters
_OTHER_KINDS = {"blob": "a file", "tree": "a folder"}
_NO_NAME = re.compile(r"[\s:]|\.\.|^$")
_ANCESTOR = re.compile(r"[~^]")
_DEEPER = "in CI: fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 on GitLab"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit by the name that somebody gave it, in the repository whose work tree is here."""

    repository: Path
    name: str
    sha: str

    @property
    def short(self) -> str:
        """The first digits of its hash, enough to recognise it."""
        return self.sha[:9]


def ignored_files(root: str) -> frozenset[Path]:
    """Return the files and folders below `root` that git ignores; none where there is no git."""
    words = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
    ran = _run(Path(root), *words)
    if ran is None or ran.returncode:
        return frozenset()
    return frozenset(Path(root, name) for name in _names(ran.stdout))


def find_repository(folder: Path) -> Path:
    """Return the top folder of the repository that the folder lies in.

    Raises:
        UsageFault: there is no git, or no repository that it reads.
    """
    ran = _run(folder, "rev-parse", "--show-toplevel")
    if ran is None:
        why = "there is no git here, and the base is read from git"
        raise UsageFault(why, "install git, and run this in a clone of the repository")
    if not ran.returncode:
        return Path(os.fsdecode(ran.stdout.removesuffix(b"\n")))
    said = _said(ran)
    if "dubious ownership" in said:
        why = f"git does not read {folder}: it belongs to another user"
        raise UsageFault(why, f"git config --global --add safe.directory {folder}")
    if "not a git repository" in said:
        why = f"{folder} is in no git repository, so there is nothing to compare with"
        raise UsageFault(why, "run this in a clone of the repository that has the playbooks")
    raise UsageFault(f"git does not read {folder}: {said}", "run this in a clone with a work tree")


def resolve_commit(repository: Path, name: str) -> Commit:
    """Return the commit that a branch, tag, hash or other name of git's means.

    Raises:
        UsageFault: it means none, or one that this clone does not have.
    """
    if name.startswith("-"):
        raise UsageFault(f"{name} is no name of a commit", "name a branch, a tag or a commit")
    ran = _run(repository, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if ran is not None and not ran.returncode:
        return Commit(repository, name, os.fsdecode(ran.stdout.strip()))
    kind = _answer(repository, "cat-file", "-t", name)
    if kind:
        why = f"{name} is {_OTHER_KINDS.get(kind, f'a {kind}')}, not a commit"
        raise UsageFault(why, "name a branch, a tag or a commit")
    raise UsageFault(*_missing(repository, name))


def fork_point(one: Commit, other: Commit) -> Commit:
    """Return the newest commit that both histories have: where a branch left the other.

    Raises:
        UsageFault: there is none, or this clone does not reach back so far.
    """
    found = _answer(one.repository, "merge-base", one.sha, other.sha)
    if found:
        return Commit(one.repository, one.name, found)
    if _is_shallow(one.repository):
        why = f"this clone does not reach back to where {other.name} left {one.name}"
        raise UsageFault(why, f"git fetch --unshallow; {_DEEPER}")
    raise UsageFault(f"{one.name} and {other.name} have no commit in common", "choose another base")


def changed_files(base: Commit) -> tuple[Path, ...]:
    """Return the files of the work tree that are not as in the commit, the new ones included.

    Raises:
        UsageFault: git cannot tell.
    """
    words = ("diff", "--name-only", "-z", "--no-renames", "--diff-filter=d", base.sha)
    ran = _run(base.repository, *words)
    if ran is None or ran.returncode:
        said = "it did not end" if ran is None else _said(ran)
        raise UsageFault(f"git cannot compare with {base.name}: {said}", "see: git status")
    new = _run(base.repository, "ls-files", "-z", "--others", "--exclude-standard")
    names = [*_names(ran.stdout), *(_names(new.stdout) if new and not new.returncode else ())]
    return tuple(base.repository / name for name in dict.fromkeys(sorted(names)))


def write_files(commit: Commit, wanted: Callable[[str], bool], folder: Path) -> None:
    """Write the wanted files of a commit into the folder, exactly as a checkout would.

    `wanted` is asked of each file's path in the repository, with forward slashes.

    Raises:
        UsageFault: git cannot.
    """
    index = str(folder / ".git-index")
    _demand(commit, index, ("read-tree", commit.sha))
    listed = _demand(commit, index, ("ls-files", "-z"))
    names = [name for name in _names(listed) if wanted(name)]
    data = b"".join(os.fsencode(name) + b"\0" for name in names)
    words = ("checkout-index", "-z", "--stdin", "--force", f"--prefix={folder}{os.sep}")
    _demand(commit, index, words, data)
    Path(index).unlink()


def _demand(commit: Commit, index: str, words: tuple[str, ...], data: bytes = b"") -> bytes:
    ran = _run(commit.repository, *words, data=data, index=index)
    if ran is None or ran.returncode:
        said = "it did not end" if ran is None else _said(ran)
        why = f"git cannot write the files of {commit.name}: {said}"
        raise UsageFault(why, f"see what git says: git show --stat {commit.short}")
    return ran.stdout


def _missing(repository: Path, name: str) -> tuple[str, str]:
    """Return why the name means no commit here, and what to type."""
    if _NO_NAME.search(name):
        return f"there is no commit {name} here", "name a branch, a tag or a commit"
    remotes = _answer(repository, "remote").split() or ["origin"]
    remote = "origin" if "origin" in remotes else remotes[0]
    branch = name.removeprefix(f"{remote}/")
    if _is_shallow(repository):
        why = f"{name} is not in this clone, which holds only the latest commits"
        if _ANCESTOR.search(name):
            return why, f"git fetch --unshallow {remote}; {_DEEPER}"
        return why, f"git fetch --depth=1 {remote} {branch}, then --base FETCH_HEAD; {_DEEPER}"
    if _answer(repository, "rev-parse", "--verify", "--quiet", f"{remote}/{name}^{{commit}}"):
        return f"there is no commit {name} here", f"did you mean {remote}/{name}?"
    return f"there is no commit {name} here", f"git fetch {remote} {branch}, then --base FETCH_HEAD"


def _is_shallow(repository: Path) -> bool:
    return _answer(repository, "rev-parse", "--is-shallow-repository") == "true"


def _answer(folder: Path, *words: str) -> str:
    """Return what git prints, without white space around; empty where it fails."""
    ran = _run(folder, *words)
    return "" if ran is None or ran.returncode else os.fsdecode(ran.stdout.strip())


def _said(ran: "subprocess.CompletedProcess[bytes]") -> str:
    """Return the first line of git's complaint."""
    lines = ran.stderr.decode(errors="replace").strip().splitlines() or ["it does not say why"]
    return lines[0].removeprefix("fatal: ").removeprefix("error: ")


def _names(listed: bytes) -> list[str]:
    return [os.fsdecode(name) for name in listed.split(b"\0") if name]


def _run(
    folder: Path, *words: str, data: bytes = b"", index: str = ""
) -> "subprocess.CompletedProcess[bytes] | None":
    """Run git in the folder; None where there is none, or it does not come to an end."""
    import subprocess  # noqa: PLC0415 - not for a single file

    settings = {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    settings |= {"GIT_INDEX_FILE": index} if index else {}
    try:
        return subprocess.run(  # noqa: S603
            ["git", "-c", "core.fsmonitor=false", "-C", str(folder), *words],  # noqa: S607
            capture_output=True,
            check=False,
            env={**os.environ, **settings},
            input=data,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.SubprocessError):
        return None
