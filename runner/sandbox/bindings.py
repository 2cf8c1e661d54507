"""Address formats, and who is in which conversation.

"This number pair binding may only exist in one non-closed (either 'active' or 'inactive')
conversation": https://www.twilio.com/docs/flex/developer/conversations/best-practices
"""

import re
from dataclasses import replace

from runner.sandbox.state import World
from runner.sandbox.values import Binding, Candidate, Conversation, Participant

_E164 = re.compile(r"\+[1-9]\d{1,14}", re.ASCII)
PREFIXES = {"whatsapp": "whatsapp:", "messenger": "messenger:"}


class PairTakenError(Exception):
    """The address pair is in an open conversation already."""

    def __init__(self, conversation_sid: str) -> None:
        super().__init__(conversation_sid)
        self.conversation_sid = conversation_sid


class IdentityTakenError(Exception):
    """The identity is a participant of this conversation already."""


def type_of_address(address: str) -> str:
    """The channel that an address belongs to, by its prefix."""
    for kind, prefix in PREFIXES.items():
        if address.startswith(prefix):
            return kind
    return "sms"


def is_address(kind: str, address: str) -> bool:
    """Whether an address has the form its channel asks for: E.164 for SMS and WhatsApp."""
    prefix = PREFIXES.get(kind, "")
    bare = address.removeprefix(prefix)
    if not (bare and address.startswith(prefix) and len(address) <= 256):
        return False
    return kind not in {"sms", "whatsapp"} or _E164.fullmatch(bare) is not None


def join(world: World, conversation_sid: str, candidate: Candidate) -> Participant:
    """Make someone a participant of an open conversation.

    Raises:
        PairTakenError: the pair is in an open conversation, this one or another.
        IdentityTakenError: the identity is in this conversation.
    """
    records = world.records
    members = records.participants[conversation_sid]
    pair = candidate.binding and candidate.binding.pair
    if pair and pair in records.pairs:
        raise PairTakenError(records.pairs[pair])
    if candidate.identity and any(m.identity == candidate.identity for m in members.values()):
        raise IdentityTakenError
    participant = Participant(
        sid=world.sid("MB"),
        conversation_sid=conversation_sid,
        identity=candidate.identity,
        binding=candidate.binding,
        attributes=candidate.attributes,
        ordinal=world.ordinal(),
        created=world.now,
    )
    members[participant.sid] = participant
    if pair:
        records.pairs[pair] = conversation_sid
    records.who.setdefault(_who(participant), {})[participant.sid] = participant
    return participant


def put_member(world: World, changed: Participant) -> None:
    """Put a participant's new value in the place of the old one; who they are is the same."""
    world.records.participants[changed.conversation_sid][changed.sid] = changed
    world.records.who[_who(changed)][changed.sid] = changed


def leave(world: World, participant: Participant) -> None:
    """Take a participant out; the pair is free again."""
    del world.records.participants[participant.conversation_sid][participant.sid]
    world.records.who[_who(participant)].pop(participant.sid, None)
    _free(world, participant.conversation_sid, participant.binding)


def change_state(world: World, conversation: Conversation, state: str) -> Conversation:
    """Put a conversation into another state; `closed` is final and frees its pairs."""
    changed = replace(conversation, state=state, updated=world.now)
    world.records.conversations[conversation.sid] = changed
    if state == "closed":
        for participant in world.records.participants[conversation.sid].values():
            _free(world, conversation.sid, participant.binding)
    return changed


def forget(world: World, conversation: Conversation) -> None:
    """Let no look-up find a conversation's participants any more; its pairs are free."""
    for participant in world.records.participants[conversation.sid].values():
        _free(world, conversation.sid, participant.binding)
        world.records.who[_who(participant)].pop(participant.sid, None)


def _who(participant: Participant) -> tuple[str, str]:
    if participant.binding is not None:
        return ("address", participant.binding.address)
    return ("identity", participant.identity or "")


def _free(world: World, conversation_sid: str, binding: Binding | None) -> None:
    pairs = world.records.pairs
    pair = binding and binding.pair
    if pair and pairs.get(pair) == conversation_sid:
        del pairs[pair]
