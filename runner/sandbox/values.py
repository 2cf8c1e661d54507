"""What the stand-in remembers: Twilio's resources as frozen values.

A change is a new value put in the old one's place, so whoever holds one never sees it move.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ChannelStatus = str  # setup, active, failed, closed, inactive
Pair = tuple[str, str]
# The lists that may lag: endpoints by their names in `runner.sandbox.routes`.
EVIDENCE = (
    "list_tasks",
    "events",
    "list_messages",
    "list_participants",
    "participant_conversations",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """How this stand-in behaves; a new one may be put in `World.settings` at any time.

    Attributes:
        join_delay: seconds until the customer of a new interaction is a participant.
        sent_delay: seconds until a receipt says `sent`.
        delivered_delay: seconds until a receipt says `delivered`, or `failed`.
        interactions_per_second: what each endpoint of Interactions admits; 0 is no limit. Twilio's
            is 20 (https://www.twilio.com/docs/flex/developer/conversations/limits).
        evaluations_per_second: what EvaluateTaskAttributes admits; 0 is no limit. Twilio's is 3.
        actions_per_second: what is admitted of each conversation's changes, and of conversations
            created; 0 is no limit. Twilio's is 30
            (https://www.twilio.com/docs/conversations/conversations-limits).
        credentials: user to password; empty accepts every `AC…` or `SK…` with any password.
        account_sid: the account in the answers; without it the user's if it is a SID of one, else
            a made-up one.
        whatsapp_window: fail free text to WhatsApp outside 24 hours with 63016 in the receipt
            (https://www.twilio.com/docs/api/errors/63016).
        task_lists_show_attributes: Twilio's OpenAPI says that a list of Tasks has `attributes`
            null, Twilio's own code parses them from a list; true is the latter.
        evidence_lag: seconds until a list shows what was created, by the name of the list in
            `EVIDENCE`, or for all of them; what is asked for by its SID or name is there at once.
        missing: SIDs and numbers that are not there, of the things that nobody makes here:
            workspaces, workflows, queues, workers, content templates, telephone numbers.
        numbers: the telephone numbers of the account; empty is every one that is asked for.
        approvals: WhatsApp's verdict on content templates; `approved` where none is given.
        requests_kept: how many of the latest requests the ledger keeps.
        answers_kept: how many of their answers are kept whole, to be looked at in the inbox.
    """

    join_delay: float = 0.25
    sent_delay: float = 0.0
    delivered_delay: float = 2.0
    interactions_per_second: int = 0
    evaluations_per_second: int = 0
    actions_per_second: int = 0
    credentials: Mapping[str, str] = field(default_factory=dict)
    account_sid: str | None = None
    whatsapp_window: bool = True
    task_lists_show_attributes: bool = True
    evidence_lag: float | Mapping[str, float] = 0.0
    missing: frozenset[str] = frozenset()
    numbers: tuple[str, ...] = ()
    approvals: Mapping[str, str] = field(default_factory=dict)
    requests_kept: int = 100_000
    answers_kept: int = 1_000


TWILIOS_LIMITS = Settings(
    interactions_per_second=20, evaluations_per_second=3, actions_per_second=30
)


@dataclass(frozen=True, slots=True)
class Binding:
    """How a participant who is not a chat user is reached.

    See messaging_binding in
    https://www.twilio.com/docs/conversations/api/conversation-participant-resource.
    """

    type: str
    address: str
    proxy_address: str | None = None
    name: str | None = None
    level: str | None = None
    projected_address: str | None = None

    @property
    def pair(self) -> Pair | None:
        """The address pair that may be in one open conversation only; e-mail has none."""
        return None if self.proxy_address is None else (self.address, self.proxy_address)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone who is about to join: an identity, or a binding."""

    identity: str | None
    binding: Binding | None
    attributes: str = "{}"


@dataclass(frozen=True, slots=True)
class Participant:
    """https://www.twilio.com/docs/conversations/api/conversation-participant-resource."""

    sid: str
    conversation_sid: str
    identity: str | None
    binding: Binding | None
    attributes: str
    ordinal: int
    created: float
    updated: float = 0.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """One recipient's delivery receipt: https://www.twilio.com/docs/conversations/delivery-receipts.

    Its status is a matter of the clock: nothing, `sent`, and from `final_at` on `final`.
    """

    sid: str
    channel_message_sid: str
    participant_sid: str
    sent_at: float
    final_at: float
    final: str = "delivered"
    error_code: int = 0

    def status(self, now: float) -> str | None:
        """Where the message is; None is still inside Twilio."""
        if now >= self.final_at:
            return self.final
        return "sent" if now >= self.sent_at and self.final != "failed" else None


@dataclass(frozen=True, slots=True)
class Message:
    """https://www.twilio.com/docs/conversations/api/conversation-message-resource."""

    sid: str
    conversation_sid: str
    index: int
    author: str
    body: str | None
    attributes: str
    subject: str | None
    content_sid: str | None
    content_variables: str | None
    participant_sid: str | None
    created: float
    receipts: tuple[Receipt, ...] = ()
    updated: float = 0.0


@dataclass(frozen=True, slots=True)
class Conversation:
    """https://www.twilio.com/docs/conversations/api/conversation-resource."""

    sid: str
    friendly_name: str | None
    unique_name: str | None
    attributes: str
    state: str
    ordinal: int
    created: float
    updated: float


@dataclass(frozen=True, slots=True)
class Interaction:
    """https://www.twilio.com/docs/flex/developer/conversations/interactions-api/interactions."""

    sid: str
    channel_sid: str
    task_sid: str | None
    context_sid: str | None
    webhook_ttid: str | None
    created: float


@dataclass(frozen=True, slots=True)
class Channel:
    """https://www.twilio.com/docs/flex/developer/conversations/interactions-api/channels-subresource."""

    sid: str
    interaction_sid: str
    type: str
    initiated_by: str
    conversation_sid: str
    task_sids: tuple[str, ...]
    status: ChannelStatus = "setup"
    error_code: int | None = None
    error_message: str = ""


@dataclass(frozen=True, slots=True)
class Invite:
    """https://www.twilio.com/docs/flex/developer/conversations/interactions-api/invites-subresource."""

    sid: str
    channel_sid: str
    task_sid: str
    ordinal: int


@dataclass(frozen=True, slots=True)
class ChannelMember:
    """https://www.twilio.com/docs/flex/developer/conversations/interactions-api/interaction-channel-participants."""

    sid: str
    channel_sid: str
    type: str
    routing: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Transfer:
    """`from` and `to` of https://www.twilio.com/docs/flex/developer/conversations/interactions-api."""

    sid: str
    channel_sid: str
    type: str
    status: str
    sender: str | None
    receiver: str | None
    note_sid: str | None
    summary_sid: str | None
    created: float
    updated: float


@dataclass(frozen=True, slots=True)
class Task:
    """https://www.twilio.com/docs/taskrouter/api/task; `values` is what `attributes` says."""

    sid: str
    workspace_sid: str
    workflow_sid: str
    queue_sid: str
    worker_sid: str | None
    task_channel_sid: str
    task_channel_unique_name: str
    attributes: str
    values: Mapping[str, Any]
    priority: int
    timeout: int
    ordinal: int
    created: float
    updated: float
    status: str = "pending"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """A request that was received, without its credentials, and what became of it.

    `status` is 0 where it was not processed and nobody was answered; `fault` and `rule` are those
    that struck it.
    """

    method: str
    path: str
    query: str
    content_type: str
    body: bytes
    status: int
    code: int | None
    fault: str | None
    rule: str | None
    delay: float
    at: float


@dataclass(frozen=True, slots=True)
class Event:
    """https://www.twilio.com/docs/taskrouter/api/event: the Task as it was when it happened."""

    sid: str
    type: str
    task: Task
    ordinal: int
    at: float
