"""What every template of a playbook reads."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.model.document import Path as DataPath
from runner.model.document import ScalarNode
from runner.model.playbook import Playbook
from runner.prepare import load_playbook
from runner.render import reading
from runner.render.reading import read_playbook

_PLAYBOOK = """\
version: 1
name: reminder
channel: { type: sms }
participants: [{ address: "{{ recipient.phone }}", proxy_address: "+19255550100" }]
message: { author: Clinic, body: "Hi {{ recipient.name }}" }
recipients: { key: "{{ recipient.id }}" }
"""


def test_two_playbooks_in_turns_are_read_once_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules ask for every delivery, and two states of a playbook are rendered side by side."""
    playbooks = []
    for name in ("one.yaml", "other.yaml"):
        (tmp_path / name).write_text(_PLAYBOOK, "utf-8")
        playbooks.append(load_playbook(str(tmp_path / name)))
    read: list[str] = []
    leaves = reading._leaves

    def counted(playbook: Playbook) -> Iterator[tuple[DataPath, ScalarNode]]:
        read.append(playbook.file)
        return leaves(playbook)

    monkeypatch.setattr(reading, "_leaves", counted)
    for playbook in playbooks * 5:
        assert read_playbook(playbook).uses("recipient") == frozenset({"phone", "name", "id"})
    assert read == [playbook.file for playbook in playbooks]
