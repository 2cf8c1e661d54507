"""What is told to those who operate flexplay, event by event."""

from typing import Literal, Protocol

Level = Literal["info", "warning", "error"]


class Log(Protocol):
    """Takes events: names and plain values, never an address, a text or a credential."""

    def __call__(self, event: str, /, level: Level = "info", **about: object) -> None:
        """Take one event."""
        ...


def no_log(event: str, /, level: Level = "info", **about: object) -> None:
    """Take an event and keep nothing of it."""
    del event, level, about
