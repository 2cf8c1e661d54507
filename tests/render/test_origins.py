"""Where in the playbook a field of a request comes from."""

from pathlib import Path

import pytest

from runner.model.document import Path as DataPath
from runner.model.document import node_at
from runner.model.playbook import Playbook
from runner.prepare import load_playbook
from runner.render.origins import REQUEST_FIELDS, origin_of

_TEXT = """\
version: 1
name: reminder
channel: { type: sms }
participants:
  - { address: "+13115552368", proxy_address: "+19255551234" }
routing:
  properties: { workspace_sid: WS0123456789abcdef0123456789abcdef, attributes: { a: b } }
message: { author: Clinic, body: Hello }
"""


def _playbook(folder: Path, text: str) -> Playbook:
    (folder / "p.yaml").write_text(text, "utf-8")
    (folder / "t.j2").write_text("Hello", "utf-8")
    return load_playbook(str(folder / "p.yaml"))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("Channel", "participants", 0, "address"), "+13115552368"),
        (("Channel", "type"), "sms"),
        (("Routing", "properties", "attributes", "a"), "b"),
        (("Author",), "Clinic"),
        (("Body",), "Hello"),
    ],
)
def test_a_field_leads_to_what_the_author_wrote(tmp_path: Path, path: DataPath, value: str) -> None:
    """The path in the playbook is that of the value itself."""
    playbook = _playbook(tmp_path, _TEXT)
    assert getattr(node_at(playbook.root, origin_of(playbook, path)), "value", "") == value


def test_a_text_from_a_file_leads_to_the_files_name(tmp_path: Path) -> None:
    """There is no body in the playbook then."""
    playbook = _playbook(tmp_path, _TEXT.replace("body: Hello", "template: t.j2"))
    assert origin_of(playbook, ("Body",)) == ("message", "template")


def test_what_comes_from_nowhere_stays(tmp_path: Path) -> None:
    """A name that is no field of a request is returned as it is."""
    playbook = _playbook(tmp_path, _TEXT)
    assert origin_of(playbook, ("Nonsense", 1)) == ("Nonsense", 1)
    assert "Nonsense" not in REQUEST_FIELDS
