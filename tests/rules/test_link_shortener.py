"""FP602: links of public shorteners are pointed at."""

from typing import Any

import pytest

from runner.model.document import ScalarNode
from runner.model.playbook import Playbook
from runner.rules import link_shortener


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("See https://bit.ly/3xYz.", "https://bit.ly/3xYz"),
        ("See TinyURL.com/abc, please", "TinyURL.com/abc"),
        ("(http://www.t.co/a)", "http://www.t.co/a"),
        ('"goo.gl/{{ recipient.id }}"', "goo.gl/"),
        ("|\n    One\n    two is.gd/x", "is.gd/x"),
    ],
)
def test_the_link_is_marked(desk: Any, text: str, marked: str) -> None:
    """The caret stands under the link, without the full stop after it."""
    desk.body(text)
    (found,) = desk.find("FP602")
    assert desk.marked(found.span) == marked
    assert found.severity == "warning"


@pytest.mark.parametrize(
    "text", ["See rabbit.ly/x", "a@t.co/x", "https://t.com/x", "not.co/t", "bit.ly", "x.bit.ly/y"]
)
def test_others_pass(desk: Any, text: str) -> None:
    """A domain that only looks alike is not one of them."""
    desk.body(text)
    assert desk.find("FP602") == ()


def test_variables_and_template_files_are_looked_at(desk: Any) -> None:
    """The link is found where it is written."""
    desk.sms("  template: t.j2\n", more="vars: { link: bit.ly/x }\n")
    desk.write("{{ vars.link }} ow.ly/y", "t.j2")
    assert [(each.span.file, desk.marked(each.span)) for each in desk.find("FP602")] == [
        ("playbook.yaml", "bit.ly/x"),
        ("t.j2", "ow.ly/y"),
    ]


def test_a_recipients_link_is_told_at_the_text(desk: Any) -> None:
    """A link out of the data has no place in the playbook but its text."""
    desk.body('"{{ recipient.link }}"', '  - { id: "1", phone: "+13115552368", link: bit.ly/x }\n')
    (found,) = desk.find("FP602")
    assert desk.marked(found.span) == "body"
    assert found.related[0].span.line == 14


def test_templates_are_read_again_only_for_a_link(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million recipients without links do not read the playbook's files a million times."""
    desk.body("See you")
    read: list[Playbook] = []

    def nodes(playbook: Playbook) -> tuple[ScalarNode, ...]:
        read.append(playbook)
        return ()

    monkeypatch.setattr(link_shortener, "_nodes", nodes)
    assert desk.find("FP602") == ()
    assert len(read) == 1  # for the file itself, and not for its sample
