"""Whether somebody can have the addresses of a rendered delivery."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.model.place import Span
from runner.model.playbook import Environment
from runner.model.problem import Problem, Severity
from runner.model.recipient import Recipient
from runner.prepare import StrictRenderer, load_playbook, make_bound_renderer
from runner.render.renderer import Binding

_SMS = """\
version: 1
name: reminder
channel: { type: sms }
participants:
  - address: "{{ recipient.phone }}"
    proxy_address: "+19255551234"
routing: { properties: { workspace_sid: WS0123456789abcdef0123456789abcdef } }
message: { body: "Hi" }
recipients: { key: "{{ recipient.id }}", default_region: DE }
"""
_WHATSAPP = _SMS.replace("type: sms", "type: whatsapp").replace(
    '"{{ recipient.phone }}"', '"whatsapp:{{ recipient.phone }}"'
)
_WHATSAPP = _WHATSAPP.replace('"+19255551234"', '"whatsapp:+19255551234"')
_EMAIL = """\
version: 1
name: reminder
channel: { type: email, properties: { from: desk@example.org, from_name: Desk } }
participants:
  - { level: to, name: Ann, address: "{{ recipient.phone }}" }
  - { level: cc, name: Bob, address: "{{ recipient.copy }}" }
routing: { properties: { workspace_sid: WS0123456789abcdef0123456789abcdef } }
message: { subject: Hi, body: Hi }
recipients: { key: "{{ recipient.id }}" }
"""


def _renderer(folder: Path, playbook: str = _SMS) -> StrictRenderer:
    (folder / "p.yaml").write_text(playbook, "utf-8")
    loaded = load_playbook(str(folder / "p.yaml"))
    binding = Binding("twilio", "AC1", "default", {}, datetime(2026, 3, 31, tzinfo=UTC))
    return StrictRenderer(make_bound_renderer(loaded, binding), loaded, Environment("default", {}))


def _row(phone: str, number: int = 2, **fields: str) -> Recipient:
    cells = {
        "id": Span("r.csv", number, 1, number, 2),
        "phone": Span("r.csv", number, 3, number, 9),
    }
    values = {"id": str(number), "phone": phone, **fields}
    return Recipient(values, Span("r.csv", number, 1, number, 9), cells)


def _faults(renderer: StrictRenderer, row: Recipient) -> tuple[Problem, ...]:
    found = renderer.render(row)
    return found if isinstance(found, tuple) else ()


@pytest.mark.parametrize(
    ("playbook", "phone", "said"),
    [
        (_SMS, "+1311555", "+1•••••1555 is not a number that anybody can have: it is too short"),
        (_SMS, "+999 12345678", "no country has its code"),
        (_WHATSAPP, "+131155523681", "it is too long for its country"),
        (_EMAIL, "a..b@example.org", "an e-mail address that anybody can have: an email address"),
    ],
)
def test_an_impossible_address_rejects_its_row(
    tmp_path: Path, playbook: str, phone: str, said: str
) -> None:
    """The finding is at the playbook's line and the recipient's cell, and shows no address."""
    (problem,) = _faults(_renderer(tmp_path, playbook), _row(phone, copy="bob@example.org"))
    assert (problem.code, problem.severity) == ("FP222", Severity.ERROR)
    assert said in problem.message
    assert phone not in problem.message
    assert problem.related[0].span == Span("r.csv", 2, 3, 2, 9)


def test_every_participant_is_looked_at(tmp_path: Path) -> None:
    """Copies have addresses too."""
    row = _row("ann@example.org", copy="bob@example..org")
    (problem,) = _faults(_renderer(tmp_path, _EMAIL), row)
    assert problem.span.line == 6


def test_national_numbers_are_sent_in_e164(tmp_path: Path) -> None:
    """The region is the playbook's; where the number stands as written, that is its cell."""
    delivery = _renderer(tmp_path).render(_row("030 123456"))
    assert not isinstance(delivery, tuple)
    assert delivery.customer.address == "+4930123456"
    (problem,) = _faults(_renderer(tmp_path), _row("0033 1 23 45 67 8"))
    assert problem.related[0].span.column == 3


def test_unlikely_numbers_are_one_warning(tmp_path: Path) -> None:
    """It counts them and shows the first rows; they are sent to."""
    renderer = _renderer(tmp_path)
    for number in range(2, 8):
        assert _faults(renderer, _row("+13115552368", number)) == ()
    assert _faults(renderer, _row("+12125552368", 9)) == ()
    renderer.settle()
    (warning,) = renderer.warnings.values()
    assert (warning.code, warning.severity) == ("FP223", Severity.WARNING)
    assert warning.message.startswith("6 numbers are of a kind that is not given out")
    assert "+1•••••2368" in warning.message
    assert [each.span.line for each in warning.related] == [2, 3, 4]


def test_the_second_pass_counts_nothing_again(tmp_path: Path) -> None:
    """The warnings are those of the first pass."""
    renderer = _renderer(tmp_path)
    renderer.render(_row("+13115552368"))
    renderer.settle()
    renderer.render(_row("+13115552368"))
    (warning,) = renderer.warnings.values()
    assert warning.message.startswith("1 number is")


def test_channels_without_numbers_are_left_alone(tmp_path: Path) -> None:
    """An identity of a chat is whatever the site calls its visitor."""
    playbook = _SMS.replace("type: sms", "type: messenger").replace(
        '"{{ recipient.phone }}"', '"messenger:{{ recipient.phone }}"'
    )
    playbook = playbook.replace('"+19255551234"', '"messenger:123456789"')
    assert _faults(_renderer(tmp_path, playbook), _row("1234567890123456")) == ()
