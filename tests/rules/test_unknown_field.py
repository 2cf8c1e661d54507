"""FP201 and FP207: names that nobody has declared."""

from typing import Any

import pytest

from runner.load.file import load_file
from runner.model.document import Document
from runner.model.playbook import Playbook
from runner.model.problem import Problem, Severity
from runner.rules.unknown_field import check
from runner.validate.playbook import check_playbook

HEAD = """version: 1
name: reminder
channel: { type: sms }
participants:
  - address: "{{ recipient.phone }}"
    proxy_address: "{{ vars.sender }}"
message:
  author: Clinic
"""
SCHEMA = """recipients:
  key: "{{ recipient.order_id }}"
  schema:
    type: object
    required: [order_id, phone]
    properties:
      order_id: { type: string }
      name: { type: string }
      address:
        type: object
        properties: { city: { type: string } }
"""
VARS = """vars:
  sender: "+19255551234"
  clinic: { name: North, phone: "1" }
"""
PROJECT = """environments:
  live: { vars: { hours: "9-17", team: A } }
  test: { vars: { team: B } }
"""


def find(desk: Any, body: str, recipients: str = SCHEMA) -> list[Problem]:
    """Return what the rule finds in a playbook with this body."""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    desk.write(f"{HEAD}  body: |\n{lines}{recipients}{VARS}")
    document = load_file("playbook.yaml")
    assert isinstance(document, Document), document
    playbook = check_playbook(document)
    assert isinstance(playbook, Playbook), playbook
    return list(check(playbook))


FAULTS = {
    "{{ recipient.oder_id }}": ("oder_id", "recipient.oder_id is not in the recipients' schema"),
    "{{ recipient['oder_id'] }}": ("oder_id", "recipient.oder_id is not in the recipients' schema"),
    "{% if recipient.vip %}x{% endif %}": ("vip", "recipient.vip is not in the recipients' schema"),
    "{{ recipient.address.cty }}": (
        "cty",
        "recipient.address.cty is not in the recipients' schema",
    ),
    "{% if recipient.x is defined %}{% else %}{{ recipient.x }}{% endif %}": (
        "x",
        "recipient.x is not in the recipients' schema",
    ),
    "{{ vars.sendr }}": ("sendr", "vars.sendr does not exist"),
    "{{ vars.clinic.nme }}": ("nme", "vars.clinic.nme does not exist"),
    "{{ vars.other.name }}": ("other", "vars.other does not exist"),
    "{{ playbook.version }}": ("version", "playbook.version does not exist"),
    "{{ order_id }}": ("order_id", "order_id does not exist"),
    "{{ recipent.name }}": ("recipent", "recipent does not exist"),
    "{{ sender }}": ("sender", "sender does not exist"),
    "{% for x in vars.clinic %}{% endfor %}{{ x }}": ("x", "x does not exist"),
    "{{ lipsum() }}": ("lipsum", "lipsum does not exist"),
}


@pytest.mark.parametrize("body", FAULTS)
def test_an_unknown_name_is_refused_at_its_place(desk: Any, body: str) -> None:
    """The carets stand under the part of the name that does not exist."""
    name, message = FAULTS[body]
    (problem,) = find(desk, body)
    assert (problem.code, problem.severity) == ("FP201", Severity.ERROR)
    assert problem.message == message
    assert desk.marked(problem.span) == name
    assert problem.span.line == 10


FINE = [
    "{{ recipient.order_id }} {{ recipient.name }} {{ recipient.phone }}",
    "{{ recipient.address.city }}",
    "{{ recipient.address.city.upper() }}",
    "{{ recipient.name.first }}",
    "{{ recipient.vip is defined }}",
    "{{ recipient.vip|default('no') }}",
    "{{ recipient.get('vip') }}",
    "{{ recipient.get('vip', 'no') }}",
    "{% if recipient.vip is defined %}{{ recipient.vip }}{% endif %}",
    "{% if recipient.vip is defined and recipient.vip %}x{% endif %}",
    "{{ recipient.vip if recipient.vip is defined else 'no' }}",
    "{% if 'vip' in recipient %}{{ recipient.vip }}{% endif %}",
    "{% if recipient.get('vip') %}{{ recipient.vip.level }}{% endif %}",
    "{% for key, value in recipient.items() %}{{ key }}{{ value }}{% endfor %}",
    "{% for x in recipient.name %}{{ loop.index }}{{ x.anything }}{% endfor %}",
    "{{ recipient[vars.sender] }}",
    "{{ vars.sender }} {{ vars.clinic.name }} {{ vars.clinic['phone'] }}",
    "{{ vars.clinic[recipient.name] }}",
    "{{ vars.clinic.items() }}",
    "{{ vars.other|default('x') }}",
    "{{ env }} {{ env.upper() }} {{ playbook.name }} {{ now }} {{ now.year }}",
    "{{ playbook.version|default(1) }}",
    "{% set x = 1 %}{{ x }}",
    "{% set ns = namespace(n=1) %}{% set ns.n = 2 %}{{ ns.n }}",
    "{% macro m(a) %}{{ a }}{{ caller() }}{{ kwargs }}{% endmacro %}{{ m(1) }}",
    "{% with a = 1 %}{{ a.b }}{% endwith %}",
    "{% for x in range(3) %}{{ cycler(1, 2).next() }}{{ joiner()() }}{{ dict(a=1).a }}{% endfor %}",
    "{% if other is defined %}{{ other }}{% endif %}",
    "{{ true }} {{ none }} {{ False }}",
    "{% raw %}{{ recipient.oder_id }}{% endraw %}{# {{ nothing }} #}",
    "{{ 'recipient.oder_id' }} recipient.oder_id",
]


