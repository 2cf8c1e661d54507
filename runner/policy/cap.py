"""How many messages one recipient may get within a time, over all playbooks."""

from collections.abc import Iterable
from datetime import UTC, datetime

from runner.model.playbook import Cap
from runner.policy.window import OPEN, Decision, HeldUntil


def decide_cap(cap: Cap, sent_at: Iterable[float], now: float) -> Decision:
    """Return whether one more message is allowed, or from when.

    Args:
        cap: what the environment allows.
        sent_at: when the recipient was messaged, in seconds since 1970.
        now: on the same clock.
    """
    recent = sorted(at for at in sent_at if at > now - cap.seconds)
    if len(recent) < cap.count:
        return OPEN
    free = datetime.fromtimestamp(recent[-cap.count] + cap.seconds, UTC)
    had = "1 message" if len(recent) == 1 else f"{len(recent)} messages"
    allowed = "1 is" if cap.count == 1 else f"{cap.count} are"
    return HeldUntil(free, f"had {had} within {_say(cap.seconds)}, and {allowed} allowed")


def _say(seconds: float) -> str:
    days, rest = divmod(int(seconds), 86_400)
    number, unit = (days, "day") if not rest else (int(seconds) // 3600, "hour")
    return f"{number} {unit}{'' if number == 1 else 's'}"
