"""A schema error in people's words: what is wrong, where, and what to write instead.

The schemas help with annotations of their own: `x-wanted` says in words what a pattern wants,
`x-why` why a key cannot stand where it does.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from runner.model.document import Node, Path, node_at
from runner.model.problem import Problem
from runner.schema.example import example_of
from runner.schema.mending import rename_key, respell_value, same_word, unquote_number
from runner.schema.refine import refine
from runner.schema.type_words import is_toml, say_value, show_value, word_type
from runner.schema.where import key_span, label_span, name_path, value_span

# More findings about one mapping help nobody.
_MOST_KEYS = 100
Misspelt = frozenset[tuple[Path, str]]


def word_error(
    error: Any, root: Node, translate: Callable[[Path], Path], misspelt: Misspelt = frozenset()
) -> Iterator[Problem]:
    """Yield the findings for one error of jsonschema; usually one, one per key if unknown keys.

    A key in `misspelt` is there under another name, which has a finding of its own.
    """
    if error.validator == "required" and (_place(error), _missing(error)) in misspelt:
        return
    if error.validator == "anyOf" and (nearest := _nearest(error)):
        yield from word_error(nearest, root, translate)
        return
    path = translate(_place(error))
    node = node_at(root, path)
    refined = refine(error, node, path, root, name_path(path))
    if refined is not None:
        yield refined
        return
    if "propertyNames" in error.absolute_schema_path:
        yield _word_name(error, node)
        return
    word = _WORDINGS.get(error.validator, _word_other)
    yield from word(error, node, path, root)


def misspelt_keys(errors: Iterable[Any]) -> Misspelt:
    """Return the keys that unknown keys seem to stand for, each with the path of its mapping."""
    return frozenset(
        (_place(error), close)
        for error in errors
        if error.validator == "additionalProperties" and isinstance(error.instance, dict)
        for key in islice(error.instance, _MOST_KEYS)
        if (close := _close_key(error, key))
    )


def _place(error: Any) -> Path:
    return tuple(error.absolute_path)


def _missing(error: Any) -> str:
    """Return the key that a `required` error misses."""
    return next(
        str(key) for key in error.validator_value if error.message.startswith(f"{key!r} is a")
    )


def _close_key(error: Any, key: str) -> str:
    """Return the allowed key that an unknown key resembles, if there is one."""
    allowed = sorted(error.schema.get("properties", {}))
    if key in allowed:
        return ""
    return next(iter(difflib.get_close_matches(str(key), allowed, n=1)), "")


def _nearest(error: Any) -> Any:
    """Return the error of the branch of an `anyOf` that has the value's type, if one has."""
    if error.schema.get("x-wanted"):
        return None
    fitting = (below for below in error.context if below.validator not in ("type", "required"))
    return next(fitting, None)


def _word_name(error: Any, node: Node) -> Problem:
    """Return the finding for a key that is not named as it should be."""
    wanted = error.schema.get("x-wanted") or f"{error.validator} {error.validator_value}"
    return Problem(
        key_span(node, str(error.instance)),
        "FP106",
        f'the name "{error.instance}" must be {wanted}',
        f"write {wanted}",
    )


def _word_unknown(error: Any, node: Node, path: Path, _: Node) -> Iterator[Problem]:
    allowed = sorted(error.schema.get("properties", {}))
    unknown = [key for key in error.instance if key not in allowed]
    for key in unknown[:_MOST_KEYS]:
        close = _close_key(error, key)
        hint = f', did you mean "{close}"?' if close else ""
        where = f" in {name_path(path)}" if path else ""
        yield Problem(
            key_span(node, str(key)),
            "FP102",
            f'unknown key "{key}"{where}{hint}',
            f"write {close}" if close else f"allowed here: {', '.join(allowed)}",
            edits=rename_key(node, str(key), allowed) if close else (),
        )


def _word_required(error: Any, node: Node, path: Path, root: Node) -> Iterator[Problem]:
    missing = _missing(error)
    where = f" in {name_path(path)}" if path else ""
    toml = is_toml(node)
    example = example_of(error.schema.get("properties", {}).get(missing, {}), toml=toml)
    sign = " =" if toml else ":"
    yield Problem(
        label_span(root, path, node),
        "FP101",
        f'"{missing}" is missing{where}',
        f"add {missing}{sign} {example}" if example else f"add {missing}",
    )


