"""Which people a request is about: for rules that strike one of them."""

from collections.abc import Iterator

from runner.sandbox.answers import TwilioError, parsed_json
from runner.sandbox.call import Fields, Request
from runner.sandbox.conversations import find_conversation
from runner.sandbox.state import World

_FIELDS = ("Address", "MessagingBinding.Address", "To", "PhoneNumber")


def addresses_of(world: World, request: Request, names: tuple[str, ...]) -> set[str]:
    """The addresses in the query and the form, and those in the conversation of the path."""
    return {*_named(request), *_present(world, request, names)}


def _named(request: Request) -> Iterator[str]:
    for encoded in (request.query, request.body.decode("ascii", "replace")):
        try:
            fields = Fields(encoded)
        except TwilioError:
            continue
        for name in _FIELDS:
            yield from fields.every(name)
        for channel in fields.every("Channel"):
            yield from _invited(channel)


def _invited(channel: str) -> Iterator[str]:
    """The addresses of an interaction's participants."""
    try:
        participants = parsed_json(channel)["participants"]
        yield from (str(participant["address"]) for participant in participants)
    except (ValueError, TypeError, KeyError):
        return


def _present(world: World, request: Request, names: tuple[str, ...]) -> Iterator[str]:
    """The addresses of those who are in the conversation, or about to be."""
    records = world.records
    name = names[0] if names else ""
    if request.path.startswith("/v1/Interactions/"):
        interaction = records.interactions.get(name)
        channel = records.channels[interaction.channel_sid] if interaction else None
        name = channel.conversation_sid if channel else ""
    conversation = find_conversation(world, name)
    members = records.participants[conversation.sid] if conversation else {}
    for member in members.values():
        if member.binding is not None:
            yield member.binding.address
