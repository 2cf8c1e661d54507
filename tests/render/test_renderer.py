"""Playbook x recipient -> the exact requests, or what is wrong with this recipient."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from runner.model.delivery import Delivery, delivery_id
from runner.model.document import Plain
from runner.model.place import Span
from runner.model.playbook import Playbook
from runner.model.problem import Problem
from runner.model.recipient import Recipient
from runner.prepare import load_playbook
from runner.render.renderer import Binding, Renderer, make_renderer

_ACCOUNT = "AC0123456789abcdef0123456789abcdef"
_ROW = Span("r.csv", 2, 1, 2, 9)
_ANN: dict[str, Plain] = {"id": "A-1", "name": "Ann", "phone": "+1 311 555 2368", "lang": "en"}
_PLAYBOOK = """\
version: 1
name: reminder
channel:
  type: sms
participants:
  - address: "{{ recipient.phone }}"
    proxy_address: "{{ vars.sender }}"
routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    worker_sid: "{{ vars.worker | default(none) }}"
    priority: "{{ vars.priority }}"
    attributes: { name: "{{ recipient.name }}", at: "{{ now }}", n: "{{ 1 + 1 }}" }
message:
  author: "{{ playbook.name }} in {{ env }}"
  body: "Hi {{ recipient.name }}"
recipients:
  key: "{{ recipient.id }}"
vars: { sender: "+19255551234", priority: 5 }
"""


def _playbook(folder: Path, text: str = _PLAYBOOK) -> Playbook:
    file = folder / "p.yaml"
    file.write_text(text, "utf-8")
    return load_playbook(str(file))


def _binding(playbook: Playbook, variables: Mapping[str, Plain] | None = None) -> Binding:
    return Binding(
        scope="twilio",
        account=_ACCOUNT,
        environment="staging",
        variables={**playbook.vars, **(variables or {})},
        now=datetime(2026, 3, 31, 9, 30, tzinfo=UTC),
    )


def _renderer(playbook: Playbook, **changes: Any) -> Renderer:
    variables = changes.pop("variables", None)
    renderer = make_renderer(playbook, replace(_binding(playbook, variables), **changes))
    assert isinstance(renderer, Renderer), renderer
    return renderer


def _render(
    folder: Path, text: str = _PLAYBOOK, fields: Mapping[str, Plain] = _ANN, **changes: Any
) -> Delivery | tuple[Problem, ...]:
    return _renderer(_playbook(folder, text), **changes).render(Recipient(fields, _ROW))


def _delivery(*arguments: Any, **named: Any) -> Delivery:
    found = _render(*arguments, **named)
    assert isinstance(found, Delivery), found
    return found


def _problem(*arguments: Any, **named: Any) -> Problem:
    found = _render(*arguments, **named)
    assert isinstance(found, tuple), found
    (problem,) = found
    return problem


def test_a_delivery_is_complete(tmp_path: Path) -> None:
    """Identity, customer, workspace, place and both forms are all there."""
    delivery = _delivery(tmp_path)
    assert delivery.id == delivery_id("twilio", _ACCOUNT, "reminder", "A-1")
    assert (delivery.key, delivery.place, delivery.channel.type) == ("A-1", _ROW, "sms")
    assert delivery.customer.address == "+13115552368"
    assert delivery.workspace_sid == "WS0123456789abcdef0123456789abcdef"
    assert dict(delivery.message) == {
        "Author": "reminder in staging",
        "Body": "Hi Ann",
        "Attributes": f'{{"flexplay":"{delivery.id}"}}',
    }


def test_a_single_expression_keeps_its_type_and_null_drops_its_key(tmp_path: Path) -> None:
    """Numbers stay numbers, an instant becomes text, null is not sent."""
    routing = json.loads(dict(_delivery(tmp_path).interaction)["Routing"])["properties"]
    assert routing["priority"] == 5
    assert "worker_sid" not in routing
    assert routing["attributes"] == {
        "name": "Ann",
        "at": "2026-03-31 09:30:00+00:00",
        "n": 2,
        "flexplay": _delivery(tmp_path).id,
    }


@pytest.mark.parametrize("name", ["interaction_context_sid", "webhook_ttid"])
def test_null_drops_a_key_at_the_top_too(tmp_path: Path, name: str) -> None:
    """The two ids can be left out by an expression."""
    fields = dict(_delivery(tmp_path, _PLAYBOOK + f'{name}: "{{{{ none }}}}"\n').interaction)
    assert fields.keys() == {"Channel", "Routing"}


def test_texts_are_text_whatever_is_in_them(tmp_path: Path) -> None:
    """A body that is one expression with a number is that number in words of Twilio's form."""
    text = _PLAYBOOK.replace("Hi {{ recipient.name }}", "{{ 9 }}")
    assert dict(_delivery(tmp_path, text).message)["Body"] == "9"


