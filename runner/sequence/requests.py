"""The requests of the sequences, one function each."""

import json
from urllib.parse import quote

from runner.model.delivery import Customer, Delivery
from runner.model.exchange import Bucket, Fields, Product, Request


def create_interaction(delivery: Delivery) -> Request:
    """https://www.twilio.com/docs/flex/developer/conversations/interactions-api/interactions."""
    return Request(
        "POST",
        Product.FLEX,
        "/v1/Interactions",
        form=delivery.interaction,
        bucket=Bucket.INTERACTIONS,
    )


def create_interaction_on(delivery: Delivery, conversation: str) -> Request:
    """Create the interaction on a conversation that the customer is already in.

    Channel then names the conversation and no participants.
    https://www.twilio.com/docs/flex/developer/conversations/best-practices
    """
    form = dict(delivery.interaction)
    channel = json.loads(form["Channel"])
    channel.pop("participants", None)
    channel["properties"] = {**channel.get("properties", {}), "media_channel_sid": conversation}
    form["Channel"] = json.dumps(channel, ensure_ascii=False, separators=(",", ":"))
    return Request(
        "POST",
        Product.FLEX,
        "/v1/Interactions",
        form=tuple(form.items()),
        bucket=Bucket.INTERACTIONS,
    )


def create_conversation(delivery: Delivery) -> Request:
    """https://www.twilio.com/docs/conversations/api/conversation-resource.

    The UniqueName is the delivery's id, so that a repeat is recognised (error 50353).
    """
    attributes = json.dumps({"flexplay": delivery.id}, separators=(",", ":"))
    form = (("UniqueName", delivery.id), ("Attributes", attributes))
    return Request("POST", Product.CONVERSATIONS, "/v1/Conversations", form=form)


def fetch_conversation(name: str) -> Request:
    """Fetch a conversation by its SID or UniqueName."""
    return Request("GET", Product.CONVERSATIONS, f"/v1/Conversations/{quote(name, safe='')}")


def delete_conversation(conversation: str) -> Request:
    """Delete a conversation of our own in which nothing was said."""
    return Request("DELETE", Product.CONVERSATIONS, f"/v1/Conversations/{conversation}")


def add_participant(conversation: str, customer: Customer) -> Request:
    """https://www.twilio.com/docs/conversations/api/conversation-participant-resource."""
    form = (
        ("MessagingBinding.Address", customer.address),
        ("MessagingBinding.ProxyAddress", customer.proxy_address),
    )
    path = f"/v1/Conversations/{conversation}/Participants"
    return Request("POST", Product.CONVERSATIONS, path, form=form)


def list_messages(conversation: str, page: Fields = ()) -> Request:
    """https://www.twilio.com/docs/conversations/api/conversation-message-resource."""
    query = (("Order", "desc"), ("PageSize", "100"), *page)
    path = f"/v1/Conversations/{conversation}/Messages"
    return Request("GET", Product.CONVERSATIONS, path, query=query)


def list_receipts(conversation: str, message: str) -> Request:
    """https://www.twilio.com/docs/conversations/delivery-receipts."""
    path = f"/v1/Conversations/{conversation}/Messages/{message}/Receipts"
    return Request("GET", Product.CONVERSATIONS, path, query=(("PageSize", "50"),))


def find_tasks(delivery: Delivery, page: Fields = ()) -> Request:
    """Find the tasks that carry the delivery's id; at most three such reads a second.

    https://www.twilio.com/docs/taskrouter/expression-syntax
    """
    query = (
        ("EvaluateTaskAttributes", f'flexplay == "{delivery.id}"'),
        ("PageSize", "50"),
        *page,
    )
    path = f"/v1/Workspaces/{delivery.workspace_sid}/Tasks"
    return Request("GET", Product.TASKROUTER, path, query=query, bucket=Bucket.EVALUATIONS)


def list_events(delivery: Delivery, window: tuple[str, str], page: Fields = ()) -> Request:
    """https://www.twilio.com/docs/taskrouter/api/event."""
    query = (
        ("EventType", "task.created"),
        ("StartDate", window[0]),
        ("EndDate", window[1]),
        ("PageSize", "1000"),
        *page,
    )
    path = f"/v1/Workspaces/{delivery.workspace_sid}/Events"
    return Request("GET", Product.TASKROUTER, path, query=query)


def create_message(conversation: str, delivery: Delivery) -> Request:
    """https://www.twilio.com/docs/conversations/api/conversation-message-resource."""
    path = f"/v1/Conversations/{conversation}/Messages"
    return Request("POST", Product.CONVERSATIONS, path, form=delivery.message)


def find_conversations(customer: Customer, page: Fields = ()) -> Request:
    """https://www.twilio.com/docs/conversations/api/participant-conversation-resource."""
    query = (("Address", customer.address), ("PageSize", "50"), *page)
    return Request("GET", Product.CONVERSATIONS, "/v1/ParticipantConversations", query=query)


def list_participants(conversation: str) -> Request:
    """https://www.twilio.com/docs/conversations/api/conversation-participant-resource."""
    path = f"/v1/Conversations/{conversation}/Participants"
    return Request("GET", Product.CONVERSATIONS, path, query=(("PageSize", "50"),))


def fetch_task(workspace: str, task: str) -> Request:
    """https://www.twilio.com/docs/taskrouter/api/task."""
    return Request("GET", Product.TASKROUTER, f"/v1/Workspaces/{workspace}/Tasks/{task}")


def close_channel(interaction: str, channel: str) -> Request:
    """Close an interaction's channel, its tasks and its conversation.

    https://www.twilio.com/docs/flex/developer/conversations/interactions-api/channels-subresource
    """
    path = f"/v1/Interactions/{interaction}/Channels/{channel}"
    form = (("Status", "closed"), ("Routing", '{"status":"closed"}'))
    return Request("POST", Product.FLEX, path, form=form)