def _word_choice(error: Any, node: Node, path: Path, root: Node) -> Iterator[Problem]:
    value = error.validator_value
    choices = value if error.validator == "enum" else [value]
    allowed = [str(show_value(item)) for item in choices]
    same = same_word(error.instance, choices)
    close = same or next(iter(difflib.get_close_matches(str(error.instance), allowed, n=1)), "")
    quoted = error.instance in allowed and not isinstance(value, list)
    hint = f', did you mean "{close}"?' if close and not quoted else ""
    remedy = f"write {allowed[0]}" if len(allowed) == 1 else f"one of: {', '.join(allowed)}"
    remedy += ", without quotes" if quoted else ""
    yield Problem(
        value_span(root, path, node),
        "FP105",
        f"{name_path(path)} cannot be {say_value(error.instance)}{hint}",
        f"write {close}" if close and len(allowed) > 1 else remedy,
        edits=respell_value(node, same) if same else unquote_number(node, value),
    )


def _word_pattern(error: Any, node: Node, path: Path, root: Node) -> Iterator[Problem]:
    wanted = error.schema.get("x-wanted") or f"text that matches {error.schema.get('pattern', '')}"
    if error.validator == "format":
        wanted = _FORMATS.get(error.validator_value, f"a valid {error.validator_value}")
    yield Problem(
        value_span(root, path, node),
        "FP106",
        f"{name_path(path)} must be {wanted.partition(', such as')[0]}",
        f"write {wanted}",
    )


def _word_not(error: Any, node: Node, path: Path, root: Node) -> Iterator[Problem]:
    why = error.schema.get("x-why", "it cannot stand here")
    yield Problem(
        label_span(root, path, node),
        "FP108",
        f"{name_path(path)} cannot stand here: {why}",
        "leave it out",
    )


def _word_size(error: Any, node: Node, path: Path, root: Node) -> Iterator[Problem]:
    said, unit = _SIZES[error.validator]
    limit = error.validator_value
    unit = unit if limit != 1 else unit.removesuffix("s")
    message, remedy = f"has {said} {limit} {unit}" if unit else f"is {said} {limit}", ""
    if unit and not error.instance:
        wanted = "a text" if (unit, limit) == ("character", 1) else f"at least {limit} {unit}"
        message, remedy = "is empty", f"write {wanted}"
    yield Problem(
        value_span(root, path, node),
        "FP107",
        f"{name_path(path)} {message}",
        remedy or f"the limit is {limit}",
    )


def _word_contains(_: Any, node: Node, path: Path, root: Node) -> Iterator[Problem]:
    wanted = "a participant with level: to"
    yield Problem(
        label_span(root, path, node), "FP107", f"{name_path(path)} lacks {wanted}", f"add {wanted}"
    )


def _word_any(error: Any, node: Node, path: Path, root: Node) -> Iterator[Problem]:
    if error.schema.get("x-wanted"):
        yield from _word_pattern(error, node, path, root)
        return
    keys = [item["required"][0] for item in error.validator_value if "required" in item]
    said = f"lacks {' or '.join(keys)}" if keys else "is not in any of the forms that are wanted"
    yield Problem(
        label_span(root, path, node),
        "FP101",
        f"{name_path(path)} {said}",
        f"add {' or '.join(keys)}" if keys else "",
    )


def _word_other(error: Any, node: Node, path: Path, root: Node) -> Iterator[Problem]:
    """Name the rule, and not the value: it may be personal."""
    rule = f"{error.validator}: {show_value(error.validator_value)}"
    yield Problem(
        value_span(root, path, node), "FP109", f"{name_path(path)} does not follow {rule:.80}"
    )


_SIZES = {
    "minLength": ("fewer than", "characters"),
    "maxLength": ("more than", "characters"),
    "minItems": ("fewer than", "items"),
    "maxItems": ("more than", "items"),
    "minProperties": ("fewer than", "keys"),
    "maxProperties": ("more than", "keys"),
    "minimum": ("less than", ""),
    "maximum": ("more than", ""),
}
_FORMATS = {
    "phone": "a telephone number with + and country code, such as +13115552368",
    "email": "an email address, such as ann@example.org",
    "date": "a date, such as 2026-03-31",
    "date-time": "a date and time with its offset, such as 2026-03-31T09:30:00+02:00",
    "time": "a time with its offset, such as 09:30:00Z",
    "uri": "a web address, such as https://example.org",
    "regex": "a regular expression; a bracket may lack its pair",
}
_WORDINGS: dict[str, Callable[[Any, Node, Path, Node], Iterator[Problem]]] = {
    "additionalProperties": _word_unknown,
    "required": _word_required,
    "type": word_type,
    "enum": _word_choice,
    "const": _word_choice,
    "pattern": _word_pattern,
    "format": _word_pattern,
    "not": _word_not,
    "contains": _word_contains,
    "anyOf": _word_any,
    **dict.fromkeys(_SIZES, _word_size),
}
