"""`flexplay status --refresh`: the delivery receipts of a run's messages, read from Twilio."""

import asyncio
import os
from collections.abc import Iterator

from runner.book.session import OpenJournal
from runner.credentials import read_credentials
from runner.delivery.clock import SystemClock
from runner.delivery.receipts import Receipt, read_receipts
from runner.delivery.transport import HttpTransport, Transport
from runner.journal.entry import Entry, State
from runner.journal.ledger import Selection
from runner.model.errors import Refused, Unreachable
from runner.model.mask import mask_sid
from runner.model.outcome import Sids
from runner.report.receipt_report import Arrival, Arrivals
from runner.report.run_record import RunRecord

_TIMEOUT = 30.0


def read_arrivals(opened: OpenJournal, record: RunRecord) -> Arrivals:
    """Return what Twilio says became of every message that the run sent.

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

    def add(sids: Sids, receipt: Receipt) -> None:
        entry = entries[sids]
        arrivals.add(Arrival(entry.key, entry.tail, entry.row, receipt.status, receipt.code))

    try:
        asyncio.run(read_receipts(iter(entries), open_transport, clock, add))
    except ExceptionGroup as several:
        fault = next((each for each in several.exceptions if isinstance(each, Unreachable)), None)
        if fault is None:
            raise
        raise fault from several
    return arrivals


def _sent(opened: OpenJournal, run: str) -> Iterator[Entry]:
    return opened.journal.list_entries(Selection(run=run, states=(State.SENT,)))
