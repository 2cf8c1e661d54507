"""Data against a JSON Schema: the one door to jsonschema and jsonschema-rs.

jsonschema-rs says quickly whether data is valid; only when it is not does jsonschema, which knows
every detail, find out why, and `wording` says it in people's words. Both must agree, so patterns
and formats are left to jsonschema-rs: in Python's `re`, `$` also matches before a last line break.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, cached_property
from typing import Any
from urllib.parse import unquote

from runner.model.document import Node, Path, Plain, node_at, walk_texts
from runner.model.problem import Problem
from runner.schema.store import read_schema
from runner.schema.where import name_path
from runner.schema.wording import misspelt_keys, word_error

Formats = dict[str, Callable[[Any], bool]]


def _same(path: Path) -> Path:
    return path


class SchemaCheck:
    """A schema, compiled once and used for any number of values.

    Args:
        schema: a draft 2020-12 schema that is itself valid and refers to nothing outside itself.
        formats: checks for `format`, beside the standard's own.
    """

    def __init__(self, schema: dict[str, Any], formats: Formats | None = None) -> None:
        self._schema = schema
        self._formats = formats or {}
        self._fast = _compile(schema, self._formats)

    def passes(self, data: Plain) -> bool:
        """Tell whether the data is valid."""
        try:
            return bool(self._fast.is_valid(data))
        except UnicodeEncodeError:  # half of a character: it cannot be sent, or written down
            return False

    def problems(
        self, data: Plain, root: Node, translate: Callable[[Path], Path] = _same
    ) -> tuple[Problem, ...]:
        """Return every fault of `data`, placed at the nodes below `root`.

        `translate` turns a path in the data into the path of the node that it came from. There is
        a fault whenever `passes` says no.
        """
        if self.passes(data):
            return ()
        halves = tuple(_half_characters(data, root, translate))
        if halves:
            return halves
        found: tuple[Problem, ...] = ()
        # Python's `re` lacks some of what patterns may use; a schema may refer to itself for ever.
        with suppress(re.error, RecursionError):
            found = _word_all(self._detailed(self._schema).iter_errors(data), root, translate)
        return found or tuple(self._unexplained(data, root, translate))

    @cached_property
    def _detailed(self) -> Any:
        return _explaining_validator(self._formats)

    def _unexplained(
        self, data: Plain, root: Node, translate: Callable[[Path], Path]
    ) -> Iterator[Problem]:
        """Yield what only jsonschema-rs objects to: nothing invalid passes for want of words."""
        for error in self._fast.iter_errors(data):
            path = translate(tuple(error.instance_path))
            rule = name_path(tuple(error.schema_path))
            why = f"{name_path(path)} does not follow {rule} of its schema"
            yield Problem(node_at(root, path).span, "FP109", why)


@cache
def published_check(name: str) -> SchemaCheck:
    """Return the check against one of our own schemas, compiled once for all files."""
    return SchemaCheck(read_schema(name))


def check_schema(schema: Plain, root: Node, path: Path) -> tuple[Problem, ...]:
    """Return what is wrong with a schema that a user wrote at this path below `root`."""
    meta = _explaining_validator({})
    errors = meta(meta.META_SCHEMA).iter_errors(schema)
    found = _word_all(errors, root, lambda below: (*path, *below))
    return found or tuple(_check_usable(schema, root, path))


def _check_usable(schema: Plain, root: Node, path: Path) -> Iterator[Problem]:
    """Yield what is wrong although the shape is right: patterns, and references to elsewhere."""
    try:
        _compile(schema, {})
    except ValueError as error:
        pattern = tuple(getattr(error, "instance_path", ()))
        if pattern:
            where = (*path, *pattern)
            why = f"{name_path(where)} must be a regular expression"
            yield Problem(node_at(root, where).span, "FP106", why, "check its brackets")
            return
        astray = [
            (below, f"{target} is not in this schema, which may refer to its own parts only")
            for below, target in walk_texts(schema)
            if below[-1:] == ("$ref",) and not _leads_somewhere(schema, target)
        ]
        said = str(error).partition("\n")[0]
        for below, why in astray or [((), f"this schema cannot be used: {said}")]:
            span = node_at(root, (*path, *below)).span
            yield Problem(span, "FP109", why, "write it like #/$defs/phone" if below else "")


def _leads_somewhere(schema: Plain, target: str) -> bool:
    """Tell whether a reference is a JSON pointer to a part of the schema."""
    if not target.startswith("#"):
        return False
    part: Any = schema
    for step in target.split("/")[1:]:
        name = unquote(step).replace("~1", "/").replace("~0", "~")
        part = part.get(name) if isinstance(part, dict) else None
    return part is not None


def _word_all(
    errors: Iterator[Any], root: Node, translate: Callable[[Path], Path]
) -> tuple[Problem, ...]:
    """Return the findings in the order of the file; a key is not missing if it is misspelt."""
    listed = list(errors)
    misspelt = misspelt_keys(listed)
    found = (
        problem for error in listed for problem in word_error(error, root, translate, misspelt)
    )
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: problem.span))


def _half_characters(
    data: Plain, root: Node, translate: Callable[[Path], Path]
) -> Iterator[Problem]:
    for path, text in walk_texts(data):
        if any("\ud800" <= char <= "\udfff" for char in text):
            span = node_at(root, translate(path)).span
            why = "the text holds half of a character, which nobody can display"
            yield Problem(span, "FP109", why, "write the character again")


def _compile(schema: Any, formats: Formats) -> Any:
    """Return the fast validator.

    Raises:
        ValueError: the schema cannot be used. It may not refer to files or to other machines.
    """
    import jsonschema_rs  # noqa: PLC0415 - heavy: only when something is checked

    return jsonschema_rs.Draft202012Validator(
        schema, formats=formats, validate_formats=True, retriever=_refuse
    )


def _refuse(uri: str) -> Any:
    raise ValueError(f"{uri} is elsewhere")


def _explaining_validator(formats: Formats) -> Any:
    """Return jsonschema's validator class, with patterns and formats checked by jsonschema-rs."""
    from jsonschema import Draft202012Validator, ValidationError  # noqa: PLC0415 - heavy
    from jsonschema.validators import extend  # noqa: PLC0415 - heavy

    compile_once = cache(lambda keyword, value: _compile({keyword: value}, formats))

    def make(keyword: str) -> Callable[..., Iterator[Any]]:
        def follow(_: Any, value: Any, instance: Any, __: Any) -> Iterator[Any]:
            if not compile_once(keyword, value).is_valid(instance):
                yield ValidationError(f"does not follow {keyword}: {value}")

        return follow

    keywords = {name: make(name) for name in ("pattern", "format")}
    return extend(Draft202012Validator, keywords)  # type: ignore[no-untyped-call]
