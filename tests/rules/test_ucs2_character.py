"""FP301: the character that makes an SMS dear is pointed at, and mended where it can be."""

# ruff: noqa: RUF001 - look-alikes are what this is about

from typing import Any

import pytest

BLOCK = "|\n    Hi {{ recipient.name }}, it’s time.\n    Bye."


def test_the_character_is_pointed_at_in_the_template(desk: Any) -> None:
    """The caret stands under the one character, also in a block of several lines."""
    desk.body(BLOCK)
    (found,) = desk.find("FP301")
    assert (found.span.line, found.span.column) == (11, 32)
    assert desk.marked(found.span) == "’"
    assert found.remedy == 'use "\'"'
    assert "70 characters a segment instead of 160" in found.message


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ('"it’s “now”"', '"it\'s \\"now\\""'),
        ("'it’s “now”'", "'it''s \"now\"'"),
        ("it’s “now”", 'it\'s "now"'),
        ("|\n    it’s “now”", '|\n    it\'s "now"'),
        (">-\n    it’s\n    “now”", '>-\n    it\'s\n    "now"'),
    ],
)
def test_the_mend_fits_the_quotes_around_it(desk: Any, written: str, mended: str) -> None:
    """Whatever way the text is quoted, the file is valid afterwards and the finding is gone."""
    desk.body(written)
    (found,) = desk.find("FP301")
    assert mended in desk.mend(found)
    assert desk.find("FP301") == ()
    assert all(problem.severity != "error" for problem in desk.all())


@pytest.mark.parametrize("written", ['"it\\u2019s"', "“now” or never", "a, b∶ c"])
def test_no_mend_where_it_could_change_more(desk: Any, written: str) -> None:
    """An escape, the start of a plain text and a colon in it are left to the author."""
    desk.body(written)
    (found,) = desk.find("FP301")
    assert not any(desk.marked(edit.span) in ("\\", "∶", "“") for edit in found.edits)


def test_toml_is_mended_too(desk: Any) -> None:
    """Between double quotes one is escaped; between single ones no edit is possible."""
    head = 'version = 1\nname = "a"\nchannel = { type = "sms" }\n'
    head += (
        '[[participants]]\naddress = "+13115552368"\nproxy_address = "+19255551234"\n[message]\n'
    )
    desk.write(head + 'body = "“now”"\n', "a.toml")
    (found,) = desk.find("FP301", "a.toml")
    assert 'body = "\\"now\\""' in desk.mend(found)
    desk.write(head + "body = 'it’s'\n", "a.toml")
    (found,) = desk.find("FP301", "a.toml")
    assert found.edits == ()


def test_a_template_file_is_named_and_mended(desk: Any) -> None:
    """Where the text is in a file of its own, place and mend are in that file."""
    desk.sms("  template: text.j2\n")
    desk.write("Hi {{ recipient.name }},\n{% if true %}it’s time{% endif %}\n", "text.j2")
    (found,) = desk.find("FP301")
    assert (found.span.file, found.span.line, found.span.column) == ("text.j2", 2, 16)
    assert "it's time" in desk.mend(found)
    assert desk.find("FP301") == ()


def test_an_included_file_is_found_by_a_computed_name(desk: Any) -> None:
    """The language's own file is named, not another that has the same character."""
    desk.body(
        '\'{% include "t." ~ recipient.lang ~ ".j2" %}\'',
        '  - { id: "1", lang: en, phone: "+13115552368" }\n',
    )
    desk.write("aquí, es’ta", "t.de.j2")
    desk.write("it’s", "t.en.j2")
    (found,) = desk.find("FP301")
    assert found.span.file == "t.en.j2"


def test_a_recipients_value_is_named(desk: Any) -> None:
    """A character that a row brings is told by its field; its cell is the second place."""
    desk.body(BLOCK.replace("’", "'"), '  - { id: "1", name: O’Neil, phone: "+13115552368" }\n')
    (found,) = desk.find("FP301")
    assert "from recipient.name" in found.message
    assert desk.marked(found.span) == "name"
    assert desk.marked(found.related[0].span) == "’"
    assert found.edits == ()


def test_a_variable_is_named(desk: Any) -> None:
    """A character that a variable brings is told by the variable."""
    desk.body('"{{ vars.sign }}"', more="vars:\n  sign: “Clinic”\n")
    (found,) = desk.find("FP301")
    assert "from vars.sign" in found.message


def test_a_character_inside_a_tag_is_no_literal(desk: Any) -> None:
    """What stands in a comment or an expression is not offered for mending."""
    desk.body("\"{# ’ #}{{ '’' }}\"")
    (found,) = desk.find("FP301")
    assert found.edits == ()


def test_a_letter_without_replacement_warns_only_if_it_costs(desk: Any) -> None:
    """A Spanish text that fits one segment anyway is nobody's mistake."""
    desk.body("Hasta mañana a las ocho, aquí")
    assert desk.find("FP301") == ()
    desk.body("Aquí " + "la cita de mañana " * 5)
    (found,) = desk.find("FP301")
    assert desk.marked(found.span) == "í"
    assert "2 segments instead of 1" in found.message
    assert found.edits == ()


def test_one_that_cannot_be_replaced_comes_before_one_that_can(desk: Any) -> None:
    """Replacing the quotes would not help while the other letter stays."""
    desk.body("“Aquí” " + "la cita de mañana " * 5)
    (found,) = desk.find("FP301")
    assert desk.marked(found.span) == "í"
    assert found.edits == ()


def test_invisible_characters_are_named(desk: Any) -> None:
    """A character that shows nothing is told by number and name, and can just go."""
    desk.body("Hi\N{ZERO WIDTH SPACE} there")
    (found,) = desk.find("FP301")
    assert "U+200B (zero width space)" in found.message
    assert found.remedy == "delete it"


def test_all_samples_share_one_finding(desk: Any) -> None:
    """Ten samples do not make ten findings of one character."""
    desk.body(
        BLOCK, "".join(f'  - {{ id: "{n}", name: A, phone: "+13115550142" }}\n' for n in "12")
    )
    assert len(desk.find("FP301")) == 1


def test_only_sms_is_counted(desk: Any) -> None:
    """WhatsApp is not paid by segments."""
    participants = (
        '  - address: "whatsapp:+13115552368"\n    proxy_address: "whatsapp:+19255551234"\n'
    )
    desk.one("{ type: whatsapp }", participants, "  body: it’s\n")
    assert desk.find("FP301") == ()
