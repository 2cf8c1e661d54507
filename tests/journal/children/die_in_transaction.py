"""Dies in the middle of a transaction, after it has written."""

import os
import signal
import sys

from runner.journal.connect import find_key, open_store, parse_location
from runner.journal.key import fingerprint
from runner.journal.ledger import RunRow, Transaction
from runner.journal.migrations import Demand

location = parse_location(sys.argv[1])
store = open_store(location, Demand(fingerprint(find_key(location, create=False))))


def work(transaction: Transaction) -> None:
    """Write, then die."""
    transaction.put_run(RunRow("half", "twilio", "AC1", "reminder", "", "{}", 1, 0.0, 0.0))
    os.kill(os.getpid(), signal.SIGKILL)


store.write(work)
