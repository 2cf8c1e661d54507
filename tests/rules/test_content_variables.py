"""FP311: content variables within Twilio's limits, said in people's words and said once."""

from typing import Any

import pytest

SIDES = '  - address: "whatsapp:+13115552368"\n    proxy_address: "whatsapp:+19255551234"\n'
HX = "  content_sid: HX0123456789abcdef0123456789abcdef\n"


def _write(desk: Any, variables: str, more: str = "") -> None:
    message = f"{HX}  content_variables:\n{variables}"
    desk.one("{ type: whatsapp }", SIDES, message, more)


@pytest.mark.parametrize(
    "samples",
    ["", 'recipients: { key: "{{ recipient.id }}" }\nsamples: [{ id: "1" }, { id: "2" }]\n'],
)
def test_a_number_is_shown_in_quotes(desk: Any, samples: str) -> None:
    """One finding at the number, whether samples are rendered or not, and --fix can mend it."""
    _write(desk, '    "1": 5\n', samples)
    assert [problem.code for problem in desk.all() if problem.severity == "error"] == ["FP311"]
    (found,) = desk.find("FP311")
    assert desk.marked(found.span) == "5"
    assert found.remedy == 'write "5"'
    assert '"1": "5"' in desk.mend(found)
    assert desk.find("FP311") == ()


def test_without_samples_constants_are_checked_all_the_same(desk: Any) -> None:
    """A playbook whose recipients are elsewhere has its constants checked too."""
    _write(desk, '    "1": true\n', 'recipients: { key: "{{ recipient.id }}" }\n')
    (found,) = desk.find("FP311")
    assert "not text" in found.message


@pytest.mark.parametrize(
    ("variables", "marked", "told"),
    [
        (f'    "1": {"x" * 257}\n', "x" * 257, "has 257 characters, and may have 256"),
        (f"    {'n' * 17}: x\n", "n" * 17, "has 17 characters, and may have 16"),
        ("".join(f'    "{n}": x\n' for n in range(101)), "content_variables", "there are 101"),
        ('    "1": null\n', "null", "not text"),
        ('    "1": [a]\n', "[a]", "not text"),
    ],
)
def test_every_limit_has_its_words(desk: Any, variables: str, marked: str, told: str) -> None:
    """Name, value and number of variables each have their limit."""
    _write(desk, variables)
    (found,) = desk.find("FP311")
    assert desk.marked(found.span) == marked
    assert told in found.message


def test_a_template_that_gives_a_number_is_told_how_to_give_text(desk: Any) -> None:
    """An expression keeps its type, so the remedy makes it text."""
    samples = 'recipients: { key: "{{ recipient.id }}" }\nsamples: [{ id: "1", n: 5 }]\n'
    _write(desk, '    "1": "{{ recipient.n }}"\n', samples)
    (found,) = desk.find("FP311")
    assert found.remedy == "write {{ (recipient.n) | string }}"


def test_what_fits_passes(desk: Any) -> None:
    """A hundred variables with 16 and 256 characters are fine."""
    _write(desk, "".join(f"    {f'n{n}':x<16}: {'v' * 256}\n" for n in range(100)))
    assert desk.find("FP311") == ()
