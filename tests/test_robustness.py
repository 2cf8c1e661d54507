"""Whatever stands in a file, checking it ends in findings or success: soon, and never in a crash.

Time is measured as the processor time of this process, with bounds far above what is needed: they
tell seconds from minutes, not a fast machine from a slow one.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.find_files import is_test_file
from runner.lint import lint_file
from runner.load.source import Source, make_source
from runner.model.place import Span
from runner.model.problem import Problem

_ROOT = Path(__file__).parent.parent
_LONGEST = 20.0
_VALID = sorted(
    path
    for folder in (_ROOT / "playbooks", _ROOT / "tests" / "examples" / "valid")
    for path in folder.iterdir()
    if path.suffix in (".yaml", ".toml") and not is_test_file(path.name)
)
PLAYBOOK = """\
version: 1
name: reminder
channel: { type: sms }
participants:
  - address: "{{ recipient.phone }}"
    proxy_address: "+19255551234"
routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    workflow_sid: WW0123456789abcdef0123456789abcdef
    queue_sid: WQ0123456789abcdef0123456789abcdef
    worker_sid: WK0123456789abcdef0123456789abcdef
message:
  author: Clinic
  body: BODY
recipients:
  key: "{{ recipient.id }}"
samples:
  - { id: A-1, phone: "+13115552368", items: [1, 2, 3] }
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@contextmanager
def in_bounded_time() -> Iterator[None]:
    """Fail if the body takes unreasonably long."""
    start = time.process_time()
    yield
    assert time.process_time() - start < _LONGEST


def check(file: str) -> tuple[Problem, ...]:
    """Return the findings, once they are known to be sound."""
    with in_bounded_time():
        problems = lint_file(file)
    sources: dict[str, Source] = {}
    for problem in problems:
        assert problem.message
        places = [problem.span, *(each.span for each in problem.related)]
        for span in (*places, *(edit.span for edit in problem.edits)):
            if span.file not in sources:
                sources[span.file] = _source(span.file)
            _check_inside(span, sources[span.file])
    return problems


def _check_inside(span: Span, source: Source) -> None:
    """A place lies inside of its file, its end not before its start."""
    start = (span.line, span.column)
    assert start <= (span.end_line, span.end_column), span
    for line, column in (start, (span.end_line, span.end_column)):
        assert 1 <= line <= len(source.starts), span
        begin = source.starts[line - 1]
        # The column after the last character is where a finding about what lacks points to.
        assert 1 <= column <= source.line_end(begin) - begin + 1, span


def _source(file: str) -> Source:
    text = Path(file).read_bytes().decode("utf-8", "surrogateescape")
    return make_source(file, text.removeprefix("\ufeff"))


def write(text: str | bytes, file: str = "p.yaml") -> str:
    """Write the file and return its name."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    Path(file).write_bytes(data)
    return file


FILES = st.sampled_from(
    ["p.yaml", "p.toml", "flexplay.yaml", "flexplay.toml", "p.test.yaml", "p.test.toml"]
)
_MANY = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_MANY
@given(st.binary(max_size=300), FILES)
def test_any_bytes(data: bytes, file: str) -> None:
    """Random bytes are no playbook, and that is all that there is to say of them."""
    assert check(write(data, file))


@_MANY
@given(st.binary(max_size=100), st.sampled_from(["flexplay.yaml", "flexplay.toml"]))
def test_any_project_file_above_a_playbook(data: bytes, file: str) -> None:
    """A playbook is checked whatever the project file beside it holds."""
    write(data, file)
    check(write(PLAYBOOK.replace("BODY", "Hi")))
    Path(file).unlink()


_PIECES = st.sampled_from(
    [
        *"-:?,[]{}#&*!|>'\"%@`\\\n\r\t =.0aé\ufeff\x85\u2028\x00\U0001f600",
        *(
            "- ",
            ": ",
            "  ",
            "\n  ",
            "\r\n",
            "---\n",
            "...\n",
            "<<: ",
            "*a",
            "&a ",
            "!!str ",
            "|\n  ",
        ),
        *(
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "[[",
            "]]",
            '"""',
            "'''",
            "\\u12",
            "\\x",
            "= ",
            "1_0",
            "0x",
        ),
        *("version: 1\n", "channel", "participants", "message", "samples", "recipients", "vars"),
    ]
)


