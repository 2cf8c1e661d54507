"""How much of real recipients a preview shows; invented ones are shown as they are."""

from dataclasses import dataclass, replace
from typing import TypeAlias

from runner.model.exchange import Fields, Request
from runner.model.mask import mask_address, mask_text
from runner.model.preview import Addressee, Agent, Person, Sender

HIDDEN = "‹…›"
Requests: TypeAlias = tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Privacy:
    """What may be seen.

    Without `values`, what comes from a recipient's row is left out; without `addresses`, addresses
    are masked.
    """

    values: bool = True
    addresses: bool = True


OPEN = Privacy()


def show_sender(sender: Sender, privacy: Privacy) -> Sender:
    """Return the sender as it may be seen: a mail's may come from the recipient's row."""
    if privacy.values or not sender.address:
        return sender
    return Sender(address=mask_address(sender.address))


def show_person(person: Person, privacy: Privacy) -> Person:
    """Return the recipient as they may be seen."""
    if privacy.addresses and privacy.values:
        return person
    customer = replace(
        person.customer,
        address=_masked(person.customer.address),
        identity=_masked(person.customer.identity),
    )
    shown = tuple(_show_addressee(each, privacy) for each in person.addressees)
    return replace(person, customer=customer, addressees=shown)


def show_agent(agent: Agent, privacy: Privacy) -> Agent:
    """Return the agent's side as it may be seen; where values may not be, it is an outline."""
    if privacy.addresses or not privacy.values:
        return agent
    return replace(agent, attributes={k: mask_text(v) for k, v in agent.attributes.items()})


def show_requests(requests: Requests, privacy: Privacy) -> Requests:
    """Return the requests as they may be seen; none where values may not be: they are made of them.

    Of texts and SIDs everything is shown, of addresses a tail unless they may be seen.
    """
    if not privacy.values:
        return ()
    if privacy.addresses:
        return requests
    return tuple(
        replace(request, query=_mask_fields(request.query), form=_mask_fields(request.form))
        for request in requests
    )


def _show_addressee(given: Addressee, privacy: Privacy) -> Addressee:
    name = given.name if privacy.values or not given.name else HIDDEN
    return replace(given, address=_masked(given.address), name=name)


def _masked(address: str) -> str:
    return mask_address(address) if address else ""


def _mask_fields(fields: Fields) -> Fields:
    return tuple((name, value if name == "Body" else mask_text(value)) for name, value in fields)
