"""Everything before the first request: read, check and render it all.

A run goes over its recipients twice (`runner.recipients.two_passes`). The first time every row is
rendered and checked, so that nothing leaves while anything is wrong; the second time the same rows
are sent. What the first time leaves behind is a digest a row, so a file that changes in between
sends nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from runner.load.file import load_file
from runner.model.delivery import Delivery
from runner.model.document import Document, Plain
from runner.model.errors import Findings, Refused, UsageFault
from runner.model.place import Span
from runner.model.playbook import Environment, Playbook, Project, RecipientSettings
from runner.model.problem import Problem, Severity
from runner.model.recipient import Recipient, RejectedRow
from runner.policy.columns import check_columns
from runner.policy.objection import Objection
from runner.policy.schedule import read_at, refuse_late
from runner.recipients.address_check import AddressCheck
from runner.recipients.source import STANDARD_INPUT, Source, nobody, one_recipient, open_source
from runner.recipients.sql_address import is_url
from runner.recipients.two_passes import left_out_warning
from runner.render.renderer import Binding, Renderer, folder_of, make_renderer
from runner.rules.catalogue import check_delivery, check_rules
from runner.rules.ignores import apply_ignores
from runner.validate.playbook import check_playbook
from runner.validate.project import load_project


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks to be sent.

    `recipients` is a file, `fields` one recipient given in place of a file, and `key` a key given
    in place of the playbook's. `only` are the keys that count, where not all do; `typed_keys` are
    those of them that somebody typed. `redirect_to` is one's own address, which gets every message
    in the customers' place. `at` is when the run is to begin, as it was written; None for now.
    """

    playbook: str
    recipients: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, Plain] = field(default_factory=dict)
    environment: str | None = None
    key: str | None = None
    only: frozenset[str] | None = None
    typed_keys: frozenset[str] = frozenset()
    redirect_to: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A playbook that may be rendered, in the environment that it is to be sent in.

    `project_file` is where that environment stands; empty if there is no such file.
    """

    playbook: Playbook
    environment: Environment
    variables: Mapping[str, Plain]
    warnings: tuple[Problem, ...]
    project_file: str = ""


def load_playbook(file: str) -> Playbook:
    """Return the playbook in the file.

    Raises:
        Findings: it is none.
    """
    document = load_file(file)
    playbook = check_playbook(document) if isinstance(document, Document) else document
    if isinstance(playbook, Playbook):
        return playbook
    raise Findings(playbook)


def load_wish(wish: Wish) -> Loaded:
    """Return the playbook and its environment.

    Raises:
        Findings: a file has errors.
        UsageFault: there is no such environment, or several and none is named.
    """
    playbook = load_playbook(wish.playbook)
    project = load_project(wish.playbook)
    if not isinstance(project, Project):
        raise Findings(project)
    environment = choose_environment(project, wish.environment)
    given = replace(playbook, vars={**playbook.vars, **wish.variables})
    found = apply_ignores(playbook.document, check_rules(given), complete=False)
    if any(problem.severity is Severity.ERROR for problem in found):
        raise Findings(found)
    variables = {**playbook.vars, **environment.vars, **wish.variables}
    return Loaded(playbook, environment, variables, found, project.file)


def choose_environment(project: Project, name: str | None) -> Environment:
    """Return the environment of this name, or the only one.

    Raises:
        UsageFault: there is none of this name, or several and none is named.
    """
    names = ", ".join(project.environments)
    if name is None and len(project.environments) > 1:
        raise UsageFault(f"the project has several environments: {names}", "choose one with --env")
    if name is not None and name not in project.environments:
        raise UsageFault(f'there is no environment "{name}"', f"there is: {names}")
    return project.environments[name or next(iter(project.environments))]


def choose_now(wish: Wish, environment: Environment, clock: datetime) -> datetime:
    """Return the instant that a run is pinned to: when it is to begin, else what time it is.

    Raises:
        UsageFault: `at` is no instant.
        Refused: it is past.
    """
    if wish.at is None:
        return clock
    at = read_at(wish.at, environment.default_timezone)
    if isinstance(at, Objection):
        raise UsageFault(at.why, at.remedy)
    late = refuse_late(at, clock)
    if late:
        raise Refused(f"{late.why}; nothing was sent", late.remedy)
    return at


def open_recipients(
    wish: Wish, playbook: Playbook, variables: Mapping[str, Plain] | None = None
) -> Source:
    """Return the recipients that the wish names, else the playbook's.

    `variables` are what a database's query may ask for; the playbook's and the wish's by default.

    Raises:
        Findings: the recipients cannot be used.
        UsageFault: there are none, the playbook takes none, or they need what is not installed.
    """
    settings = playbook.recipients
    if wish.fields and wish.recipients:
        raise UsageFault("--set makes one recipient, --recipients reads a file", "give one of them")
    if settings is None:
        if wish.recipients:
            why = "this playbook has no recipients: it is one message"
            raise UsageFault(why, 'add recipients with a key, such as key: "{{ recipient.id }}"')
        if wish.fields:
            return one_recipient(wish.fields, None, playbook.root.span)
        return nobody(playbook.root.span)
    region = settings.default_region
    if wish.fields:
        return one_recipient(wish.fields, settings.schema, playbook.root.span, region)
    file = wish.recipients or _own_file(playbook, settings)
    asked = {**playbook.vars, **wish.variables} if variables is None else variables
    source = open_source(file, settings.schema, region, asked)
    return replace(source, same_address=settings.same_address)


def _own_file(playbook: Playbook, settings: RecipientSettings) -> str:
    """Return the recipients that the playbook names; a path is relative to the playbook.

    Raises:
        UsageFault: it names none.
    """
    if settings.file is None:
        why = "the playbook names no recipients' file"
        raise UsageFault(why, "give one with --recipients FILE, or one recipient with --set")
    file = str(settings.file.value)
    return file if is_url(file) or file == STANDARD_INPUT else str(folder_of(playbook) / file)


def make_bound_renderer(playbook: Playbook, binding: Binding) -> Renderer:
    """Return the renderer.

    Raises:
        Findings: a template cannot be read.
    """
    renderer = make_renderer(playbook, binding)
    if isinstance(renderer, Renderer):
        return renderer
    raise Findings(renderer)


class StrictRenderer:
    """A renderer whose deliveries have also passed the rules; `warnings` has each kind once."""

    def __init__(
        self,
        renderer: Renderer,
        playbook: Playbook,
        environment: Environment,
        now: datetime | None = None,
    ) -> None:
        self._now = now or datetime.now(UTC)
        self._renderer = renderer
        self._playbook = playbook
        self._environment = environment
        self.warnings: dict[tuple[str, Span], Problem] = {}
        self._ignored: dict[tuple[str, Span], bool] = {}
        self._addresses = AddressCheck(playbook)
        self._settled = False

    def render(self, recipient: Recipient) -> Delivery | tuple[Problem, ...]:
        """Return the recipient's delivery, or why it must not be sent."""
        delivery = self._renderer.render(recipient)
        if not isinstance(delivery, Delivery):
            return delivery
        checked = (
            *self._addresses.problems(delivery, recipient, likely=not self._settled),
            *check_columns(self._environment.policy, recipient, self._now),
            *check_delivery(self._playbook, self._environment, delivery),
        )
        found = [problem for problem in checked if not self._is_ignored(problem)]
        errors = tuple(each for each in found if each.severity is Severity.ERROR)
        for problem in found:
            if problem.severity is not Severity.ERROR:
                self.warnings.setdefault((problem.code, problem.span), problem)
        return errors or delivery

    def outline_request(self, recipient: Recipient) -> Plain:
        """Return all but the message without the recipient's values, under the playbook's names."""
        return self._renderer.outline_request(recipient)

    def settle(self, left_out: Sequence[RejectedRow] = ()) -> None:
        """End the first pass: what it noted of many rows becomes one warning each."""
        self._settled = True
        for problem in (self._addresses.warning, left_out_warning(left_out)):
            if problem:
                self.warnings[problem.code, problem.span] = problem

    def _is_ignored(self, problem: Problem) -> bool:
        """Tell whether a comment hides the finding; the comments are read once for each place."""
        if problem.span.file != self._playbook.file:
            return False
        key = (problem.code, problem.span)
        if key not in self._ignored:
            kept = apply_ignores(self._playbook.document, (problem,), complete=False)
            self._ignored[key] = problem not in kept
        return self._ignored[key]
