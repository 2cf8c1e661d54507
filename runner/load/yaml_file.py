"""The one door to PyYAML: a YAML text becomes a tree of nodes that know their places."""

import re
from collections.abc import Iterator
from typing import Protocol

import yaml

from runner.load.source import Source
from runner.load.yaml_compose import Composer, RefusedError
from runner.load.yaml_errors import Fault, explain_control, explain_fault
from runner.model.document import Node
from runner.model.problem import Problem

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What YAML does not allow in a file (section 5.1 of its specification); PyYAML has compiled it.
_CONTROL: re.Pattern[str] = yaml.reader.Reader.NON_PRINTABLE
_SECOND_MARK = "\ufeff"  # a byte order mark, from which on libyaml counts wrong


def read_yaml(source: Source) -> Node | tuple[Problem, ...]:
    """Return the file's data, or everything that is wrong with it."""
    control = _CONTROL.search(source.text)
    if control or source.text.startswith(_SECOND_MARK):
        return (explain_control(source, control.start() if control else 0),)
    composer = Composer(source)
    faults: list[Problem] = []
    try:
        for event in _events(source.text):
            _pass_on(composer, event)
    except RefusedError as error:
        faults.append(error.problem)
    except yaml.YAMLError as error:
        faults.append(explain_fault(source, _fault(error, composer.reached)))
    except (ValueError, OverflowError) as error:
        # PyYAML without libyaml takes an escape like \UFFFFFFFF to Python's chr().
        faults.append(explain_fault(source, Fault(str(error), composer.reached)))
    return composer.finish(faults)


def _events(text: str) -> Iterator[yaml.Event]:
    """Yield the events one by one, so that a file that nests too deep is left in time."""
    loader = _LOADER(text)
    try:
        while loader.check_event():
            event: yaml.Event = loader.get_event()  # type: ignore[no-untyped-call]
            yield event
    finally:
        loader.dispose()


def _pass_on(composer: Composer, event: yaml.Event) -> None:
    start, end = _index(event.start_mark), _index(event.end_mark)
    composer.reached = end
    match event:
        case yaml.DocumentStartEvent():
            composer.start_document(start, end)
        case yaml.AliasEvent():
            composer.alias(event.anchor or "", start, end)
        case yaml.ScalarEvent():
            composer.properties(event.anchor, event.tag, start, end)
            composer.scalar(event.value, _style(event), start, end)
        case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
            composer.properties(event.anchor, event.tag, start, end)
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            composer.start_collection(start, is_mapping=is_mapping)
        case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
            composer.end_collection(end)


class _Mark(Protocol):
    """A place, as both of PyYAML's parsers give it."""

    @property
    def index(self) -> int:
        """The index of the character."""


def _index(mark: _Mark | None) -> int:
    """Return the index; every event has a mark, though its annotation says otherwise."""
    return mark.index if mark else 0


def _style(event: yaml.ScalarEvent) -> str:
    """Return the quote or block indicator, or nothing for a plain scalar."""
    return event.style or ""


def _fault(error: yaml.YAMLError, reached: int) -> Fault:
    """Return what the parser says, in our own terms."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return Fault(str(error), reached)
    context = _index(error.context_mark) if error.context_mark else None
    mark = error.problem_mark or error.context_mark
    index = _index(mark) if mark else reached
    return Fault(error.problem or "", index, error.context or "", context)
