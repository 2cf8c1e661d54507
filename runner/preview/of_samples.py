"""A playbook's samples in every environment, as they would be seen."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from runner.book.blank_page import BlankPage
from runner.find_files import Candidate, is_meant_as_playbook
from runner.load.file import load_file
from runner.model.delivery import Delivery
from runner.model.document import Document, Plain, ScalarNode
from runner.model.exchange import Request
from runner.model.message import message_of
from runner.model.playbook import Environment, Playbook, Project
from runner.model.preview import Preview
from runner.model.problem import Problem
from runner.prepare import choose_environment
from runner.preview.gathering import Gathering, Shown
from runner.rehearse import rehearse_delivery
from runner.render.renderer import Renderer
from runner.rules.catalogue import check_rules
from runner.rules.ignores import apply_ignores
from runner.samples import RenderedSample, make_sample_renderer, render_samples
from runner.validate.playbook import check_playbook
from runner.validate.project import PROJECT_FILES, load_project


@dataclass(frozen=True, slots=True)
class Look:
    """How samples are to be looked at: in all environments unless one is named, as of `now`."""

    now: datetime
    environment: str | None = None
    variables: Mapping[str, Plain] = field(default_factory=dict)


def find_playbooks(candidates: Iterable[Candidate]) -> tuple[str, ...]:
    """Return the files that were named, and those below folders that are meant as playbooks."""
    return tuple(
        each.file
        for each in candidates
        if each.named
        or (
            Path(each.file).name not in PROJECT_FILES
            and is_meant_as_playbook(load_file(each.file), each.file)
        )
    )


def preview_samples(file: str, look: Look) -> Preview:
    """Return the messages of a playbook's samples; with its findings, where it is none.

    Raises:
        UsageFault: there is no such environment.
    """
    document = load_file(file)
    if not isinstance(document, Document):
        return Preview(file, problems=document)
    playbook = check_playbook(document)
    if not isinstance(playbook, Playbook):
        return Preview(file, problems=playbook)
    project = load_project(file)
    if not isinstance(project, Project):
        return Preview(file, playbook.name, problems=project)
    return _preview(playbook, tuple(_environments(project, look)), look)


def describe(playbook: Playbook) -> str:
    """Return what the playbook says of itself."""
    node = playbook.root.get("description")
    return str(node.value) if isinstance(node, ScalarNode) else ""


def _environments(project: Project, look: Look) -> Iterator[Environment]:
    """Yield the environments to look in, with the variables of the command line."""
    named = look.environment
    found = [choose_environment(project, named)] if named else project.environments.values()
    for environment in found:
        yield replace(environment, vars={**environment.vars, **look.variables})


def _preview(playbook: Playbook, environments: tuple[Environment, ...], look: Look) -> Preview:
    given = replace(playbook, vars={**playbook.vars, **look.variables})
    found = apply_ignores(playbook.document, check_rules(given), complete=False)
    gathering = Gathering(Shown(message_of, rehearser(playbook), few=True))
    broken: tuple[Problem, ...] = ()
    for environment in environments:
        renderer = make_sample_renderer(playbook, environment, look.now)
        if not isinstance(renderer, Renderer):
            broken = renderer
            break
        for sample in render_samples(playbook, environment, renderer):
            _take(gathering, playbook, environment, sample)
    return Preview(
        file=playbook.file,
        name=playbook.name,
        description=describe(playbook),
        channel=playbook.channel.type,
        environments=tuple(environment.name for environment in environments),
        cards=gathering.cards(),
        failures=gathering.failures(),
        people=gathering.seen,
        rejected=len(gathering.failures()),
        problems=_without(found, gathering) + broken,
    )


def rehearser(playbook: Playbook) -> Callable[[Delivery], tuple[Request, ...]]:
    """Return what makes the exact requests of a delivery."""
    return lambda delivery: rehearse_delivery(delivery, playbook.delivery, BlankPage()).requests


def _take(
    gathering: Gathering, playbook: Playbook, environment: Environment, sample: RenderedSample
) -> None:
    problems = apply_ignores(playbook.document, sample.problems, complete=False)
    if sample.delivery:
        gathering.add(environment.name, sample.delivery, lambda: problems)
    else:
        gathering.fail(environment.name, sample.sample.place, problems)


def _without(found: tuple[Problem, ...], gathering: Gathering) -> tuple[Problem, ...]:
    """Return what is found of the playbook that no failed sample says already."""
    said = {
        (each.value.code, each.value.span)
        for failure in gathering.failures()
        for each in failure.problems
    }
    return tuple(problem for problem in found if (problem.code, problem.span) not in said)
