"""A null is never a word: nobody shall be greeted as "None"."""

from typing import Any


class NullValue(Exception):
    """A null would stand in a text."""


def refuse_null(value: Any) -> Any:
    """Return what a template writes into a text.

    Raises:
        NullValue: it is null.
    """
    if value is None:
        raise NullValue
    return value
