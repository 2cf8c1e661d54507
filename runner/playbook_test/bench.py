"""A playbook made ready to be tested: compiled once, then rendered for one case after another."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from runner.load.file import load_file
from runner.model.delivery import NO_ACCOUNT, Delivery
from runner.model.document import Document, Entry, MappingNode, ScalarNode, walk_scalars
from runner.model.outcome import Expired, Held
from runner.model.playbook import Environment, Playbook, Project
from runner.model.playbook_test import Case, Suite
from runner.model.problem import Problem, Severity
from runner.model.recipient import Recipient, RejectedRow
from runner.policy.judge import judge
from runner.policy.limits import Census, refuse_run
from runner.policy.objection import Objection
from runner.policy.period import playbook_period
from runner.prepare import StrictRenderer
from runner.recipients.convert import RowCheck
from runner.render.probes import Recorder
from runner.render.reading import read_playbook
from runner.render.renderer import Binding, Renderer, make_renderer
from runner.rules.catalogue import check_rules
from runner.rules.ignores import apply_ignores
from runner.validate.playbook import check_playbook
from runner.validate.project import load_project

_SCOPE = "test"
_ABOUT_TIME = frozenset({"held", "held_until", "expired"})


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a run would make of the case's recipient.

    Without a delivery, `problems` say why. `verdict` is that of the hours and the expiry, where
    the case says a time. `refusal` is why the environment would refuse any run with this message.
    """

    delivery: Delivery | None
    problems: tuple[Problem, ...] = ()
    verdict: Held | Expired | None = None
    refusal: Objection | None = None


def check_references(suite: Suite) -> tuple[Problem, ...]:
    """Return what the tests name that is not there; nothing while the playbook has no shape."""
    loaded = _load(suite)
    return () if isinstance(loaded, tuple) else tuple(_Givens(suite, *loaded.parts).problems())


def open_bench(suite: Suite, recorder: Recorder) -> "Bench | tuple[Problem, ...]":
    """Return the playbook ready to be rendered, or why nothing of it can be tested."""
    loaded = _load(suite)
    if isinstance(loaded, tuple):
        return loaded
    problems = (*_Givens(suite, *loaded.parts).problems(), *_errors(loaded.playbook, suite))
    if problems:
        return problems
    environment = next(iter(loaded.project.environments.values()))
    renderer = make_renderer(loaded.playbook, _binding(loaded.playbook, environment), recorder)
    return Bench(loaded, renderer) if isinstance(renderer, Renderer) else renderer


@dataclass(frozen=True, slots=True)
class _Loaded:
    playbook: Playbook
    project: Project

    @property
    def parts(self) -> tuple[Playbook, Project]:
        return self.playbook, self.project


def _load(suite: Suite) -> _Loaded | tuple[Problem, ...]:
    document = load_file(suite.playbook)
    playbook = check_playbook(document) if isinstance(document, Document) else document
    if not isinstance(playbook, Playbook):
        return playbook
    project = load_project(suite.playbook)
    return _Loaded(playbook, project) if isinstance(project, Project) else project


def _errors(playbook: Playbook, suite: Suite) -> tuple[Problem, ...]:
    """Return the errors for which a run would refuse the playbook."""
    given = {name: value for case in suite.cases for name, value in case.variables.items()}
    whole = replace(playbook, vars={**playbook.vars, **given}) if given else playbook
    found = apply_ignores(playbook.document, check_rules(whole), complete=False)
    return tuple(problem for problem in found if problem.severity is Severity.ERROR)


class Bench:
    """Renders cases."""

    def __init__(self, loaded: _Loaded, renderer: Renderer) -> None:
        self.playbook = loaded.playbook
        self._project = loaded.project
        self._renderer = renderer
        settings = loaded.playbook.recipients
        region = settings.default_region if settings else ""
        self._row = RowCheck(settings.schema if settings else None, typed=True, region=region)

    def render(self, case: Case) -> Rendered:
        """Return what a run at the case's time would make of its recipient."""
        environment = _environment_of(case, self._project)
        row = self._recipient(case)
        if isinstance(row, RejectedRow):
            return Rendered(None, row.problems)
        renderer = self._renderer.bound_to(_binding(self.playbook, environment, case))
        strict = StrictRenderer(renderer, self.playbook, environment, case.now)
        rendered = strict.render(row)
        if not isinstance(rendered, Delivery):
            return Rendered(None, rendered)
        census = Census(environment)
        census.add(rendered)
        refusal = refuse_run(census, environment, real=False, redirected=False)
        settings, verdict = self.playbook.delivery, None
        if case.now is not None:
            verdict = judge(rendered, settings, environment, case.now)
        return Rendered(rendered, verdict=verdict, refusal=refusal)

    def _recipient(self, case: Case) -> Recipient | RejectedRow:
        entries = {str(entry.key.value): entry for entry in self._sample(case)}
        entries |= {str(entry.key.value): entry for entry in case.recipient}
        kept = tuple(entry for name, entry in entries.items() if name not in case.without)
        if not kept and self.playbook.recipients is None:
            return Recipient({}, self.playbook.root.span)
        return self._row.check_sample(MappingNode(kept, case.place))

    def _sample(self, case: Case) -> tuple[Entry, ...]:
        found = find_samples(case, self.playbook)
        return found[0].entries if found else ()


