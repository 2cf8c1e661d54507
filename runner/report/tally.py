"""The count of a run, which must add up: everyone who was planned is in exactly one state."""

from collections import Counter

from runner.model.exit_code import ExitCode, gravest
from runner.model.outcome import STATES


class Tally:
    """Counts outcomes by state, and the segments of what was sent."""

    def __init__(self, planned: int) -> None:
        self.planned = planned
        self.segments = 0
        self._states: Counter[str] = Counter()

    def add(self, state: str) -> None:
        """Count one recipient."""
        self._states[state] += 1

    def __getitem__(self, state: str) -> int:
        return self._states[state]

    @property
    def missing(self) -> int:
        """How many recipients have no state yet."""
        return self.planned - sum(self._states.values())

    def counts(self) -> dict[str, int]:
        """Return `planned` and every state, in the order in which they are always shown.

        Raises:
            AssertionError: the states do not add up to `planned`; a bug, never the user's fault.
        """
        if self.missing:
            raise AssertionError(f"the counts do not add up: {self.missing} of {self.planned}")
        return {"planned": self.planned, **{state: self._states[state] for state in STATES}}

    def exit_code(self, halt: ExitCode | None = None, *, stopped: bool = False) -> ExitCode:
        """Return what the run as a whole comes to.

        `stopped` says that it ended before its end, `halt` what that comes to; without it, Twilio
        could not be used.
        """
        codes = [ExitCode.DONE]
        if self["uncertain"]:
            codes.append(ExitCode.UNCERTAIN)
        if stopped:
            unusable = ExitCode.FINDINGS if self["sent"] else ExitCode.UNREACHABLE
            codes.append(unusable if halt is None else halt)
        if self["failed"] or self["rejected"] or self["expired"]:
            codes.append(ExitCode.FINDINGS)
        return gravest(*codes)
