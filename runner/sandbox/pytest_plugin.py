"""The sandbox as a fixture of pytest: `pytest_plugins = ["runner.sandbox.pytest_plugin"]`.

    def test_a_message_arrives(flex_sandbox):
        send_reminders(base_url=flex_sandbox.url)
        [conversation] = flex_sandbox.world.records.conversations.values()

Each test has a world of its own, in which nobody waits and SIDs are the same in every run. For
another world override `flex_sandbox_settings`, or use `SandboxServer` directly.
"""

import random
from collections.abc import Iterator

import pytest

from runner.sandbox.server import SandboxServer
from runner.sandbox.state import World
from runner.sandbox.values import Settings


@pytest.fixture
def flex_sandbox_settings() -> Settings:
    """How the sandbox behaves: customers join at once and messages are delivered at once."""
    return Settings(join_delay=0.0, delivered_delay=0.0)


@pytest.fixture
def flex_sandbox(flex_sandbox_settings: Settings) -> Iterator[SandboxServer]:
    """A running sandbox: `.url` is where it listens, `.world` what it remembers."""
    chance = random.Random(0)  # noqa: S311 - names, not secrets
    with SandboxServer(World(flex_sandbox_settings, chance=chance)) as server:
        yield server