def find_samples(case: Case, playbook: Playbook) -> tuple[MappingNode, ...]:
    """Return the samples that the case may mean: one, unless it names it wrongly."""
    samples = playbook.samples
    if case.sample is None:
        return () if case.recipient else samples[:1]
    wanted = case.sample.value
    if isinstance(wanted, int):
        return samples[wanted - 1 : wanted] if wanted > 0 else ()
    return tuple(
        sample
        for sample in samples
        if any(scalar.value == wanted for _, scalar in walk_scalars(sample))
    )


def _binding(playbook: Playbook, environment: Environment, case: Case | None = None) -> Binding:
    now = case.now if case else None
    return Binding(
        scope=_SCOPE,
        account=environment.account_sid or NO_ACCOUNT,
        environment=environment.name,
        variables={**playbook.vars, **environment.vars, **(case.variables if case else {})},
        now=now,
        period=playbook_period(playbook, now) if now else "",
    )


def _environment_of(case: Case, project: Project) -> Environment:
    wanted = case.environment
    name = str(wanted.value) if wanted else next(iter(project.environments))
    return project.environments[name]


class _Givens:
    """Holds what the cases give against the playbook and the project."""

    def __init__(self, suite: Suite, playbook: Playbook, project: Project) -> None:
        self._suite = suite
        self._playbook = playbook
        self._project = project

    def problems(self) -> Iterator[Problem]:
        """Yield what is not there, each once: many cases may take it from the file."""
        found = (problem for case in self._suite.cases for problem in self._check(case))
        yield from dict.fromkeys(found)

    def _check(self, case: Case) -> Iterator[Problem]:
        environments = self._project.environments
        names = ", ".join(environments)
        wanted = case.environment
        if wanted is None and len(environments) > 1:
            why = f"the project has several environments: {names}"
            remedy = f"add environment: {next(iter(environments))}, here or at the top"
            yield Problem(case.place, "FP804", why, remedy)
            return
        if wanted is not None and wanted.value not in environments:
            yield _unknown("environment", wanted, list(environments))
            return
        yield from self._check_sample(case)
        reason = self._needs_time(case, _environment_of(case, self._project))
        if reason and case.now is None:
            remedy = "add now: 2026-03-31T09:30:00+02:00, here or at the top"
            yield Problem(case.place, "FP805", f"this test gives no time, and {reason}", remedy)

    def _check_sample(self, case: Case) -> Iterator[Problem]:
        found = find_samples(case, self._playbook)
        samples = self._playbook.samples
        if case.sample is not None and len(found) > 1:
            why = f'{len(found)} samples have the value "{case.sample.value}"'
            remedy = "take a value that only one has, or its number, the first being 1"
            yield Problem(case.sample.span, "FP804", why, remedy)
        elif case.sample is not None and not found:
            texts = [
                scalar.value
                for sample in samples
                for _, scalar in walk_scalars(sample)
                if isinstance(scalar.value, str)
            ]
            count = f"the playbook has {len(samples)}"
            if isinstance(case.sample.value, int):
                count += f'; if a sample has this value, write "{case.sample.value}"'
            yield _unknown("sample", case.sample, texts, count)
        elif not found and not case.recipient and self._playbook.recipients is not None:
            why = "this test has no recipient, and the playbook has no samples"
            yield Problem(case.place, "FP804", why, "add recipient: with the fields of a row")

    def _needs_time(self, case: Case, environment: Environment) -> str:
        """Say what would depend on the clock; empty if nothing does."""
        texts = read_playbook(self._playbook).texts
        if any(name.parts[0] == "now" for text in texts for name in text.reading.names):
            return "a template reads now"
        if self._playbook.recipients and self._playbook.recipients.period:
            return "the key tells the period that the message is for"
        if any(days is not None for days in environment.policy.required_columns.values()):
            return "the environment asks how old the consent is"
        if case.expected.keys() & _ABOUT_TIME:
            return "what it expects depends on the time"
        return ""


def _unknown(what: str, node: ScalarNode, known: list[str], more: str = "") -> Problem:
    close = difflib.get_close_matches(str(node.value), known, n=1)
    remedy = f"did you mean {close[0]}?" if close else more or f"there is: {', '.join(known)}"
    return Problem(node.span, "FP804", f'there is no {what} "{node.value}"', remedy)
