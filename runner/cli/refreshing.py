"""`flexplay status --refresh`: the delivery receipts of a run's messages, read from Twilio."""

import asyncio
import os
import time
from collections.abc import Iterator, Mapping

from runner.book.session import OpenJournal
from runner.cli.log_choice import current_log
from runner.credentials import read_credentials
from runner.delivery.clock import SystemClock
from runner.delivery.receipts import Receipt, read_receipts
from runner.delivery.transport import HttpTransport, Transport
from runner.journal.entry import Entry, State
from runner.journal.group_commit import Journal
from runner.journal.ledger import Selection, Suppression
from runner.model.errors import Refused, Unreachable
from runner.model.mask import mask_sid
from runner.model.outcome import Sids
from runner.policy.suppression import OPTED_OUT, word_opt_out
from runner.report.receipt_report import Arrival, Arrivals
from runner.report.run_record import RunRecord

_TIMEOUT = 30.0


def read_arrivals(opened: OpenJournal, record: RunRecord) -> Arrivals:
    """Return what Twilio says became of every message that the run sent.

    Whoever has opted out, as a receipt says, is put on the suppression list.

    Raises:
        Refused: the credentials are of another account.
        Unreachable: Twilio does not answer, or does not accept the credentials.
    """
    credentials = read_credentials(os.environ)
    if credentials.account != record.account:
        raise Refused(
            f"run {record.run} is of the account {mask_sid(record.account)}, but the credentials "
            f"are of {mask_sid(credentials.account)}",
            "use the credentials of the run's account",
        )
    clock = SystemClock()

    def open_transport() -> Transport:
        base_url = record.origin or None
        secret = credentials.password
        return HttpTransport(credentials.username, secret, base_url, _TIMEOUT, clock.monotonic)

    entries = {
        entry.sids: entry
        for entry in _sent(opened, record.run)
        if entry.sids.conversation and entry.sids.message
    }
    arrivals = Arrivals()
    opted_out: dict[str, Suppression] = {}

    def add(sids: Sids, receipt: Receipt) -> None:
        entry = entries[sids]
        arrivals.add(Arrival(entry.key, entry.tail, entry.row, receipt.status, receipt.code))
        if receipt.code in OPTED_OUT:
            said = word_opt_out(record.run, receipt.code)
            opted_out[entry.address] = Suppression(entry.address, entry.tail, said, time.time())

    try:
        asyncio.run(read_receipts(iter(entries), open_transport, clock, add, current_log()))
    except ExceptionGroup as several:
        fault = next((each for each in several.exceptions if isinstance(each, Unreachable)), None)
        if fault is None:
            raise
        raise fault from several
    finally:
        arrivals.suppressed = _suppress(opted_out, opened.journal)
    return arrivals


def _suppress(opted_out: Mapping[str, Suppression], journal: Journal) -> int:
    """Put those on the list who are not there yet, and return how many; who is keeps their date."""
    known = {each.address for each in journal.list_suppressions()} if opted_out else set()
    new = [each for each in opted_out.values() if each.address not in known]
    if new:
        asyncio.run(journal.suppress(new))
    return len(new)


def _sent(opened: OpenJournal, run: str) -> Iterator[Entry]:
    return opened.journal.list_entries(Selection(run=run, states=(State.SENT,)))