@pytest.mark.parametrize("body", FINE)
def test_what_exists_or_may_be_absent_is_fine(desk: Any, body: str) -> None:
    """No false alarm: declared names, the template's own, and names that it first asks for."""
    assert find(desk, body) == []


@pytest.mark.parametrize(
    ("body", "remedy", "related"),
    [
        ("{{ recipient.oder_id }}", "write recipient.order_id", "order_id"),
        ("{{ recipient.fone }}", "write recipient.phone", "phone"),
        ("{{ recipient.address.cty }}", "write recipient.address.city", "city"),
        ("{{ vars.sendr }}", "write vars.sender", "sender"),
        ("{{ order_id }}", "write recipient.order_id", "order_id"),
        ("{{ sender }}", "write vars.sender", "sender"),
    ],
)
def test_the_close_name_is_shown_where_it_is_declared(
    desk: Any, body: str, remedy: str, related: str
) -> None:
    """The finding says what to write, and where that is declared."""
    (problem,) = find(desk, body)
    assert problem.remedy == remedy
    (place,) = problem.related
    assert place.message == f'there is "{related}"'
    assert desk.marked(place.span) == related


def test_without_a_close_name_all_are_shown(desk: Any) -> None:
    """Who cannot have meant anything close is told what there is."""
    (field, variable, context) = find(desk, "{{ recipient.zzz }}{{ vars.zzz }}{{ zzz }}")
    assert field.remedy == "recipient has: address, name, order_id, phone"
    assert variable.remedy == "vars has: clinic, sender"
    assert context.remedy == "templates know recipient, vars, env, playbook.name and now"


OPEN_SCHEMAS = [
    "    properties: { order_id: {} }\n    additionalProperties: true\n",
    "    properties: { order_id: {} }\n    additionalProperties: { type: string }\n",
    "    properties: { order_id: {} }\n    patternProperties: { ^v: {} }\n",
    "    properties: { order_id: {} }\n    allOf: [ { properties: { vip: {} } } ]\n",
    "    properties: { order_id: {} }\n    if: {}\n    then: { required: [vip] }\n",
    "    $ref: '#/$defs/row'\n    $defs: { row: {} }\n    properties: { order_id: {} }\n",
    "    type: object\n",
]


@pytest.mark.parametrize("schema", OPEN_SCHEMAS)
def test_a_schema_that_allows_more_is_believed(desk: Any, schema: str) -> None:
    """What the schema lets in, in whatever way it says so, is no fault."""
    recipients = f"recipients:\n  key: '{{{{ recipient.order_id }}}}'\n  schema:\n{schema}"
    found = find(desk, "{{ recipient.vip }}", recipients)
    assert [problem for problem in found if "vip" in problem.message] == []


def test_a_closed_schema_is_believed_as_well(desk: Any) -> None:
    """`additionalProperties: false` and silence mean the same: these fields and no others."""
    recipients = SCHEMA + "    additionalProperties: false\n"
    assert [problem.code for problem in find(desk, "{{ recipient.vip }}", recipients)] == ["FP201"]


SAMPLES = """recipients: { key: "{{ recipient.order_id }}" }
samples:
  - { order_id: "1", phone: "+13115552368", name: Ann }
  - { order_id: "2", phone: "+13115552368", room: "7" }
"""


def test_what_no_sample_has_is_a_warning(desk: Any) -> None:
    """Without a schema, the samples are what is known; they may be too few, so it is a warning."""
    assert find(desk, "{{ recipient.name }}{{ recipient.room }}", SAMPLES) == []
    (problem,) = find(desk, "{% if recipient.room %}{{ recipient.nme }}{% endif %}", SAMPLES)
    assert (problem.code, problem.severity) == ("FP207", Severity.WARNING)
    assert desk.marked(problem.span) == "nme"
    assert problem.remedy == "write recipient.name"


