"""The two passes over the recipients: all are checked, then those that passed are sent.

What the first pass leaves in memory is 16 bytes a row and the first rejected rows, so that a
million recipients need little more than a hundred thousand.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from runner.model.delivery import Delivery
from runner.model.errors import Findings
from runner.model.place import Span
from runner.model.problem import Problem, Related, Severity
from runner.model.recipient import Recipient, RejectedRow
from runner.recipients.digests import SIZE, Digests
from runner.recipients.rejected_rows import RejectedRows
from runner.recipients.seen import First, Seen
from runner.recipients.source import Source


class Renders(Protocol):
    """A renderer, strict or not."""

    def render(self, recipient: Recipient) -> Delivery | tuple[Problem, ...]:
        """Return the recipient's delivery, or what is wrong with it."""
        ...


Only: TypeAlias = frozenset[str] | None
"""The keys that count; None for all. With some, rows that cannot be sent are passed over."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the first pass found; `digests` has one for each accepted row, in order.

    Any number of rows may be rejected: to go over them costs no memory, to make a tuple of them
    does. `left_out` are the rows that get no message because an earlier one has their address and
    the playbook says `same_address: first`; they are not planned. `unknown` are the keys that alone
    count, and that no row has.
    """

    digests: Sequence[bytes]
    rejected: Sequence[RejectedRow]
    unknown: frozenset[str] = frozenset()
    left_out: Sequence[RejectedRow] = field(default=())

    @property
    def rejected_count(self) -> int:
        """How many rows are rejected."""
        return len(self.rejected)

    @property
    def planned(self) -> int:
        """How many rows there are."""
        return len(self.digests) + len(self.rejected)


def check_all(source: Source, renderer: Renders, only: Only = None) -> Checked:
    """Render every row once, and keep the verdicts."""
    digests, rejected, left_out = Digests(), RejectedRows(), RejectedRows()
    unknown = set(only or ())
    for item in _deliveries(source, renderer, only):
        if isinstance(item, Delivery):
            digests.add(digest_of(item))
            unknown.discard(item.key)
        elif item.problems[0].severity is Severity.ERROR:
            rejected.add(item)
        else:
            left_out.add(item)
    return Checked(digests, rejected, frozenset(unknown), left_out)


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
    return _digest(repr((delivery.id, delivery.interaction, delivery.message)))


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=SIZE).digest()


def _deliveries(source: Source, renderer: Renders, only: Only) -> Iterator[Delivery | RejectedRow]:
    found = deliver_rows(source, renderer)
    if only is None:
        return found
    return (item for item in found if isinstance(item, Delivery) and item.key in only)


def deliver_rows(source: Source, renderer: Renders) -> Iterator[Delivery | RejectedRow]:
    """Yield each row as a delivery, or rejected; what stood before decides on what comes after."""
    keys, addresses = Seen(), Seen()
    for row in source.rows():
        if isinstance(row, RejectedRow):
            yield row
            continue
        rendered = renderer.render(row)
        if not isinstance(rendered, Delivery):
            yield RejectedRow(row.fields, row.place, rendered)
            continue
        content = digest_of(rendered)
        first = keys.first(bytes.fromhex(rendered.id), row.place, content)
        if first:
            yield _same_key(row, rendered, first, content)
        else:
            yield _same_address(source, row, rendered, addresses) or rendered


def _same_key(row: Recipient, delivery: Delivery, first: First, content: bytes) -> RejectedRow:
    """Return a row whose key has stood before, which is one message, and of which text?"""
    if first.content == content:
        code, why = "FP214", f'the key "{delivery.key}" stands twice: one key is one message'
        remedy = "remove the row: it says the same"
    else:
        code, why = "FP225", f'the key "{delivery.key}" stands twice, with two different messages'
        remedy = "remove one of the rows, or choose a key that tells the two messages apart"
    related = (Related(first.place, "the first row with this key"),)
    return RejectedRow(
        row.fields, row.place, (Problem(row.place, code, why, remedy, related=related),)
    )


def _same_address(
    source: Source, row: Recipient, delivery: Delivery, addresses: Seen
) -> RejectedRow | None:
    """Return a row whose address has stood before, where that is not wanted."""
    name = delivery.customer.name
    if source.same_address == "all" or not name:
        return None
    if delivery.channel.customer == "email":
        name = name.casefold()
    first = addresses.first(_digest(name), row.place)
    if first is None:
        return None
    leave_out = source.same_address == "first"
    problem = Problem(
        row.place,
        "FP224",
        "an earlier row has the same address" + (", so this one is left out" if leave_out else ""),
        "remove one of the rows, or allow it with recipients.same_address: all",
        Severity.WARNING if leave_out else Severity.ERROR,
        related=(Related(first.place, "the first row with this address"),),
    )
    return RejectedRow(row.fields, row.place, (problem,))


def left_out_warning(rows: Sequence[RejectedRow]) -> Problem | None:
    """Return what there is to say of rows that are left out, as one finding at the first."""
    if not rows:
        return None
    (problem,) = rows[0].problems
    count = len(rows)
    if count == 1:
        return problem
    why = f"{count:,} rows have an address that an earlier row has, and are left out; the first"
    return Problem(
        problem.span, "FP224", why, problem.remedy, Severity.WARNING, related=problem.related
    )
