"""The tests beside our own example playbooks, which the README shows."""

from pathlib import Path

from runner.playbook_test.run_suites import run_suites

_ROOT = Path(__file__).parent.parent.parent


def test_our_examples_pass() -> None:
    """In YAML and TOML, for a text, a mail and a content template."""
    ran = run_suites((str(_ROOT / "playbooks"),))
    assert len(ran.results) >= 4
    assert [result.file for result in ran.results if result.failed or result.problems] == []


def test_the_readme_shows_a_test_that_is_there() -> None:
    """What a newcomer copies works: each line of the README's example is one of the file's."""
    readme = (_ROOT / "README.md").read_text("utf-8")
    start = readme.index("```yaml\n# yaml-language-server: $schema=../schemas/playbook-test")
    shown = readme[start : readme.index("\n```\n", start)].splitlines()[1:]
    example = (_ROOT / "playbooks" / "appointment-reminder.test.yaml").read_text("utf-8")
    lines = {line.strip() for line in example.splitlines()}
    assert [line for line in shown if line.partition(" #")[0].strip() not in lines | {""}] == []