@_MANY
@given(st.lists(_PIECES, max_size=60).map("".join), FILES)
def test_any_syntax(text: str, file: str) -> None:
    """What means something in YAML, TOML or Jinja, in any order, ends in findings."""
    assert check(write(text, file))


@_MANY
@given(st.lists(_PIECES, max_size=40).map("".join))
def test_any_template(text: str) -> None:
    """Any text as a body is rendered, or its fault is found in the template file."""
    write(PLAYBOOK.replace("body: BODY", "template: t.j2"))
    write(text, "t.j2")
    for problem in check("p.yaml"):
        assert problem.span.file in ("p.yaml", "t.j2")


_DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
_KEYS = st.sampled_from(
    [
        *("version", "name", "description", "channel", "participants", "routing", "message"),
        *("recipients", "samples", "vars", "delivery", "interaction_context_sid", "webhook_ttid"),
    ]
)


@_MANY
@given(st.dictionaries(_KEYS, _DATA, min_size=1))
def test_any_data_under_the_right_keys(data: dict[str, Any]) -> None:
    """Each key may hold a value of any type."""
    import yaml  # noqa: PLC0415 - only here

    base = yaml.safe_load(PLAYBOOK.replace("BODY", "Hi"))
    write(yaml.safe_dump({**base, **data}, allow_unicode=True))
    check("p.yaml")


_WORDS = st.sampled_from(
    [
        *(
            "type",
            "properties",
            "required",
            "items",
            "allOf",
            "anyOf",
            "oneOf",
            "not",
            "if",
            "then",
        ),
        *("$ref", "$defs", "$id", "$anchor", "$dynamicRef", "pattern", "format", "enum", "const"),
        *("minLength", "maximum", "multipleOf", "additionalProperties", "patternProperties"),
        *("propertyNames", "unevaluatedProperties", "contains", "dependentSchemas", "$schema"),
    ]
)
_OPERANDS = (
    st.none() | st.booleans() | st.integers(-2, 9) | st.floats(allow_nan=False) | _PIECES
) | st.sampled_from(["#", "#/properties/id", "string", "object", "phone", "^(a|aa)+$", "id", "x:y"])
_SCHEMAS = st.recursive(
    _OPERANDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_WORDS | st.just("id"), inner, min_size=1, max_size=4)
    ),
    max_leaves=12,
)


@_MANY
@given(st.dictionaries(_WORDS, _SCHEMAS, min_size=1, max_size=5))
def test_any_schema_of_a_row(schema: dict[str, Any]) -> None:
    """What an author writes as the recipients' schema is a schema, or is found not to be one."""
    import yaml  # noqa: PLC0415 - only here

    data = yaml.safe_load(PLAYBOOK.replace("BODY", "Hi"))
    data["recipients"]["schema"] = schema
    check(write(yaml.safe_dump(data, allow_unicode=True)))


@pytest.mark.parametrize(
    "schema",
    [
        '{ $ref: "#", required: [missing] }',
        '{ not: { $ref: "#" } }',
        '{ properties: { id: { $ref: "#/properties/id", type: integer } } }',
    ],
)
def test_a_schema_that_refers_to_itself_for_ever(schema: str) -> None:
    """What does not fit it is a finding still, if not in the best of words."""
    text = PLAYBOOK.replace("BODY", "Hi").replace("samples:", f"  schema: {schema}\nsamples:")
    assert [problem.code for problem in check(write(text))] == ["FP109"]


_VALUES = ("[]", "{}", "12", "true", "null", "x", "{a: 1}")


