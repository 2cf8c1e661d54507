"""Everything before the first request: read, check and render it all.

A run goes over its recipients twice. The first time every row is rendered and checked, so that
nothing leaves while anything is wrong; the second time the same rows are sent. What the first time
leaves behind is a digest a row, so a file that changes in between sends nothing else.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias

from runner.load.file import load_file
from runner.model.delivery import Delivery
from runner.model.document import Document, Plain
from runner.model.errors import Findings, UsageFault
from runner.model.place import Span
from runner.model.playbook import Environment, Playbook, Project
from runner.model.problem import Problem, Related, Severity
from runner.model.recipient import Recipient, RejectedRow
from runner.recipients.source import Source, nobody, one_recipient, open_source
from runner.render.renderer import Binding, Renderer, folder_of, make_renderer
from runner.rules.catalogue import check_delivery, check_rules
from runner.rules.ignores import apply_ignores
from runner.validate.playbook import check_playbook
from runner.validate.project import load_project


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks to be sent.

    `recipients` is a file, `fields` one recipient given in place of a file, and `key` a key given
    in place of the playbook's. `only` are the keys that count, where not all do. `redirect_to` is
    one's own address, which gets every message in the customers' place.
    """

    playbook: str
    recipients: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    environment: str | None = None
    key: str | None = None
    only: frozenset[str] | None = None
    redirect_to: str | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A playbook that may be rendered, in the environment that it is to be sent in."""

    playbook: Playbook
    environment: Environment
    variables: Mapping[str, Plain]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the first pass found; `digests` has one for each accepted row, in order."""

    digests: tuple[bytes, ...]
    rejected: tuple[RejectedRow, ...]

    @property
    def planned(self) -> int:
        """How many rows there are."""
        return len(self.digests) + len(self.rejected)


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
    return Loaded(playbook, environment, variables, found)


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


def open_recipients(wish: Wish, playbook: Playbook) -> Source:
    """Return the recipients that the wish names, else the playbook's.

    Raises:
        Findings: the file cannot be used.
        UsageFault: there are no recipients, or the playbook takes none.
    """
    settings = playbook.recipients
    schema = settings.schema if settings else None
    if wish.fields and wish.recipients:
        raise UsageFault("--set makes one recipient, --recipients reads a file", "give one of them")
    if wish.fields:
        return one_recipient(wish.fields, schema, playbook.root.span)
    if settings is None:
        if wish.recipients:
            why = "this playbook has no recipients: it is one message"
            raise UsageFault(why, 'add recipients with a key, such as key: "{{ recipient.id }}"')
        return nobody(playbook.root.span)
    if wish.recipients:
        return open_source(wish.recipients, schema)
    if settings.file is None:
        why = "the playbook names no recipients' file"
        raise UsageFault(why, "give one with --recipients FILE, or one recipient with --set")
    return open_source(str(folder_of(playbook) / str(settings.file.value)), schema)


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

    def __init__(self, renderer: Renderer, playbook: Playbook, environment: Environment) -> None:
        self._renderer = renderer
        self._playbook = playbook
        self._environment = environment
        self.warnings: dict[tuple[str, Span], Problem] = {}
        self._ignored: dict[tuple[str, Span], bool] = {}

    def render(self, recipient: Recipient) -> Delivery | tuple[Problem, ...]:
        """Return the recipient's delivery, or why it must not be sent."""
        delivery = self._renderer.render(recipient)
        if not isinstance(delivery, Delivery):
            return delivery
        checked = check_delivery(self._playbook, self._environment, delivery)
        found = [problem for problem in checked if not self._is_ignored(problem)]
        errors = tuple(each for each in found if each.severity is Severity.ERROR)
        for problem in found:
            if problem.severity is not Severity.ERROR:
                self.warnings.setdefault((problem.code, problem.span), problem)
        return errors or delivery

    def _is_ignored(self, problem: Problem) -> bool:
        """Tell whether a comment hides the finding; the comments are read once for each place."""
        key = (problem.code, problem.span)
        if key not in self._ignored:
            kept = apply_ignores(self._playbook.document, (problem,), complete=False)
            self._ignored[key] = problem not in kept
        return self._ignored[key]


class Renders(Protocol):
    """A renderer, strict or not."""

    def render(self, recipient: Recipient) -> Delivery | tuple[Problem, ...]:
        """Return the recipient's delivery, or what is wrong with it."""
        ...


Only: TypeAlias = frozenset[str] | None
"""The keys that count; None for all. With some, rows that cannot be sent are passed over."""


def check_all(
    source: Source,
    renderer: Renders,
    reject: Callable[[RejectedRow], None],
    only: Only = None,
) -> Checked:
    """Render every row once; tell `reject` of each that cannot be sent, and keep the verdicts."""
    digests: list[bytes] = []
    rejected: list[RejectedRow] = []
    for item in _deliveries(source, renderer, only):
        if isinstance(item, Delivery):
            digests.append(digest_of(item))
        else:
            rejected.append(item)
            reject(item)
    return Checked(tuple(digests), tuple(rejected))


def accepted_deliveries(
    source: Source, renderer: Renders, checked: Checked, only: Only = None
) -> Iterator[Delivery]:
    """Yield the deliveries of the second pass, each only if it is the one that was checked.

    Raises:
        Findings: the recipients changed since they were checked.
    """
    expected = iter(checked.digests)
    for item in _deliveries(source, renderer, only):
        if not isinstance(item, Delivery):
            continue
        if next(expected, None) != digest_of(item):
            why = "the recipients changed after they had been checked"
            raise Findings((Problem(item.place, "FP219", why, "run it again"),))
        yield item
    if next(expected, None) is not None:
        why = "the recipients changed after they had been checked: the last are gone"
        raise Findings((Problem(Span(source.file, 1, 1, 1, 1), "FP219", why, "run it again"),))


def digest_of(delivery: Delivery) -> bytes:
    """Return what tells this delivery's requests from all others."""
    content = repr((delivery.id, delivery.interaction, delivery.message))
    return hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _deliveries(source: Source, renderer: Renders, only: Only) -> Iterator[Delivery | RejectedRow]:
    found = _all_deliveries(source, renderer)
    if only is None:
        return found
    return (item for item in found if isinstance(item, Delivery) and item.key in only)


def _all_deliveries(source: Source, renderer: Renders) -> Iterator[Delivery | RejectedRow]:
    """Yield each row as a delivery, or rejected; a key that stood before rejects its row."""
    keys: dict[str, Span] = {}
    for row in source.rows():
        if isinstance(row, RejectedRow):
            yield row
            continue
        rendered = renderer.render(row)
        if not isinstance(rendered, Delivery):
            yield RejectedRow(row.fields, row.place, rendered)
        elif rendered.id in keys:
            yield _duplicate(row, rendered, keys[rendered.id])
        else:
            keys[rendered.id] = row.place
            yield rendered


def _duplicate(row: Recipient, delivery: Delivery, first: Span) -> RejectedRow:
    why = f'the key "{delivery.key}" stands twice: one key is one message'
    problem = Problem(
        row.place,
        "FP214",
        why,
        "remove the row, or choose a key that tells the two messages apart",
        related=(Related(first, "the first row with this key"),),
    )
    return RejectedRow(row.fields, row.place, (problem,))
