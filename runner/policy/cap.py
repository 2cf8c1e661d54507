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
    why = f"had {len(recent)} messages within {_say(cap.seconds)}, and {cap.count} are allowed"
    return HeldUntil(free, why)


def _say(seconds: float) -> str:
    days, rest = divmod(int(seconds), 86_400)
    return f"{days} days" if not rest else f"{int(seconds) // 3600} hours"
