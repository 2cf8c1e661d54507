"""A playbook's samples, or the rows of a file, as one side would message them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat

from runner.diff.entry import Entry
from runner.diff.parts import parts_of
from runner.model.delivery import Delivery
from runner.model.errors import Findings, UsageFault
from runner.model.place import Span
from runner.model.playbook import Environment, Playbook
from runner.model.problem import Problem, Severity
from runner.model.recipient import Recipient, RejectedRow
from runner.prepare import StrictRenderer, Wish, open_recipients
from runner.recipients.source import Source
from runner.recipients.two_passes import deliver_rows
from runner.render.renderer import Renderer
from runner.rules.ignores import apply_ignores
from runner.samples import RenderedSample, make_sample_renderer, render_samples
from runner.sms.segments import Segments, count_segments


@dataclass(frozen=True, slots=True)
class Bound:
    """A playbook in an environment, ready to render."""

    playbook: Playbook
    environment: Environment
    renderer: Renderer
    now: datetime


@dataclass(frozen=True, slots=True)
class RenderedEntry:
    """An entry, and the errors that keep it from being sent."""

    entry: Entry
    problems: tuple[Problem, ...] = ()


def bind(
    playbook: Playbook, environment: Environment, now: datetime
) -> Bound | tuple[Problem, ...]:
    """Return the playbook ready to render, or why its templates cannot be read."""
    renderer = make_sample_renderer(playbook, environment, now, outline=True)
    if not isinstance(renderer, Renderer):
        return renderer
    return Bound(playbook, environment, renderer, now)


def sample_entries(bound: Bound) -> Iterator[RenderedEntry]:
    """Yield the playbook's samples."""
    rendered = render_samples(bound.playbook, bound.environment, bound.renderer)
    for number, each in enumerate(rendered, 1):
        where = f"sample {number}" if bound.playbook.samples else "the message"
        yield _sample_entry(bound, each, where)


def recipient_entries(bound: Bound, file: str) -> Iterator[RenderedEntry]:
    """Yield the rows of a recipients' file, judged as a run would.

    Raises:
        Findings: the file cannot be used as a whole.
        UsageFault: the playbook has no recipients.
    """
    environment, playbook = bound.environment, bound.playbook
    variables = {**playbook.vars, **environment.vars}
    source = open_recipients(Wish(playbook.file, file), playbook, variables)
    strict = StrictRenderer(bound.renderer, playbook, environment, bound.now)
    strict.settle()  # it need not look for what would only be a warning
    return _row_entries(bound, source, _Keeping(strict))


def earlier_entries(bound: Bound, file: str) -> Iterator[RenderedEntry]:
    """Yield the rows as `recipient_entries` does; all of them rejected where it cannot."""
    try:
        return recipient_entries(bound, file)
    except (Findings, UsageFault) as error:
        return repeat(RenderedEntry(Entry(file, {}, reason=error.message)))


class _Keeping:
    """Renders strictly, and remembers whom it rendered last."""

    def __init__(self, renderer: StrictRenderer) -> None:
        self._renderer = renderer
        self.last = Recipient({}, Span("", 1, 1, 1, 1))

    def render(self, recipient: Recipient) -> Delivery | tuple[Problem, ...]:
        """Return the recipient's delivery, or why it must not be sent."""
        self.last = recipient
        return self._renderer.render(recipient)


def _row_entries(bound: Bound, source: Source, keeping: _Keeping) -> Iterator[RenderedEntry]:
    for item in deliver_rows(source, keeping):
        where = f"{item.place.file}:{item.place.line}"
        if isinstance(item, Delivery):
            yield RenderedEntry(_entry(bound, keeping.last, item, where))
        else:
            yield _rejected(item, where)


def _sample_entry(bound: Bound, rendered: RenderedSample, where: str) -> RenderedEntry:
    document = bound.playbook.document
    found = apply_ignores(document, rendered.problems, complete=False)
    errors = tuple(each for each in found if each.severity is Severity.ERROR)
    sample, delivery = rendered.sample, rendered.delivery
    if delivery is None or isinstance(sample, RejectedRow) or errors:
        return _rejected(RejectedRow(sample.fields, sample.place, errors or found), where)
    return RenderedEntry(_entry(bound, sample, delivery, where))


def _entry(bound: Bound, recipient: Recipient, delivery: Delivery, where: str) -> Entry:
    parts = parts_of(delivery, bound.renderer.outline_request(recipient))
    return Entry(where, recipient.fields, delivery.key, parts, _cost(delivery))


def _cost(delivery: Delivery) -> Segments | None:
    body = dict(delivery.message).get("Body", "")
    return count_segments(body) if delivery.channel.type == "sms" and body else None


def _rejected(row: RejectedRow, where: str) -> RenderedEntry:
    problem = row.problems[0]
    errors = tuple(each for each in row.problems if each.severity is Severity.ERROR)
    return RenderedEntry(
        Entry(where, row.fields, reason=f"{problem.code} {problem.message}"), errors
    )
