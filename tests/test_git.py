"""What git is asked, in real repositories."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from runner.git import find_repository, fork_point, resolve_commit, write_files
from runner.model.errors import UsageFault


def _clone(source: Path, target: Path, *words: str) -> Path:
    command = ["git", "clone", "--quiet", *words, f"file://{source}", str(target)]
    subprocess.run(command, check=True)
    return target


def _files(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}


def test_the_repository_is_found_from_a_folder_in_it(repository: Any) -> None:
    """The command may be typed in any folder of the work tree."""
    repository.write("a/b/c.txt", "c")
    assert find_repository(repository.folder / "a" / "b") == repository.folder


def test_a_folder_outside_of_every_repository_is_told(repository: Any) -> None:
    """There is nothing to compare with."""
    with pytest.raises(UsageFault, match="is in no git repository"):
        find_repository(repository.folder.parent)


def test_a_machine_without_git_is_told(repository: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install is said."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageFault, match="there is no git here") as caught:
        find_repository(repository.folder)
    assert "install git" in caught.value.remedy


def test_another_users_repository_is_told_with_what_to_type(
    repository: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container of CI often runs as another user than the checkout."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(UsageFault, match="belongs to another user") as caught:
        find_repository(repository.folder)
    assert caught.value.remedy.endswith(f"--add safe.directory {repository.folder}")


@pytest.mark.parametrize("name", ["main", "HEAD", "v1", "annotated", "HEAD~1", "main^"])
def test_every_name_of_gits_is_one_commit(repository: Any, name: str) -> None:
    """Branches, tags of both kinds, and ways from one commit to another."""
    first = repository.commit(a_txt="1")
    second = repository.commit(a_txt="2")
    repository.git("tag", "v1")
    repository.git("tag", "--annotate", "annotated", "--message", "a tag")
    expected = first if name in ("HEAD~1", "main^") else second
    assert resolve_commit(repository.folder, name).sha == expected
    assert resolve_commit(repository.folder, second[:10]).sha == second


@pytest.mark.parametrize(
    ("name", "why", "remedy"),
    [
        ("nowhere", "there is no commit nowhere here", "git fetch origin nowhere"),
        ("HEAD:folder", "HEAD:folder is a folder, not a commit", "a branch, a tag or a commit"),
        ("HEAD:a.txt", "HEAD:a.txt is a file, not a commit", "a branch, a tag or a commit"),
        ("HEAD:no.txt", "there is no commit HEAD:no.txt here", "a branch, a tag or a commit"),
        ("main..HEAD", "there is no commit main..HEAD here", "a branch, a tag or a commit"),
        ("", "there is no commit  here", "a branch, a tag or a commit"),
        ("--all", "--all is no name of a commit", "a branch, a tag or a commit"),
        ("f" * 40, f"there is no commit {'f' * 40} here", f"git fetch origin {'f' * 40}"),
        ("topic", "there is no commit topic here", "did you mean origin/topic?"),
    ],
)
def test_what_is_no_commit_is_told(repository: Any, name: str, why: str, remedy: str) -> None:
    """The message says what it is, or what to type."""
    sha = repository.commit(a_txt="1", folder__b_txt="2")
    repository.git("update-ref", "refs/remotes/origin/topic", sha)
    repository.git("remote", "add", "origin", "https://example.org/x.git")
    with pytest.raises(UsageFault) as caught:
        resolve_commit(repository.folder, name)
    assert caught.value.message == why
    assert remedy in caught.value.remedy


def test_a_shallow_clone_says_how_to_fetch_the_base(repository: Any, tmp_path: Path) -> None:
    """The command that it names brings the base."""
    repository.commit(a_txt="1")
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit(a_txt="2")
    clone = _clone(repository.folder, tmp_path / "clone", "--depth=1", "--branch=topic")
    with pytest.raises(UsageFault, match="holds only the latest commits") as caught:
        resolve_commit(clone, "origin/main")
    fetch, _, rest = caught.value.remedy.partition(", then --base FETCH_HEAD")
    assert fetch == "git fetch --depth=1 origin main"
    assert "fetch-depth: 0" in rest
    subprocess.run([*fetch.split(), "--quiet"], check=True, cwd=clone)
    assert resolve_commit(clone, "FETCH_HEAD").sha == repository.git("rev-parse", "main")


def test_a_shallow_clone_has_no_earlier_commits(repository: Any, tmp_path: Path) -> None:
    """A way back from a commit cannot be fetched by its name."""
    repository.commit(a_txt="1")
    repository.commit(a_txt="2")
    clone = _clone(repository.folder, tmp_path / "clone", "--depth=1")
    with pytest.raises(UsageFault) as caught:
        resolve_commit(clone, "HEAD~1")
    assert caught.value.remedy.startswith("git fetch --unshallow origin")


def test_the_fork_point_is_where_a_branch_left(repository: Any) -> None:
    """What came to the base afterwards is none of the branch's doing."""
    left = repository.commit(a_txt="1")
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit(a_txt="2")
    topic = resolve_commit(repository.folder, "topic")
    repository.git("switch", "--quiet", "main")
    repository.commit(b_txt="3")
    main = resolve_commit(repository.folder, "main")
    assert fork_point(main, topic).sha == left


