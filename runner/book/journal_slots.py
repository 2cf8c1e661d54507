"""The pace of an account, shared by every process that shares the journal."""

from runner.journal.group_commit import Journal
from runner.model.exchange import Bucket


class JournalSlots:
    """Slots that the journal hands out."""

    def __init__(self, journal: Journal, scope: str, account: str) -> None:
        self._journal = journal
        self._prefix = f"{scope} {account}"

    async def reserve(self, bucket: Bucket, interval: float) -> float:
        """Return in how many seconds the next request may leave."""
        return (await self._journal.reserve(f"{self._prefix} {bucket}", interval))[0]

    async def delay(self, bucket: Bucket, wait: float) -> None:
        """Hand out no slot for so many seconds."""
        await self._journal.delay(f"{self._prefix} {bucket}", wait)
