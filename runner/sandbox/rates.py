"""How many requests a second are admitted, where the settings say so: 429 above, and nothing done.

https://www.twilio.com/docs/flex/developer/conversations/limits: of Interactions, each endpoint.
https://www.twilio.com/docs/conversations/conversations-limits: of Conversations, what changes
something: of each conversation, and of making and deleting them. Reading is free.
"""

from runner.sandbox.answers import TwilioError
from runner.sandbox.call import Call
from runner.sandbox.conversations import find_conversation


def refuse_excess(call: Call, endpoint: str) -> None:
    """Count a request.

    Raises:
        TwilioError: 429 with 20429.
    """
    path, settings = call.request.path, call.world.settings
    if path.startswith("/v1/Interactions"):
        admitted = call.world.admit(endpoint, settings.interactions_per_second)
    elif path.startswith("/v1/Conversations") and call.request.method != "GET":
        admitted = call.world.admit(_what_changes(call), settings.actions_per_second)
    else:
        return
    if not admitted:
        raise TwilioError(429, 20429, "Too Many Requests")


def _what_changes(call: Call) -> str:
    """The conversation whose parts change, or conversations as such."""
    whole = not call.path or (call.request.method == "DELETE" and len(call.path) == 1)
    conversation = None if whole else find_conversation(call.world, call.path[0])
    return conversation.sid if conversation else "conversations"
