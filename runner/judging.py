"""Who may be messaged now, as the policy decides: for a run, and for its forecast."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from runner.book.cap import CapForecast, sent_times
from runner.book.session import OpenJournal
from runner.delivery.clock import Clock
from runner.execute import Judge, let_pass
from runner.journal.key import hash_address
from runner.journal.ledger import Selection
from runner.model.playbook import Cap, DeliverySettings, Environment
from runner.policy.judge import make_judge


@dataclass(frozen=True, slots=True)
class Terms:
    """By what is decided. The run `begins` then; `redirected` goes to one's own phone."""

    settings: DeliverySettings
    environment: Environment
    begins: datetime
    scope: str
    redirected: bool

    @property
    def cap(self) -> Cap | None:
        """How many messages one recipient may get; a rehearsal to one's own phone has no cap."""
        return None if self.redirected else self.environment.policy.per_recipient


def judge_by(clock: Clock, terms: Terms) -> Judge:
    """Return the judgement by the clock on the wall, as it will be when the run begins.

    It lets a rehearsal to one's phone pass.
    """
    if terms.redirected:
        return let_pass
    now = lambda: max(clock.instant(), terms.begins)  # noqa: E731
    return make_judge(terms.settings, terms.environment, now)


def judge_ahead(clock: Clock, terms: Terms, opened: OpenJournal | None) -> Judge:
    """Return the judgement that a forecast needs: a run asks its journal about caps itself.

    Without a journal, nobody has had a message.
    """
    judge, cap = judge_by(clock, terms), terms.cap
    if cap is None:
        return judge

    def sent_at(address: str) -> Iterator[float]:
        if opened is None:
            return iter(())
        wanted = Selection(address=hash_address(opened.journal.key, address))
        return sent_times(opened.journal.list_entries(wanted), terms.scope)

    capped = CapForecast(cap, sent_at, lambda: max(clock.instant(), terms.begins).timestamp())
    return lambda delivery: judge(delivery) or capped(delivery)
