"""Why something cannot be: a reason and what to do about it, both for people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Objection:
    """A decision that could not be made, or was made against sending.

    `standing` says that it is a matter of the environment, whatever is to be sent.
    """

    why: str
    remedy: str
    standing: bool = False
