"""FP320: addresses in the form of their channel, with the right one shown."""

from typing import Any

import pytest

RIGHT = {"sms": "+19255551234", "whatsapp": "whatsapp:+19255551234", "messenger": "messenger:1"}


def _write(desk: Any, channel: str, address: str, more: str = "") -> None:
    right = RIGHT[channel]
    participants = f'  - address: "{address}"\n    proxy_address: "{right}"\n'
    desk.one(f"{{ type: {channel} }}", participants, "  body: Hello\n", more)


@pytest.mark.parametrize(
    ("channel", "written", "right", "mended"),
    [
        ("whatsapp", "+13115552368", "whatsapp:+13115552368", True),
        ("whatsapp", "+1 (311) 555-2368", "whatsapp:+13115552368", True),
        ("whatsapp", "WhatsApp: +13115552368", "whatsapp:+13115552368", True),
        ("whatsapp", "whatsapp:13115552368", "whatsapp:+13115552368", False),
        ("sms", "whatsapp:+13115552368", "+13115552368", True),
        ("sms", "tel:+1-311-555-2368", "+13115552368", True),
        ("sms", "13115552368", "+13115552368", False),
        ("sms", "0044 7700 900123", "+447700900123", False),
        ("messenger", "123456", "messenger:123456", True),
        ("messenger", "facebook:123456", "messenger:123456", True),
    ],
)
def test_the_right_form_is_shown(
    desk: Any, channel: str, written: str, right: str, *, mended: bool
) -> None:
    """A prefix is put right by --fix; a number is only shown, for it might be another."""
    _write(desk, channel, written)
    assert [each.code for each in desk.all() if each.severity == "error"] == ["FP320"]
    (found,) = desk.find("FP320")
    assert desk.marked(found.span) == f'"{written}"'
    assert found.remedy == f'write "{right}"'
    assert bool(found.edits) is mended
    if mended:
        assert f'- address: "{right}"' in desk.mend(found)
        assert desk.find("FP320") == ()


@pytest.mark.parametrize("written", ["555-2368", "Ann", "+1", "+1311555236812345678"])
def test_what_cannot_be_guessed_is_described(desk: Any, written: str) -> None:
    """Without a country nobody can tell the number."""
    _write(desk, "sms", written)
    (found,) = desk.find("FP320")
    assert found.remedy == "write a telephone number in E.164, such as +13115552368"
    assert found.edits == ()


@pytest.mark.parametrize(
    ("channel", "written"),
    [
        ("sms", "+1311-555-2368"),
        ("sms", "+1 (311) 555.2368"),
        ("whatsapp", "whatsapp:+1311-555-2368"),
        ("messenger", "messenger:1234567890"),
    ],
)
def test_decoration_passes(desk: Any, channel: str, written: str) -> None:
    """Blanks, dashes, dots and brackets are taken out before anything is sent."""
    _write(desk, channel, written)
    assert desk.find("FP320") == ()


def test_a_template_gets_the_prefix_in_front(desk: Any) -> None:
    """The most common slip of all: the recipients' numbers have no prefix."""
    more = (
        'recipients: { key: "{{ recipient.id }}" }\nsamples: [{ id: "1", phone: "+13115552368" }]\n'
    )
    _write(desk, "whatsapp", "{{ recipient.phone }}", more)
    (found,) = desk.find("FP320")
    assert found.remedy == 'write "whatsapp:{{ recipient.phone }}"'
    assert found.edits == ()
    assert found.related[0].span.line == 10


def test_a_recipients_address_is_never_shown(desk: Any) -> None:
    """What a row holds is somebody's address, and does not stand in a message of ours."""
    more = (
        'recipients: { key: "{{ recipient.id }}" }\nsamples: [{ id: "1", phone: "13115552368" }]\n'
    )
    _write(desk, "sms", "{{ recipient.phone }}", more)
    (found,) = desk.find("FP320")
    assert "13115552368" not in found.message + found.remedy.replace("+13115552368", "")


def test_constants_are_checked_without_samples(desk: Any) -> None:
    """Our own side is a constant, and wrong for everybody."""
    participants = '  - address: "{{ recipient.phone }}"\n    proxy_address: "+19255551234"\n'
    more = 'recipients: { key: "{{ recipient.id }}" }\n'
    desk.one("{ type: whatsapp }", participants, "  body: Hello\n", more)
    (found,) = desk.find("FP320")
    assert "participants[0].proxy_address lacks whatsapp:" in found.message


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("mailto:ann@example.org", 'write "ann@example.org"'),
        ("Ann <ann@example.org>", 'write "ann@example.org"'),
        ("ann", "write an email address, such as ann@example.org"),
    ],
)
def test_mail_addresses_are_bare(desk: Any, written: str, remedy: str) -> None:
    """Name and address are two keys."""
    desk.one(
        "{ type: email, properties: { from: a@example.com, from_name: A } }",
        f'  - {{ level: to, name: Ann, address: "{written}" }}\n',
        "  subject: Hi\n  body: Hello\n",
    )
    (found,) = desk.find("FP320")
    assert found.remedy == remedy