def _mutate(text: str, chance: random.Random) -> str:
    """Return the text with a few lines deleted, doubled, moved, cut, or of another type."""
    lines = text.splitlines(keepends=True)
    for _ in range(chance.randint(1, 4)):
        if not lines:
            break
        at = chance.randrange(len(lines))
        line = lines[at]
        key, colon, _ = line.partition(":")
        lines[at : at + 1] = chance.choice(
            [
                [],
                [line, line],
                [line[: chance.randrange(len(line) + 1)] + "\n"],
                [line.replace('"', "", 1)],
                [line.replace("{", "{{", 1).replace("}", "", 1)],
                [f"  {line}"],
                [line.lstrip()],
                [f"{key}{colon} {chance.choice(_VALUES)}\n"],
                [line.replace(" = ", " = [", 1)],
                [lines[chance.randrange(len(lines))]],
            ]
        )
    return "".join(lines)


@pytest.mark.parametrize("path", _VALID, ids=lambda path: path.name)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 1 << 32))
def test_a_playbook_with_random_mistakes(path: Path, seed: int) -> None:
    """Mistakes in lines of a real playbook are found where they are, or do no harm."""
    text = path.read_text("utf-8")
    check(write(_mutate(text, random.Random(seed)), f"p{path.suffix}"))  # noqa: S311 - no secret


def _bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


