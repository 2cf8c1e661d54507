"""Whether somebody can have the addresses of a rendered delivery, and whether it is likely."""

import json
from collections.abc import Iterator

from runner.model.delivery import Delivery
from runner.model.document import node_at
from runner.model.mask import mask_address
from runner.model.place import Span
from runner.model.playbook import Playbook
from runner.model.problem import Problem, Related, Severity
from runner.model.recipient import Recipient
from runner.render.address import normalise_phone

_SHOWN = 3


class AddressCheck:
    """Looks at every customer's address; unlikely numbers are counted and told as one warning."""

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook
        self._unlikely = 0
        self._first = ""
        self._rows: list[Related] = []

    def problems(
        self, delivery: Delivery, recipient: Recipient, *, likely: bool
    ) -> tuple[Problem, ...]:
        """Return the addresses that nobody can have. With `likely`, odd numbers are noted, too."""
        found = []
        for index, address in _addresses(delivery):
            why = self._why_impossible(delivery, address)
            if why:
                found.append(self._impossible(index, address, why, recipient))
            elif likely and delivery.channel.phone:
                self._note(address, recipient)
        return tuple(found)

    @property
    def warning(self) -> Problem | None:
        """What there is to say of numbers that are probably wrong."""
        if not self._unlikely:
            return None
        count = "1 number is" if self._unlikely == 1 else f"{self._unlikely:,} numbers are"
        more = "" if self._unlikely == 1 else ", the first is"
        return Problem(
            self._span(0),
            "FP223",
            f"{count} of a kind that is not given out in its country{more} {self._first}",
            "look for a wrong or missing digit; they are sent to all the same",
            Severity.WARNING,
            related=tuple(self._rows),
        )

    def _why_impossible(self, delivery: Delivery, address: str) -> str:
        if delivery.channel.customer == "email":
            from runner.render.mail_addresses import why_no_address  # noqa: PLC0415 - heavy

            return why_no_address(address)
        from runner.render.phone_numbers import why_impossible  # noqa: PLC0415 - heavy

        return why_impossible(address)

    def _impossible(self, index: int, address: str, why: str, recipient: Recipient) -> Problem:
        cell = _cell_of(address, recipient, self._region)
        related = () if recipient.place == self._playbook.root.span else (cell,)
        what = "an e-mail address" if "@" in address else "a number"
        return Problem(
            self._span(index),
            "FP222",
            f"{mask_address(address)} is not {what} that anybody can have: {why}",
            "correct it where it comes from",
            related=related,
        )

    def _note(self, address: str, recipient: Recipient) -> None:
        from runner.render.phone_numbers import is_likely  # noqa: PLC0415 - heavy

        if is_likely(address):
            return
        self._unlikely += 1
        self._first = self._first or mask_address(address)
        if len(self._rows) < _SHOWN and recipient.place != self._playbook.root.span:
            self._rows.append(_cell_of(address, recipient, self._region))

    @property
    def _region(self) -> str:
        return self._playbook.recipients.default_region if self._playbook.recipients else ""

    def _span(self, index: int) -> Span:
        return node_at(self._playbook.root, ("participants", index, "address")).span


def _addresses(delivery: Delivery) -> Iterator[tuple[int, str]]:
    """Yield the customers' addresses that can be judged, numbers without their prefix."""
    channel = delivery.channel
    if not channel.phone and channel.customer != "email":
        return
    form = json.loads(dict(delivery.interaction)["Channel"])
    for index, participant in enumerate(form["participants"]):
        address = participant.get("address")
        if isinstance(address, str):
            yield index, address.removeprefix(channel.prefix) if channel.phone else address


def _cell_of(address: str, recipient: Recipient, region: str) -> Related:
    """Return the cell that holds the address, or the row."""
    for name, value in recipient.fields.items():
        if isinstance(value, str) and name in recipient.cells:
            bare = normalise_phone(value, region).rpartition(":")[2]
            if address in (value.strip(), bare):
                return Related(recipient.cells[name], "for this recipient")
    return Related(recipient.place, "for this recipient")
