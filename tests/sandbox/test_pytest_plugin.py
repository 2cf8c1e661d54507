import subprocess
import sys
from pathlib import Path

CONFTEST = 'pytest_plugins = ["runner.sandbox.pytest_plugin"]\n'
TESTS = """\
import httpx
import pytest
from runner.sandbox.values import Settings

SIDS = []


@pytest.mark.parametrize("turn", [1, 2])
def test_each_has_a_world_of_its_own(flex_sandbox, turn):
    auth = ("AC" + "0" * 32, "any")
    created = httpx.post(f"{flex_sandbox.url}/v1/Conversations", auth=auth).json()
    SIDS.append(created["sid"])
    assert list(flex_sandbox.world.records.conversations) == [SIDS[0]]
    assert flex_sandbox.world.settings.join_delay == 0


class TestOthers:
    @pytest.fixture
    def flex_sandbox_settings(self):
        return Settings(join_delay=5)

    def test_settings_can_be_others(self, flex_sandbox):
        assert flex_sandbox.world.settings.join_delay == 5
"""


def test_the_fixture_for_other_peoples_tests(tmp_path: Path) -> None:
    """A world for each test, the same SIDs in each, and settings that can be overridden."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "3 passed" in ran.stdout, ran.stdout + ran.stderr