_HOSTILE_FILES: dict[str, Callable[[], tuple[str, str]]] = {
    "a bomb of aliases": lambda: (_bomb(30), "p.yaml"),
    "an alias of itself": lambda: ("a: &a [*a]\n", "p.yaml"),
    "deep brackets": lambda: ("a: " + "[" * 100_000, "p.yaml"),
    "deep brackets, closed": lambda: ("a: " + "[" * 100_000 + "]" * 100_000, "p.yaml"),
    "deep mappings": lambda: ("a: " + "{a: " * 100_000, "p.yaml"),
    "deep dashes": lambda: ("- " * 100_000, "p.yaml"),
    "deep indentation": lambda: ("".join(f"{' ' * n}a:\n" for n in range(1_400)), "p.yaml"),
    "deep brackets in TOML": lambda: ("a = " + "[" * 100_000, "p.toml"),
    "deep tables in TOML": lambda: (f"[{'a.' * 100_000}a]\n", "p.toml"),
    "deep inline tables": lambda: ("a = " + "{a = " * 100_000, "p.toml"),
    "a long line": lambda: (f"name: {'x' * 10_000_000}", "p.yaml"),
    "a long line below the limit": lambda: (f"name: {'x' * 1_000_000}", "p.yaml"),
    "a long quoted line": lambda: (f'name: "{"é" * 500_000}"', "p.yaml"),
    "a long line in TOML": lambda: (f'name = "{"x" * 1_000_000}"', "p.toml"),
    "a long key": lambda: (f"{'x' * 1_000_000}: 1", "p.yaml"),
    "many keys": lambda: ("".join(f"k{n}: 1\n" for n in range(60_000)), "p.yaml"),
    "many keys in TOML": lambda: ("".join(f"k{n} = 1\n" for n in range(60_000)), "p.toml"),
    "many equal keys": lambda: ("a: 1\n" * 100_000, "p.yaml"),
    "many equal keys in TOML": lambda: ("a = 1\n" * 60_000, "p.toml"),
    "many comments": lambda: ("# flexplay: ignore FP301\n" * 30_000 + "a: 1", "p.yaml"),
    "many documents": lambda: ("---\n" * 200_000, "p.yaml"),
    "many lines": lambda: ("\n" * 1_000_000, "p.yaml"),
    "many quotes": lambda: ("'" * 1_000_000, "p.yaml"),
    "many hashes": lambda: (" #" * 500_000, "p.yaml"),
    "many tables": lambda: ("[[a]]\n" * 100_000, "p.toml"),
    "many samples": lambda: (
        PLAYBOOK.replace("BODY", "Hi") + "  - { id: A, phone: '+13115552368' }\n" * 5_000,
        "p.yaml",
    ),
    "a long number": lambda: (f"version: {'1' * 100_000}", "p.yaml"),
    "a long number in TOML": lambda: (f"version = {'1' * 100_000}", "p.toml"),
    "a pattern that backtracks": lambda: (
        PLAYBOOK.replace("BODY", "Hi").replace(
            "samples:", '  schema: { properties: { id: { pattern: "^(a+)+$" } } }\nsamples:'
        ).replace("A-1", "a" * 5_000 + "!"),
        "p.yaml",
    ),
    "a deep schema": lambda: (
        PLAYBOOK.replace("BODY", "Hi").replace(
            "samples:", f"  schema: {'{ items: ' * 59 + '{ type: x }' + ' }' * 59}\nsamples:"
        ),
        "p.yaml",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", _HOSTILE_FILES)
def test_a_hostile_file_is_refused_in_bounded_time(name: str) -> None:
    """Files that would take for ever to read or to check are refused, or read in no time."""
    text, file = _HOSTILE_FILES[name]()
    problems = check(write(text, file))
    assert problems or name == "many samples"


_HOSTILE_TEMPLATES = {
    "a huge range": "{{ range(10**9) | list | length }}",
    "a loop over a huge range": "{% for i in range(10**9) %}x{% endfor %}",
    "a huge repetition": "{{ 'x' * 10**9 }}",
    "a huge power": "{{ 10 ** (10 ** 10) }}",
    "a huge padding": "{{ 'x' | center(10**9) }}",
    "a huge format": "{{ '%1000000000d' | format(1) }}",
    "nested loops": "{% for a in range(9999) %}" * 6 + "x" + "{% endfor %}" * 6,
    "deeply nested loops": "{% for a in [1] %}" * 300 + "x" + "{% endfor %}" * 300,
    "deeply nested brackets": "{{ " + "(" * 100_000 + "1" + ")" * 100_000 + " }}",
    "a macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a macro that doubles": (
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}"
    ),
    "a text that doubles": (
        "{% set ns = namespace(t='x') %}{% for i in range(99) %}{% set ns.t = ns.t ~ ns.t %}"
        "{% endfor %}{{ ns.t }}"
    ),
    "a recursive loop": "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "an include of itself": "{% include 't.j2' %}",
    "an import of itself": "{% import 't.j2' as t %}",
    "a template that extends itself": "{% extends 't.j2' %}",
    "many tags": "{{ recipient.id }}" * 5_000,
    "many unclosed tags": "{{" * 40_000,
    "many operators": "{{ 1" + " + 1" * 20_000 + " }}",
    "many filters": "{{ 'a'" + " | upper" * 20_000 + " }}",
    "many comments": "{##}" * 20_000,
    "a long text": "x" * 99_000,
    "a longer text": "x" * 900_000,
    "replacing that grows": "{{ ('a' * 9999) | replace('a', 'a' * 9999) }}",
}


@pytest.mark.parametrize("name", _HOSTILE_TEMPLATES)
def test_a_hostile_template_is_refused_in_bounded_time(name: str) -> None:
    """Templates that would loop for ever, or fill the memory, are findings."""
    write(PLAYBOOK.replace("body: BODY", "template: t.j2"))
    write(_HOSTILE_TEMPLATES[name], "t.j2")
    problems = check("p.yaml")
    assert problems or name in ("many tags", "many comments", "many filters")


@pytest.mark.parametrize("name", ["a huge range", "nested loops", "many unclosed tags"])
def test_a_hostile_body_is_refused_in_bounded_time(name: str) -> None:
    """The same texts are refused where they stand in the playbook itself."""
    write(PLAYBOOK.replace("BODY", f'"{_HOSTILE_TEMPLATES[name]}"'))
    assert check("p.yaml")
