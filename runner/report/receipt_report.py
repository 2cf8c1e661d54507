"""What became of sent messages on their way, as text and as data."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runner.policy.suppression import OPTED_OUT

# https://www.twilio.com/docs/api/errors
_MEANINGS = {
    21211: "no valid number",
    21610: "opted out",
    21612: "this sender cannot reach this number",
    21614: "no mobile number",
    30003: "handset cannot be reached",
    30004: "blocked",
    30005: "unknown number",
    30006: "landline",
    30007: "filtered by the carrier",
    30008: "unknown error",
    30034: "the sender is not registered",
    30410: "the carrier did not answer in time",
    63014: "opted out, or has blocked the sender",
    63016: "outside WhatsApp's 24 hours, and no template",
}
_SAID = {"waiting": "still at Twilio", "unreadable": "cannot be read"}
_BAD = ("failed", "undelivered")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of one message that was sent; `code` is Twilio's, 0 without an error."""

    key: str
    address: str
    row: str
    status: str
    code: int = 0


class Arrivals:
    """Counts messages by what became of them, and keeps those that did not arrive.

    `suppressed` is how many recipients were put on the suppression list for it.
    """

    def __init__(self) -> None:
        self.suppressed = 0
        self.counts: Counter[str] = Counter()
        self.errors: Counter[int] = Counter()
        self.lost: list[Arrival] = []

    def add(self, arrival: Arrival) -> None:
        """Count a message."""
        self.counts[arrival.status] += 1
        if arrival.status in _BAD:
            self.errors[arrival.code] += 1
            self.lost.append(arrival)

    def document(self) -> dict[str, Any]:
        """Return what `status --refresh --format json` prints under `receipts`."""
        return {
            "counts": dict(sorted(self.counts.items())),
            "errors": [
                {"code": code, "meaning": _MEANINGS.get(code, ""), "count": count}
                for code, count in sorted(self.errors.items())
            ],
            "undelivered": [
                {"key": each.key, "address": each.address, "row": each.row, "code": each.code}
                for each in self.lost
            ],
            "suppressed": self.suppressed,
        }

    def lines(self) -> Iterator[str]:
        """Yield who did not get the message, and the count."""
        for each in self.lost:
            yield f"{'LOST':<10} {each.row}  {each.address}  {say_code(each.code)}"
        gone = sum(count for code, count in self.errors.items() if code in OPTED_OUT)
        if gone:
            new = f"{self.suppressed:,} new on the suppression list"
            yield f"{gone:,} opted out: no run will message them any more ({new})"
        said = ", ".join(
            f"{count:,} {_SAID.get(status, status)}" for status, count in self.counts.most_common()
        )
        yield f"Receipts: {said or 'nothing was sent'}"


def say_code(code: int) -> str:
    """Return an error code with what it means, or where that is told."""
    if not code:
        return "no reason given"
    return f"{code} {_MEANINGS.get(code, f'https://www.twilio.com/docs/api/errors/{code}')}"
