"""A delivery as the parts that a playbook names."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.diff.parts import Part, Parts, flatten, parts_of
from runner.model.delivery import Delivery
from runner.model.document import Plain
from runner.model.place import Span
from runner.model.recipient import Recipient
from runner.prepare import load_playbook
from runner.render.renderer import Binding, Renderer, make_renderer

_PLAYBOOK = """\
version: 1
name: reminder
channel: { type: whatsapp }
participants: [{ address: "whatsapp:{{ recipient.phone }}", proxy_address: "{{ vars.sender }}" }]
routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    workflow_sid: WW0123456789abcdef0123456789abcdef
    worker_sid: "{{ vars.worker | default(none) }}"
    priority: "{{ recipient.urgent }}"
    attributes: { who: "{{ recipient.name }}", tags: "{{ recipient.tags }}" }
message:
  author: Clinic
  content_sid: "{{ vars.contents[recipient.lang] }}"
  content_variables: { "1": "{{ recipient.name }}" }
recipients: { key: "{{ recipient.id }}" }
delivery: { not_after: "{{ recipient.until }}" }
vars:
  sender: "whatsapp:+19255550100"
  contents: { en: HX0123456789abcdef0123456789abcdef }
"""
_ROW: dict[str, Plain] = {
    "id": "A-1",
    "name": "Ann",
    "phone": "+1 311 555 2368",
    "lang": "en",
    "urgent": 5,
    "tags": ["a", "b"],
    "until": "2026-03-31 12:00",
}


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    """Return the parts of one delivery."""
    (tmp_path / "p.yaml").write_text(_PLAYBOOK, "utf-8")
    playbook = load_playbook(str(tmp_path / "p.yaml"))
    now = datetime(2026, 3, 31, tzinfo=UTC)
    binding = Binding("s", "AC" + "0" * 32, "production", playbook.vars, now, outline=True)
    renderer = make_renderer(playbook, binding)
    assert isinstance(renderer, Renderer)
    recipient = Recipient(_ROW, Span("r.csv", 2, 1, 2, 1))
    delivery = renderer.render(recipient)
    assert isinstance(delivery, Delivery), delivery
    return parts_of(delivery, renderer.outline_request(recipient))


@pytest.mark.parametrize(
    ("path", "text", "shown"),
    [
        ("message.author", "Clinic", "Clinic"),
        ("message.content_variables.1", "Ann", "‹name›"),
        ("message.content_sid", *["HX0123456789abcdef0123456789abcdef"] * 2),
        ("participants[0].address", "whatsapp:+13115552368", "whatsapp:‹phone›"),
        ("participants[0].proxy_address", *["whatsapp:+19255550100"] * 2),
        ("routing.properties.priority", "5", "‹urgent›"),
        ("routing.properties.attributes.who", "Ann", "‹name›"),
        ("routing.properties.attributes.tags", '["a", "b"]', "‹tags›"),
        ("channel.type", "whatsapp", "whatsapp"),
        ("delivery.not_after", "2026-03-31 12:00", "‹until›"),
    ],
)
def test_a_part_has_what_is_sent_and_what_may_be_shown(
    parts: Parts, path: str, text: str, shown: str
) -> None:
    """Under the playbook's own path; a value of the recipient is its field's name."""
    assert parts[path] == Part(text, shown)


def test_nothing_else_is_a_part(parts: Parts) -> None:
    """Neither our correlation id, nor what Twilio is told by default, nor what null left out."""
    assert not any("flexplay" in path for path in parts)
    assert {"routing.properties.worker_sid", "participants[0].type"} & parts.keys() == set()
    assert next(iter(parts)).startswith("message.")


def test_no_shown_text_has_a_value_of_the_recipient(parts: Parts) -> None:
    """That is what it is for."""
    shown = [part.shown for part in parts.values()]
    assert not any(value in text for text in shown for value in ("Ann", "311", "2026", "[", "5,"))


def test_what_is_written_ends_in_texts() -> None:
    """A list and an empty mapping are one value."""
    data: Plain = {"a": {"b": True, "c": [1, "x"]}, "d": {}, "e": None}
    expected = {"a.b": "true", "a.c": '[1, "x"]', "d": "{}", "e": "null"}
    assert dict(flatten(data)) == expected
    assert dict(flatten({})) == {}
