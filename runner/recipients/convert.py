"""A row as written -> a recipient of the declared types, or what is wrong with each cell."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from runner.model.document import Entry, MappingNode, Node, Plain, ScalarNode, to_plain
from runner.model.place import Span
from runner.model.problem import Problem
from runner.model.recipient import Recipient, RejectedRow, SourceRow
from runner.render.address import is_phone, strip_phone
from runner.schema.check import SchemaCheck

_WORDS = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}


class RowCheck:
    """What a playbook's `recipients.schema` asks of a row.

    Args:
        schema: the node of the schema, or None where the playbook declares none.
        typed: whether the source has types of its own (JSON), so that nothing is converted.
    """

    def __init__(self, schema: MappingNode | None, *, typed: bool) -> None:
        plain = cast("dict[str, Any]", to_plain(schema)) if schema else {}
        self._types = _scalar_types(plain.get("properties", {}))
        self.required: tuple[str, ...] = tuple(plain.get("required", ()))
        self._check = SchemaCheck(plain, {"phone": _is_phone})
        self._typed = typed

    def check(self, row: SourceRow, columns: Mapping[str, Span]) -> Recipient | RejectedRow:
        """Return the recipient, or the row with all of its faults."""
        problems = [*self._check_shape(row)]
        fields = dict(row.fields) if self._typed else dict(self._convert(row, problems))
        if not problems and not self._check.passes(fields):
            problems += self._explain(fields, row)
        if problems:
            whole = {**row.fields, **dict.fromkeys(row.missing, "")}
            return RejectedRow(whole, row.place, tuple(problems))
        return Recipient(fields, row.place, row.cells, columns)

    def _explain(self, fields: dict[str, Plain], row: SourceRow) -> Iterator[Problem]:
        """Yield the schema's objections; what is missing has no cell, so it has the row's place."""
        for problem in self._check.problems(fields, _as_node(fields, row)):
            yield replace(problem, span=row.place) if problem.code == "FP101" else problem

    def check_sample(self, sample: MappingNode) -> Recipient | RejectedRow:
        """Return the playbook's own sample as a recipient, or what is wrong with it."""
        fields = cast("dict[str, Plain]", to_plain(sample))
        problems = self._check.problems(fields, sample)
        if problems:
            return RejectedRow(fields, sample.span, problems)
        cells = {str(entry.key.value): entry.node.span for entry in sample.entries}
        return Recipient(fields, sample.span, cells)

    def _check_shape(self, row: SourceRow) -> Iterator[Problem]:
        if row.missing:
            names = ", ".join(row.missing)
            why = f"this row has too few cells: {names} is missing"
            yield Problem(row.place, "FP212", why, "add the missing cells")
        if "" in row.fields:
            why = "this row has more cells than the header has columns"
            place = row.cells.get("", row.place)
            yield Problem(place, "FP212", why, "quote the cell that contains the separator")
        if self._typed:
            return
        for name in self.required:
            if str(row.fields.get(name, "-")).strip() == "":
                place = row.cells.get(name, row.place)
                yield Problem(place, "FP212", f"{name} is empty", f"fill in {name}")

    def _convert(self, row: SourceRow, problems: list[Problem]) -> Iterator[tuple[str, Plain]]:
        for name, value in row.fields.items():
            kind = self._types.get(name, "string")
            text = str(value)
            if kind == "string":
                yield name, text
            elif text.strip() == "":
                continue
            else:
                converted = _CONVERSIONS[kind](text.strip())
                if converted is None:
                    why = f"{name} is not {_WORDS[kind]}"
                    place = row.cells.get(name, row.place)
                    problems.append(Problem(place, "FP213", why, f"write {_WORDS[kind]}"))
                yield name, converted


def _scalar_types(properties: dict[str, Any]) -> dict[str, str]:
    """Return the columns that are declared to be something other than text."""
    return {
        name: kind
        for name, given in properties.items()
        if isinstance(given, dict) and (kind := _conversion(given.get("type")))
    }


def _conversion(declared: object) -> str:
    """Return the type that cells are converted to; empty if they stay text."""
    kinds = declared if isinstance(declared, list) else [declared]
    if "string" in kinds:
        return ""
    return next((kind for kind in kinds if kind in _CONVERSIONS), "")


def _read_integer(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,18}", text) else None


def _read_number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?", text) else None


def _read_boolean(text: str) -> bool | None:
    return {"true": True, "false": False, "TRUE": True, "FALSE": False}.get(text)


_CONVERSIONS = {"integer": _read_integer, "number": _read_number, "boolean": _read_boolean}


def _is_phone(value: object) -> bool:
    return not isinstance(value, str) or is_phone(strip_phone(value).rpartition(":")[2])


def _as_node(fields: dict[str, Plain], row: SourceRow) -> Node:
    """Return the row as a tree, so that its faults are placed and worded as everywhere else."""
    entries = tuple(_as_entry(name, value, row) for name, value in fields.items())
    return MappingNode(entries, row.place)


def _as_entry(name: str, value: Plain, row: SourceRow) -> Entry:
    place = row.cells.get(name, row.place)
    return Entry(ScalarNode(name, name, place), ScalarNode(None, str(value), place))
