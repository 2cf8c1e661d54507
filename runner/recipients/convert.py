"""A row as written -> a recipient of the declared types, or what is wrong with each cell."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

from runner.model.document import Entry, MappingNode, Node, Plain, ScalarNode, to_plain
from runner.model.place import Span
from runner.model.problem import Problem
from runner.model.recipient import CODE, OURS, Recipient, RejectedRow, SourceRow
from runner.render.address import is_phone, normalise_phone
from runner.schema.check import SchemaCheck

_WORDS = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}


class RowCheck:
    """What a playbook's `recipients.schema` asks of a row.

    Args:
        schema: the node of the schema, or None where the playbook declares none.
        typed: whether the source's own types count (JSON), so that nothing is converted.
        region: the country of telephone numbers that are written without one; empty for none.
    """

    def __init__(self, schema: MappingNode | None, *, typed: bool, region: str = "") -> None:
        plain = cast("dict[str, Any]", to_plain(schema)) if schema else {}
        properties = plain.get("properties", {})
        self._types = _scalar_types(properties)
        self._texts = frozenset(_declared(properties, "string"))
        self._nullable = frozenset(_declared(properties, "null"))
        self.required: tuple[str, ...] = tuple(plain.get("required", ()))
        self._check = SchemaCheck(plain, {"phone": partial(_is_phone, region)})
        self._typed = typed

    def check(
        self, row: SourceRow | RejectedRow, columns: Mapping[str, Span]
    ) -> Recipient | RejectedRow:
        """Return the recipient, or the row with all of its faults."""
        if isinstance(row, RejectedRow):
            return row
        if CODE in row.fields:
            fields = {name: value for name, value in row.fields.items() if name not in OURS}
            row = replace(row, fields=fields)
        return self._check_row(row, columns)

    def _check_row(self, row: SourceRow, columns: Mapping[str, Span]) -> Recipient | RejectedRow:
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
            shortened = _shortened(problem, fields, row)
            if problem.code == "FP101":
                yield replace(problem, span=row.place)
            elif shortened:
                why = f"{shortened} has been shortened by a spreadsheet: its last digits are lost"
                remedy = "format the column as text there, and enter the numbers again"
                yield replace(problem, message=why, remedy=remedy, edits=())
            else:
                yield problem

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
            if name in row.fields and self._is_empty(name, row.fields[name]):
                place = row.cells.get(name, row.place)
                yield Problem(place, "FP212", f"{name} is empty", f"fill in {name}")

    def _is_empty(self, name: str, value: Plain) -> bool:
        if value is None:
            return name not in self._nullable
        return isinstance(value, str) and not value.strip()

    def _convert(self, row: SourceRow, problems: list[Problem]) -> Iterator[tuple[str, Plain]]:
        """Yield the fields in the declared types; an empty cell that is to be no text is none."""
        for name, value in row.fields.items():
            kind = self._types.get(name, "string")
            if value is None and name in self._nullable:
                yield name, None
            elif kind == "string":
                yield name, self._as_text(name, value)
            elif value is None or value == "" or str(value).strip() == "":
                continue
            else:
                converted = _CONVERSIONS[kind](_write(value).strip())
                if converted is None:
                    why = f"{name} is not {_WORDS[kind]}"
                    place = row.cells.get(name, row.place)
                    problems.append(Problem(place, "FP213", why, f"write {_WORDS[kind]}"))
                yield name, converted

    def _as_text(self, name: str, value: Plain) -> Plain:
        """Return what a column holds that is text, or of which nothing is declared."""
        if value is None:
            return ""
        if isinstance(value, str) or name not in self._texts or isinstance(value, list | dict):
            return value
        return _write(value)


def _write(value: Plain) -> str:
    """Return a database's value as somebody would write it into a cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _declared(properties: dict[str, Any], kind: str) -> Iterator[str]:
    """Yield the columns that are declared to be of this type, among others or alone."""
    for name, given in properties.items():
        declared = given.get("type") if isinstance(given, dict) else None
        if kind in (declared if isinstance(declared, list) else [declared]):
            yield name


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


_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{1,2}")


def _read_integer(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,18}", text) else None


def _read_number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?", text) else None


def _read_boolean(text: str) -> bool | None:
    return {"true": True, "false": False, "TRUE": True, "FALSE": False}.get(text)


_CONVERSIONS = {"integer": _read_integer, "number": _read_number, "boolean": _read_boolean}


def _is_phone(region: str, value: object) -> bool:
    if not isinstance(value, str):
        return True
    return is_phone(normalise_phone(value, region).rpartition(":")[2])


def _shortened(problem: Problem, fields: dict[str, Plain], row: SourceRow) -> str:
    """Return the column whose value is written like 4.93012E+11 where the fault is, if one is."""
    if problem.code != "FP106":
        return ""
    at_fault = (name for name in fields if row.cells.get(name, row.place) == problem.span)
    return next((name for name in at_fault if _SCIENTIFIC.fullmatch(str(fields[name]).strip())), "")


def _as_node(fields: dict[str, Plain], row: SourceRow) -> Node:
    """Return the row as a tree, so that its faults are placed and worded as everywhere else."""
    entries = tuple(_as_entry(name, value, row) for name, value in fields.items())
    return MappingNode(entries, row.place)


def _as_entry(name: str, value: Plain, row: SourceRow) -> Entry:
    place = row.cells.get(name, row.place)
    return Entry(ScalarNode(name, name, place), ScalarNode(None, str(value), place))
