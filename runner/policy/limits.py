"""What one run may do as a whole: how many people, segments and tasks, from which senders, to whom.

A `Census` counts deliveries as they are checked; `refuse_run` says what stands in the way, and
`warn_run` what somebody should know.
"""

import json
from collections import Counter
from collections.abc import Iterator

from runner.model.delivery import Delivery
from runner.model.mask import mask_address, mask_sid
from runner.model.place import Span
from runner.model.playbook import Environment
from runner.policy.objection import Objection
from runner.sms.message_segments import delivery_segments

MANY_TASKS = 20
"""More tasks than so many for one worker in one run are worth a word."""


class Census:
    """Counts of a run's deliveries; of each sender and address that may not be, the first row."""

    def __init__(self, environment: Environment, limit: int | None = None) -> None:
        self._senders = frozenset(map(_bare, environment.senders))
        self._allowed = None if environment.live else frozenset(map(_bare, environment.allow))
        self._limit = limit
        self.people = 0
        self.segments = 0
        self.tasks: Counter[str] = Counter()
        self.wrong_senders: dict[str, Span] = {}
        self.strangers = 0
        self.first_stranger: Delivery | None = None

    def add(self, delivery: Delivery) -> None:
        """Count a delivery, unless the run ends before it."""
        if self._limit is not None and self.people >= self._limit:
            return
        self.people += 1
        self.segments += delivery_segments(delivery)
        form = dict(delivery.interaction)
        worker = _worker(form)
        if worker:
            self.tasks[worker] += 1
        sender = delivery.customer.proxy_address or _email_sender(form)
        if self._senders and sender and _bare(sender) not in self._senders:
            self.wrong_senders.setdefault(sender, delivery.place)
        if self._allowed is not None and _bare(delivery.customer.name) not in self._allowed:
            self.strangers += 1
            self.first_stranger = self.first_stranger or delivery


def redirect_of(wished: str | None, environment: Environment) -> str | None:
    """Return where everything goes instead of to the customers; None if it goes to them."""
    if wished or environment.live:
        return wished
    return environment.redirect_to or None


def refuse_run(
    census: Census, environment: Environment, *, real: bool, redirected: bool
) -> Objection | None:
    """Return why nothing of the run may be sent; None if it may.

    Args:
        census: what would be sent.
        environment: whose policy counts.
        real: whether real people can be reached: not those of a sandbox on this machine.
        redirected: whether everything goes to one's own phone.
    """
    for sender, place in census.wrong_senders.items():
        allowed = ", ".join(environment.senders)
        return Objection(
            f"{environment.name} may not send from {sender} ({place.file}:{place.line})",
            f"it may send from {allowed}; add the sender to senders of {environment.name}",
        )
    if real and not redirected and census.first_stranger:
        return _refuse_strangers(census, census.first_stranger, environment)
    return next(_exceeded(census, environment), None)


def _refuse_strangers(census: Census, first: Delivery, environment: Environment) -> Objection:
    name, place = environment.name, first.place
    if not environment.allow:
        return Objection(
            f"{name} is not live, so it may not reach real people",
            f"set live: true, allow or redirect_to for {name}, or use --redirect-to or --sandbox",
            standing=True,
        )
    address = mask_address(first.customer.name)
    return Objection(
        f"{name} is not live, and {census.strangers:,} of {census.people:,} recipients are not on "
        f"its allow list, first {address} ({place.file}:{place.line})",
        f"take them out, add them to allow of {name}, or use --redirect-to",
    )


def _exceeded(census: Census, environment: Environment) -> Iterator[Objection]:
    policy, name = environment.policy, environment.name
    limits = (
        ("max_recipients", policy.max_recipients, census.people, "people would be messaged"),
        (
            "max_segments_total",
            policy.max_segments_total,
            census.segments,
            "segments would be sent",
        ),
    )
    for option, most, count, what in limits:
        if most is not None and count > most:
            why = f"{count:,} {what}, and {name} allows {most:,}"
            yield Objection(why, f"send fewer with --limit {most}, or raise policy.{option}")
    most = policy.max_tasks_per_worker
    for worker, count in census.tasks.most_common(1):
        if most is not None and count > most:
            why = f"worker {mask_sid(worker)} would get {count:,} tasks, and {name} allows {most:,}"
            yield Objection(why, "share them among workers, or raise policy.max_tasks_per_worker")


def warn_run(census: Census) -> tuple[str, ...]:
    """Return what a person should know before the run: workers who would get many tasks."""
    return tuple(
        f"worker {mask_sid(worker)} would get {count:,} tasks (why that is a lot: "
        "flexplay explain FP412)"
        for worker, count in census.tasks.most_common()
        if count > MANY_TASKS
    )


def _worker(form: dict[str, str]) -> str:
    routing = form.get("Routing")
    return str(json.loads(routing)["properties"].get("worker_sid", "")) if routing else ""


def _email_sender(form: dict[str, str]) -> str:
    return str(json.loads(form["Channel"])["properties"].get("from", "")) if form else ""


def _bare(address: str) -> str:
    """Return the address as it is compared: a list may leave out `whatsapp:` and write blanks."""
    bare = (
        address.rpartition(":")[2] if address.startswith(("whatsapp:", "messenger:")) else address
    )
    kept = "".join(char for char in bare if char not in " -.()[]") if bare[:1] in "+(" else bare
    return kept.casefold()
