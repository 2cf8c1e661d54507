"""A playbook's samples, rendered in an environment: what is looked at before anything is sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from runner.model.delivery import NO_ACCOUNT, Delivery
from runner.model.playbook import Environment, Playbook
from runner.model.problem import Problem
from runner.model.recipient import Recipient, RejectedRow
from runner.recipients.source import Source, nobody, samples_source
from runner.render.renderer import Binding, Renderer, make_renderer
from runner.rules.catalogue import check_delivery

_SCOPE = "samples"


@dataclass(frozen=True, slots=True)
class RenderedSample:
    """A sample, what it would be sent, and what is to be said of that.

    `delivery` is None where the sample cannot be rendered.
    """

    sample: Recipient | RejectedRow
    delivery: Delivery | None
    problems: tuple[Problem, ...]


def make_sample_renderer(
    playbook: Playbook,
    environment: Environment,
    now: datetime | None = None,
    *,
    outline: bool = False,
) -> Renderer | tuple[Problem, ...]:
    """Return what renders invented recipients, as of `now`, or why the templates cannot be read.

    With `outline`, deliveries also have their message without the recipient's values.
    """
    binding = Binding(
        scope=_SCOPE,
        account=environment.account_sid or NO_ACCOUNT,
        environment=environment.name,
        variables={**playbook.vars, **environment.vars},
        now=now or datetime.now(UTC),
        outline=outline,
    )
    return make_renderer(playbook, binding)


def open_samples(playbook: Playbook) -> Source:
    """Return the playbook's samples; the one empty recipient of a playbook without recipients."""
    if playbook.samples or playbook.recipients:
        schema = playbook.recipients.schema if playbook.recipients else None
        return samples_source(playbook.samples, schema)
    return nobody(playbook.root.span)


def render_samples(
    playbook: Playbook, environment: Environment, renderer: Renderer
) -> Iterator[RenderedSample]:
    """Yield every sample as it would be sent."""
    for row in open_samples(playbook).rows():
        rendered = row.problems if isinstance(row, RejectedRow) else renderer.render(row)
        if isinstance(rendered, Delivery):
            problems = tuple(check_delivery(playbook, environment, rendered))
            yield RenderedSample(row, rendered, problems)
        else:
            yield RenderedSample(row, None, rendered)