def test_histories_without_a_fork_point_are_told(repository: Any, tmp_path: Path) -> None:
    """Two roots have none; a shallow clone may not reach it."""
    repository.commit(a_txt="1")
    repository.git("switch", "--quiet", "--orphan", "other")
    repository.commit(b_txt="2")
    names = [resolve_commit(repository.folder, name) for name in ("main", "other")]
    with pytest.raises(UsageFault, match="no commit in common"):
        fork_point(*names)
    clone = _clone(repository.folder, tmp_path / "clone", "--depth=1", "--no-single-branch")
    shallow = [resolve_commit(clone, f"origin/{name}") for name in ("main", "other")]
    with pytest.raises(UsageFault, match="does not reach back") as caught:
        fork_point(*shallow)
    assert "--unshallow" in caught.value.remedy


def test_a_commits_files_are_written_as_they_were(repository: Any, tmp_path: Path) -> None:
    """Only those that are wanted; neither the work tree nor its index changes."""
    repository.commit(a_yaml="old", sub__t_j2="größe", sub__other_txt="no")
    repository.write("a.yaml", "new")
    repository.write("staged.txt", "staged")
    repository.git("add", "staged.txt")
    before, index = repository.git("status", "--porcelain"), repository.folder / ".git" / "index"
    bytes_before = index.read_bytes()
    target = tmp_path / "target with blanks"
    target.mkdir()
    commit = resolve_commit(repository.folder, "HEAD")
    write_files(commit, lambda name: not name.endswith(".txt"), target)
    assert _files(target) == {"a.yaml": "old", "sub/t.j2": "größe"}
    assert index.read_bytes() == bytes_before
    assert repository.git("status", "--porcelain") == before
    assert (repository.folder / "a.yaml").read_text() == "new"


def test_the_index_of_a_hook_is_left_alone(
    repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a pre-commit hook, git names the index that is being committed."""
    repository.commit(a_txt="1")
    index = repository.folder / ".git" / "index"
    monkeypatch.setenv("GIT_INDEX_FILE", str(index))
    bytes_before = index.read_bytes()
    target = tmp_path / "target"
    target.mkdir()
    write_files(resolve_commit(repository.folder, "HEAD"), lambda _: True, target)
    assert _files(target) == {"a.txt": "1"}
    assert index.read_bytes() == bytes_before


def test_what_git_cannot_write_is_told(repository: Any, tmp_path: Path) -> None:
    """The reason is git's own."""
    repository.commit(a_txt="1")
    commit = resolve_commit(repository.folder, "HEAD")
    target = tmp_path / "target"
    target.mkdir()
    blob = repository.git("rev-parse", "HEAD:a.txt")
    (repository.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(UsageFault, match=r"git cannot write the files of HEAD: .+"):
        write_files(commit, lambda _: True, target)