def test_a_key_on_the_command_line_replaces_the_playbooks(tmp_path: Path) -> None:
    """It is the message's identity then."""
    delivery = _delivery(tmp_path, key="B-2")
    assert delivery.key == "B-2"
    assert delivery.id == delivery_id("twilio", _ACCOUNT, "reminder", "B-2")


def test_without_recipients_the_key_is_single(tmp_path: Path) -> None:
    """One playbook, one message."""
    text = _PLAYBOOK.replace('recipients:\n  key: "{{ recipient.id }}"\n', "")
    assert _delivery(tmp_path, text).key == "single"


def test_compiled_templates_serve_other_bindings(tmp_path: Path) -> None:
    """Bound to another environment, it is as if it had been compiled for that; the first stays."""
    playbook = _playbook(tmp_path, _PLAYBOOK.replace("Hi {{", "{{ env }}{{ vars.x }} Hi {{"))
    first = replace(_binding(playbook, {"x": 1}), outline=True)
    other = replace(_binding(playbook, {"x": 2}), environment="production", key="K")
    renderer = make_renderer(playbook, first)
    assert isinstance(renderer, Renderer)
    found = [one.render(Recipient(_ANN, _ROW)) for one in (renderer.bound_to(other), renderer)]
    afresh = [make_renderer(playbook, binding) for binding in (other, first)]
    assert found == [
        one.render(Recipient(_ANN, _ROW)) for one in afresh if isinstance(one, Renderer)
    ]
    assert "production2" in str(found[0])


def test_without_a_time_templates_do_not_know_it(tmp_path: Path) -> None:
    """A message that needs the time is not rendered as of some other time."""
    assert _problem(tmp_path, now=None).code == "FP201"
    timeless = _PLAYBOOK.replace("{{ now }}", "{{ env }}")
    assert _delivery(tmp_path, timeless, now=None) == _delivery(tmp_path, timeless)


def test_without_correlation_nothing_is_added(tmp_path: Path) -> None:
    """The author may want the forms as they are."""
    delivery = _delivery(tmp_path, _PLAYBOOK + "delivery: { correlation: false }\n")
    assert "flexplay" not in str(delivery.interaction) + str(delivery.message)


_KEYS: list[tuple[str, str, str]] = [
    ("{{ '' }}", "FP216", "the key is empty"),
    ("{{ '  ' }}", "FP216", "the key is empty"),
    ("{{ recipient.id ~ '\\n' ~ recipient.id }}", "FP216", "cannot be shown"),
    ("{{ recipient.phone }}", "FP217", "contains the customer's address"),
    ("K-{{ recipient.phone }}", "FP217", "contains the customer's address"),
    ("{{ recipient.phone | replace(' ', '-') }}", "FP217", "contains the customer's address"),
]


@pytest.mark.parametrize(("key", "code", "said"), _KEYS)
def test_a_key_must_be_usable_and_no_address(
    tmp_path: Path, key: str, code: str, said: str
) -> None:
    """Keys are stored, shown, and decide who counts as messaged."""
    problem = _problem(tmp_path, _PLAYBOOK.replace("{{ recipient.id }}", key))
    assert problem.code == code
    assert said in problem.message
    assert problem.span.line == 18


def test_a_key_cannot_know_the_time(tmp_path: Path) -> None:
    """A key with the clock in it would be another message every second."""
    problem = _problem(tmp_path, _PLAYBOOK.replace("{{ recipient.id }}", "{{ now }}"))
    assert (problem.code, problem.span.line) == ("FP201", 18)


def test_a_fault_names_the_playbooks_line_and_the_recipients_cell(tmp_path: Path) -> None:
    """A finding about a rendered message has two places."""
    cell = Span("r.csv", 2, 5, 2, 8)
    recipient = Recipient({**_ANN, "phone": "12"}, _ROW, {"phone": cell})
    found = _renderer(_playbook(tmp_path)).render(recipient)
    assert isinstance(found, tuple)
    assert found[0].span.line == 6
    assert found[0].related[-1].span == _ROW
    missing = Recipient({"id": "A-1", "phone": "+13115552368"}, _ROW, {"phone": cell})
    (problem,) = _renderer(_playbook(tmp_path)).render(missing)  # type: ignore[misc]
    assert (problem.code, problem.message) == ("FP201", "recipient.name does not exist")
    assert problem.related[-1].span == _ROW


