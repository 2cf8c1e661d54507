"""A value that cannot be printed by accident."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """Holds a password or token; `reveal` is the one way to it, and easy to search for."""

    _value: str

    def reveal(self) -> str:
        """Return the secret itself, for the header that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('***')"

    __str__ = __repr__
