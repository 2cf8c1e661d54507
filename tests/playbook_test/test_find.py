"""Which files of tests a path stands for."""

from pathlib import Path

import pytest

from runner.find_files import is_test_file, names_of_tests, playbook_names
from runner.model.errors import UsageFault
from runner.playbook_test.find import find_tests
from runner.playbook_test.run_suites import measure_coverage, run_suites

_TESTS = "environment: staging\ntests: [{ name: a }]\n"


def _write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(_TESTS, "utf-8")


def test_tests_are_known_by_their_name(folder: Path) -> None:
    """In folders, by themselves, and by the playbook that they stand beside; each once."""
    _write(
        folder, "p.test.yaml", "sub/q.test.yml", "sub/r.test.toml", "sub/.hidden/s.test.yaml"[4:]
    )
    assert find_tests((".",)).tests == ("p.test.yaml", "sub/q.test.yml", "sub/r.test.toml")
    assert find_tests(("sub", "p.yaml", ".")).tests[2] == "p.test.yaml"
    assert find_tests(("p.test.yaml", "p.yaml")).tests == ("p.test.yaml",)
    assert find_tests((".",), ("sub",)).tests == ("p.test.yaml",)


@pytest.mark.parametrize(
    ("paths", "why"),
    [
        ((".",), "no tests were found"),
        (("p.yaml",), "p.yaml has no tests"),
        (("q.yaml",), "there is no file q.yaml"),
        (("nowhere",), "there is no file nowhere"),
    ],
)
def test_no_tests_are_no_success(folder: Path, paths: tuple[str, ...], why: str) -> None:
    """A pipeline that looks in the wrong folder must not be green."""
    del folder
    with pytest.raises(UsageFault) as raised:
        find_tests(paths)
    assert raised.value.message == why
    assert raised.value.remedy


def test_no_tests_can_be_allowed(folder: Path) -> None:
    """But not that a file is named that is not there."""
    del folder
    assert find_tests((".",), allow_none=True).tests == ()
    with pytest.raises(UsageFault):
        find_tests(("nowhere",), allow_none=True)


def test_names_of_tests_and_playbooks_belong_together() -> None:
    """The playbook of the same kind comes first."""
    assert is_test_file("a/b.test.yaml")
    assert is_test_file("B.TEST.TOML")
    assert not is_test_file("test.yaml")
    assert not is_test_file("b.test.json")
    assert playbook_names("a/b.test.toml") == ("a/b.toml", "a/b.yaml", "a/b.yml")
    assert "a/b.test.yaml" in names_of_tests("a/b.yaml")


def test_playbooks_without_tests_count_as_not_taken(folder: Path) -> None:
    """Or the coverage would rise when tests are deleted; what is no playbook does not count."""
    _write(folder, "p.test.yaml")
    before = measure_coverage(run_suites((".",)))
    text = (folder / "p.yaml").read_text("utf-8")
    text = text.replace("Clinic in {{ env }}", "Clinic {{ env or 'x' }}")
    (folder / "q.yaml").write_text(text, "utf-8")
    (folder / "broken.yaml").write_text("channel: 1\nparticipants: 2\n", "utf-8")
    after = measure_coverage(run_suites((".",)))
    assert len(after.branches) == len(before.branches) + 2
    assert after.taken == before.taken
    assert measure_coverage(run_suites(("p.yaml",))) == before


@pytest.mark.parametrize("paths", [(".",), ("p.test.yaml",)])
def test_tests_that_cannot_be_run_take_nothing(folder: Path, paths: tuple[str, ...]) -> None:
    """A mistake in a file of tests does not make its playbook vanish from the coverage."""
    _write(folder, "p.test.yaml")
    before = measure_coverage(run_suites(paths))
    (folder / "p.test.yaml").write_text(_TESTS.replace("name: a", "name: a, sample: x"), "utf-8")
    after = measure_coverage(run_suites(paths))
    assert before.taken
    assert after.branches == before.branches
    assert after.taken == frozenset()


def test_a_playbook_elsewhere_is_tested_by_name(folder: Path) -> None:
    """`playbook` names it, from the file's folder; it does not count as untested."""
    (folder / "tests").mkdir()
    text = "playbook: ../p.yaml\n" + _TESTS
    (folder / "tests" / "any.test.yaml").write_text(text, "utf-8")
    ran = run_suites((".",))
    assert [result.failed for result in ran.results] == [0]
    assert measure_coverage(ran) == measure_coverage(run_suites(("tests",)))


def test_processes_change_no_result(folder: Path) -> None:
    """Results, places and branches come back from other processes as they are."""
    _write(folder, "p.test.yaml", "sub/q.test.yaml")
    (folder / "p.test.toml").write_text('environment = "staging"\ntests = [{ name = "b" }]\n')
    text = "environment: staging\ntests: [{ name: a, expect: { body: x } }]\n"
    (folder / "p.test.yml").write_text(text, "utf-8")
    one, two = (run_suites((".",), jobs=jobs) for jobs in (1, 2))
    assert one == two
    assert [result.failed for result in one.results].count(1) == 1
    assert measure_coverage(one) == measure_coverage(two)
