"""FP201 and FP207: a template reads a name that nobody has declared."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from runner.model.document import Plain
from runner.model.playbook import Playbook, Project
from runner.model.problem import Problem, Related, Severity
from runner.render.expressions import Name
from runner.render.reading import ReadText, read_playbook
from runner.rules.known_names import (
    Known,
    known_by_samples,
    known_by_schema,
    known_by_vars,
    lacks,
)
from runner.validate.project import load_project

_CONTEXT = ("recipient", "vars", "env", "playbook", "now")
_GLOBALS = frozenset({"range", "dict", "cycler", "joiner", "namespace"})
_KNOWS = "templates know recipient, vars, env, playbook.name and now"


def check(playbook: Playbook) -> Iterator[Problem]:
    """Find names that do not exist, misspelled ones above all."""
    knowledge = _learn(playbook)
    for text in read_playbook(playbook).texts:
        for name in text.reading.names:
            yield from _check_name(name, text, knowledge)


@dataclass(frozen=True, slots=True)
class _Knowledge:
    schema: Known
    samples: Known
    vars: Known
    environments: Mapping[str, Mapping[str, Plain]]


def _learn(playbook: Playbook) -> _Knowledge:
    project = load_project(playbook.file)
    found = project.environments.values() if isinstance(project, Project) else ()
    return _Knowledge(
        known_by_schema(playbook.recipients.schema if playbook.recipients else None),
        known_by_samples(playbook),
        known_by_vars(playbook),
        {environment.name: {**playbook.vars, **environment.vars} for environment in found},
    )


def _check_name(name: Name, text: ReadText, knowledge: _Knowledge) -> Iterator[Problem]:
    match name.parts:
        case (first, *_) if first in _CONTEXT and not text.context:
            yield _without_context(name)
        case ("recipient", _, *_):
            yield from _check_recipient(name, knowledge)
        case ("vars", _, *_):
            yield from _check_vars(name, knowledge)
        case ("playbook", field, *_) if field != "name" and 1 not in name.optional:
            why = f"playbook.{field} does not exist"
            yield Problem(name.spans[1], "FP201", why, "write playbook.name")
        case (first, *_) if first not in _CONTEXT and first not in _GLOBALS:
            yield from _check_top(name, knowledge)


def _without_context(name: Name) -> Problem:
    why = f"{name.parts[0]} does not exist in a file that is fetched without context"
    return Problem(name.spans[0], "FP201", why, "write with context where the file is fetched")


def _check_recipient(name: Name, knowledge: _Knowledge) -> Iterator[Problem]:
    if knowledge.schema.closed:
        yield from _check_schema(name, knowledge)
        return
    samples, schema, field = knowledge.samples, knowledge.schema, name.parts[1]
    known = samples.has(field) or schema.has(field)
    if known or schema.open or not samples.closed or 1 in name.optional:
        return
    close = samples.close_to(field)
    yield Problem(
        name.spans[1],
        "FP207",
        f"no sample has recipient.{field}, and no schema declares it",
        f"write recipient.{close}" if close else f"give a sample the field {field}",
        Severity.WARNING,
        _there_is(samples, close),
    )


def _check_schema(name: Name, knowledge: _Knowledge) -> Iterator[Problem]:
    """Go down the declared properties; what a sample shows may be read as well."""
    known: Known | None = knowledge.schema
    for index, part in enumerate(name.parts[1:], 1):
        if known is None or not known.closed:
            return
        if not known.has(part):
            shown = index == 1 and knowledge.samples.has(part)
            if not shown and index not in name.optional:
                yield _undeclared(name, index, known)
            return
        known = known.below.get(part)


def _undeclared(name: Name, index: int, known: Known) -> Problem:
    owner, part = ".".join(name.parts[:index]), name.parts[index]
    close = known.close_to(part)
    names = ", ".join(sorted(known.places))
    return Problem(
        name.spans[index],
        "FP201",
        f"{owner}.{part} is not in the recipients' schema",
        f"write {owner}.{close}" if close else f"{owner} has: {names}",
        related=_there_is(known, close),
    )


def _there_is(known: Known, close: str | None) -> tuple[Related, ...]:
    return (Related(known.places[close], f'there is "{close}"'),) if close else ()


def _check_vars(name: Name, knowledge: _Knowledge) -> Iterator[Problem]:
    parts = name.parts[1:]
    found = {env: lacks(given, parts) for env, given in knowledge.environments.items()}
    lacking = {env: index + 1 for env, index in found.items() if index is not None}
    lacking = {env: index for env, index in lacking.items() if index not in name.optional}
    if not lacking:
        return
    index = min(lacking.values())
    if len(lacking) == len(found):
        yield _no_variable(name, index, knowledge)
    elif not name.env_tested:
        shown = ".".join(name.parts[: index + 1])
        where = " and ".join(sorted(lacking))
        yield Problem(
            name.spans[index],
            "FP201",
            f"{shown} does not exist in the environment {where}"
            if len(lacking) == 1
            else f"{shown} does not exist in the environments {where}",
            f"add it to the vars of {where} in the project file, or to the playbook's own",
            Severity.WARNING,
        )


def _no_variable(name: Name, index: int, knowledge: _Knowledge) -> Problem:
    owner, part = ".".join(name.parts[:index]), name.parts[index]
    names = _names_at(knowledge, name.parts[1:index])
    close = next(iter(difflib.get_close_matches(part, names, n=1)), None)
    own = close if index == 1 and close in knowledge.vars.places else None
    has = f"{owner} has: {', '.join(names)}" if names else f"declare {part} below {owner}"
    return Problem(
        name.spans[index],
        "FP201",
        f"{owner}.{part} does not exist",
        f"write {owner}.{close}" if close else has,
        related=_there_is(knowledge.vars, own),
    )


def _names_at(knowledge: _Knowledge, parts: tuple[str, ...]) -> list[str]:
    """Return the names that the variables have below these parts, in any environment."""
    names: set[str] = set()
    for given in knowledge.environments.values():
        data: object = given
        for part in parts:
            data = data.get(part) if isinstance(data, Mapping) else None
        names |= set(map(str, data)) if isinstance(data, Mapping) else set()
    return sorted(names)


def _check_top(name: Name, knowledge: _Knowledge) -> Iterator[Problem]:
    if 0 in name.optional:
        return
    first = name.parts[0]
    remedy, known = _KNOWS, None
    if knowledge.schema.has(first) or knowledge.samples.has(first):
        remedy = f"write recipient.{first}"
        known = knowledge.schema if first in knowledge.schema.places else knowledge.samples
    elif first in _names_at(knowledge, ()):
        remedy, known = f"write vars.{first}", knowledge.vars
    elif close := difflib.get_close_matches(first, (*_CONTEXT, *_GLOBALS), n=1):
        remedy = f"write {close[0]}"
    place = first if known and first in known.places else None
    related = _there_is(known, place) if known else ()
    yield Problem(name.spans[0], "FP201", f"{first} does not exist", remedy, related=related)