def test_a_field_that_only_samples_have_is_known(desk: Any) -> None:
    """A sample shows that the field exists, though the schema does not speak of it."""
    samples = SCHEMA + 'samples:\n  - { order_id: "1", phone: "+13115552368", extra: x }\n'
    assert find(desk, "{{ recipient.extra }}", samples) == []


def test_nothing_is_known_without_samples_and_schema(desk: Any) -> None:
    """Where nothing tells what a recipient has, nothing can be said."""
    recipients = 'recipients: { key: "{{ recipient.order_id }}" }\n'
    assert find(desk, "{{ recipient.anything }}", recipients) == []


def test_a_variable_of_every_environment_is_known(desk: Any) -> None:
    """What the playbook does not set, each environment may."""
    desk.write(PROJECT, "flexplay.yaml")
    assert find(desk, "{{ vars.team }}") == []


def test_a_variable_of_some_environments_is_a_warning(desk: Any) -> None:
    """The environments that lack it are named."""
    desk.write(PROJECT, "flexplay.yaml")
    (problem,) = find(desk, "{{ vars.hours }}")
    assert (problem.code, problem.severity) == ("FP201", Severity.WARNING)
    assert problem.message == "vars.hours does not exist in the environment test"
    assert desk.marked(problem.span) == "hours"


def test_a_variable_of_the_environment_that_was_asked_for_is_fine(desk: Any) -> None:
    """A template that asks which environment it is in may use that environment's variables."""
    desk.write(PROJECT, "flexplay.yaml")
    assert find(desk, "{% if env == 'live' %}{{ vars.hours }}{% endif %}") == []


def test_an_included_file_is_read_with_its_place(desk: Any) -> None:
    """A fault in a file that is included stands there, under its own name."""
    desk.write("Hi {{ recipient.nam }},\n{{ who }} {{ there }}", "parts/hello.j2")
    found = find(desk, "{% set who = 'x' %}{% include 'parts/hello.j2' %}")
    assert [(desk.marked(each.span), each.span.file) for each in found] == [
        ("nam", "parts/hello.j2"),
        ("there", "parts/hello.j2"),
    ]


def test_a_file_of_a_computed_name_is_read(desk: Any) -> None:
    """Every file that the name may be is read."""
    desk.write("{{ recipient.nam }}", "hello-en.j2")
    desk.write("{{ recipient.name }}", "hello-de.j2")
    desk.write("{{ recipient.zzz }}", "other.j2")
    (problem,) = find(desk, "{% include 'hello-' ~ recipient.name ~ env ~ '.j2' %}")
    assert problem.span.file == "hello-en.j2"


@pytest.mark.parametrize("name", ["recipient.name", "recipient.name ~ '.j2'", "'./' ~ env", "'*'"])
def test_a_name_that_fits_every_file_fits_none(desk: Any, name: str) -> None:
    """Where the name says nothing, another playbook's files are not held against this one."""
    desk.write("{{ recipient.zzz }}", "other.j2")
    assert find(desk, "{% include " + name + " %}") == []


def test_an_import_without_context_knows_nothing(desk: Any) -> None:
    """Jinja gives an imported file no recipient unless it is told to."""
    desk.write("{% macro hi() %}{{ recipient.name }}{% endmacro %}", "m.j2")
    (problem,) = find(desk, "{% import 'm.j2' as m %}{{ m.hi() }}")
    assert (problem.code, problem.span.file) == ("FP201", "m.j2")
    assert problem.remedy == "write with context where the file is fetched"
    assert find(desk, "{% import 'm.j2' as m with context %}{{ m.hi() }}") == []


def test_what_an_import_includes_knows_nothing_either(desk: Any) -> None:
    """A file without the recipient has none to give to the files that it includes."""
    desk.write("{% include 'part.j2' %}", "m.j2")
    desk.write("{{ recipient.name }}", "part.j2")
    (problem,) = find(desk, "{% import 'm.j2' as m %}")
    assert problem.span.file == "part.j2"


def test_files_that_include_each_other_end(desk: Any) -> None:
    """Each file is read once for each set of names that it gets."""
    desk.write("{% include 'b.j2' %}", "a.j2")
    desk.write("{% set n = 1 %}{{ recipient.zzz }}{% include 'a.j2' %}", "b.j2")
    assert {each.span.file for each in find(desk, "{% include 'a.j2' %}")} == {"b.j2"}


def test_a_template_file_is_read(desk: Any) -> None:
    """`message.template` is a template like `body`."""
    desk.write("Hi\n{{ recipient.nam }}\n", "text.j2")
    desk.write(f"{HEAD}  template: text.j2\n{SCHEMA}{VARS}")
    document = load_file("playbook.yaml")
    assert isinstance(document, Document)
    playbook = check_playbook(document)
    assert isinstance(playbook, Playbook)
    (problem,) = check(playbook)
    assert (problem.span.file, problem.span.line, desk.marked(problem.span)) == (
        "text.j2",
        2,
        "nam",
    )
