import pytest

from runner.report.file_naming import names_from, slashed


@pytest.mark.parametrize(
    ("file", "name"),
    [("./a.yaml", "a.yaml"), ("x/../a.yaml", "a.yaml"), ("/x/a.yaml", "/x/a.yaml")],
)
def test_names_are_plain(file: str, name: str) -> None:
    """GitHub and GitLab compare paths letter by letter: no `./`, no `..`."""
    assert slashed(file) == name


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("a.yaml", "sub/a.yaml"),
        ("../b.yaml", "b.yaml"),
        ("/repo/sub/c.yaml", "sub/c.yaml"),
        ("../../d.yaml", "/d.yaml"),
        ("/repository/e.yaml", "/repository/e.yaml"),
    ],
)
def test_names_start_at_the_root(file: str, name: str) -> None:
    """A command that ran in a sub-folder still names files from the root, or else wholly."""
    assert names_from("/repo", "/repo/sub")(file) == name