def test_a_close_column_is_shown_in_the_header(tmp_path: Path) -> None:
    """The author sees the name that was meant, where it stands."""
    header = Span("r.csv", 1, 4, 1, 8)
    recipient = Recipient({**_ANN, "name": "Ann"}, _ROW, {}, {"name": header})
    text = _PLAYBOOK.replace("Hi {{ recipient.name }}", "Hi {{ recipient.nmae }}")
    (problem,) = _renderer(_playbook(tmp_path, text)).render(recipient)  # type: ignore[misc]
    assert problem.related[-1].span == header
    assert problem.remedy == "write recipient.name"


def test_a_single_message_has_one_place(tmp_path: Path) -> None:
    """Where there is no row, none is shown."""
    text = _PLAYBOOK.replace('recipients:\n  key: "{{ recipient.id }}"\n', "")
    playbook = _playbook(tmp_path, text)
    found = _renderer(playbook).render(Recipient({}, playbook.root.span))
    assert isinstance(found, tuple)
    assert found[0].related == ()


def test_placeholder_sids_are_for_rehearsals_only(tmp_path: Path) -> None:
    """A live run refuses them at their own line."""
    text = _PLAYBOOK.replace("WS0123456789abcdef0123456789abcdef", "WS" + "X" * 32)
    assert isinstance(_render(tmp_path, text), Delivery)
    problem = _problem(tmp_path, text, placeholders=False)
    assert (problem.code, problem.span.line, problem.severity) == ("FP402", 10, "error")


def test_a_text_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """Half a character would stop the run in the middle of sending."""
    found = _render(tmp_path, fields={**_ANN, "name": "A\udcff"})
    assert isinstance(found, tuple)
    assert {problem.code for problem in found} == {"FP109"}
    assert {problem.span.line for problem in found} == {13, 16}
    assert all("half of a character" in problem.message for problem in found)


def test_a_template_files_faults_stand_in_the_file(tmp_path: Path) -> None:
    """Line and column are the file's, and its name is relative to the current folder."""
    (tmp_path / "t.j2").write_bytes(b"\xef\xbb\xbfHi,\r\n\r\nyour {{ recipient.oder }}\n")
    text = _PLAYBOOK.replace('body: "Hi {{ recipient.name }}"', "template: t.j2")
    problem = _problem(tmp_path, text)
    assert (problem.span.file, problem.span.line, problem.span.column) == (
        str(tmp_path / "t.j2"),
        3,
        19,
    )


def test_an_empty_template_file_is_an_empty_message(tmp_path: Path) -> None:
    """The finding stands at the key that the author wrote."""
    (tmp_path / "t.j2").write_text("{# nothing yet #}")
    text = _PLAYBOOK.replace('body: "Hi {{ recipient.name }}"', "template: t.j2")
    problem = _problem(tmp_path, text)
    assert problem.message == "message.template is empty"
    assert problem.span.line == 16


def test_all_templates_that_cannot_be_read_are_told_at_once(tmp_path: Path) -> None:
    """Compiling does not stop at the first."""
    text = _PLAYBOOK.replace("{{ vars.sender }}", "{{ vars.sender }").replace(
        "Hi {{ recipient.name }}", "{% if %}"
    )
    playbook = _playbook(tmp_path, text)
    found = make_renderer(playbook, _binding(playbook))
    assert isinstance(found, tuple)
    assert [(problem.code, problem.span.line) for problem in found] == [
        ("FP202", 7),
        ("FP202", 16),
    ]


def test_rendering_leaves_no_trace(tmp_path: Path) -> None:
    """The same recipient gives the same delivery, however many came between."""
    renderer = _renderer(_playbook(tmp_path))
    first = renderer.render(Recipient(_ANN, _ROW))
    renderer.render(Recipient({**_ANN, "name": "Bob", "id": "B-2"}, _ROW))
    assert renderer.render(Recipient(_ANN, _ROW)) == first


def test_an_outline_is_the_message_without_the_recipients_values(tmp_path: Path) -> None:
    """Only where it was asked for, and what is sent is the same."""
    with_outline = _delivery(tmp_path, outline=True)
    assert dict(with_outline.outline)["Body"] == "Hi ‹name›"
    assert dict(with_outline.outline)["Author"] == "reminder in staging"
    assert replace(with_outline, outline=()) == _delivery(tmp_path)
