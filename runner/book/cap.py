"""How many messages a recipient has had, over all playbooks, and whether that is enough."""

from collections.abc import Callable, Iterable, Iterator

from runner.journal.entry import Entry, State
from runner.model.delivery import Delivery
from runner.model.outcome import Held
from runner.model.playbook import Cap
from runner.policy.cap import decide_cap
from runner.policy.window import HeldUntil

_COUNTED = frozenset({State.INTENT, State.DONE, State.SENT, State.UNCERTAIN})
"""Who is in one of these states has been messaged, or may have been, or is about to be."""


def sent_times(entries: Iterable[Entry], scope: str) -> Iterator[float]:
    """Yield when messages went to one address; rehearsals to one's own phone count for nobody."""
    return (each.updated_at for each in entries if each.state in _COUNTED and each.scope == scope)


def hold_by_cap(cap: Cap, sent_at: Iterable[float], now: float) -> Held | None:
    """Return that the recipient has had enough; None if one more is allowed.

    From when on there may be another is told and not waited for: it may be days away, and depends
    on what other playbooks send meanwhile.
    """
    decision = decide_cap(cap, sent_at, now)
    if not isinstance(decision, HeldUntil):
        return None
    return Held(f"{decision.reason}; the next from {decision.instant:%Y-%m-%d %H:%M} UTC")


class CapForecast:
    """Says, ahead of a run, whom the cap will hold, those counted whom the run itself will message.

    It may be asked of a delivery any number of times. What it keeps of each is two numbers.

    Args:
        cap: what the environment allows.
        sent_at: when messages went to an address before.
        now: what time it will be, in seconds since 1970.
    """

    def __init__(
        self, cap: Cap, sent_at: Callable[[str], Iterable[float]], now: Callable[[], float]
    ) -> None:
        self._cap = cap
        self._sent_at = sent_at
        self._now = now
        self._foreseen: dict[int, tuple[int, ...]] = {}

    def __call__(self, delivery: Delivery) -> Held | None:
        """Return why the delivery will be held; None if it will not."""
        address, identity = hash(delivery.customer.name), int(delivery.id, 16)
        before = self._foreseen.get(address, ())
        place = before.index(identity) if identity in before else len(before)
        now = self._now()
        held = hold_by_cap(self._cap, (*self._sent_at(delivery.customer.name), *[now] * place), now)
        if held is None and place == len(before):
            self._foreseen[address] = (*before, identity)
        return held
