"""The SIDs of examples: a prefix and 32 times `X`, as Twilio's documentation writes them."""

import re

from runner.model.place import Span
from runner.model.problem import Problem, Severity

_PLACEHOLDER = re.compile(r"[A-Z]{2}X{32}")


def is_placeholder(value: object) -> bool:
    """Tell whether the value is an example's SID."""
    return isinstance(value, str) and _PLACEHOLDER.fullmatch(value) is not None


def placeholder_problem(span: Span, sid: str, severity: Severity) -> Problem:
    """Return the finding: a warning while rehearsing, an error in a live run."""
    return Problem(
        span,
        "FP402",
        f"{sid[:2]}XXXX… is a placeholder from the documentation, not a SID of your account",
        f"write the {sid[:2]}… SID that the Twilio Console shows, here or in a variable",
        severity,
    )
