"""The paths that are served, and the names of what they lead to.

The names are those that fault rules use: the function's, or a shorter one. A `*` in a path stands
for one part of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import unquote

from runner.sandbox.accounts import fetch_account, fetch_phone_number, list_phone_numbers
from runner.sandbox.answers import Answer, TwilioError, not_found
from runner.sandbox.call import Call
from runner.sandbox.contents import (
    fetch_approval,
    fetch_content,
    list_contents,
    list_contents_and_approvals,
)
from runner.sandbox.conversations import (
    create_conversation,
    delete_conversation,
    fetch_conversation,
    list_conversations,
    list_participant_conversations,
    update_conversation,
)
from runner.sandbox.interactions import (
    create_interaction,
    fetch_channel,
    fetch_interaction,
    list_channels,
    update_channel,
    update_interaction,
)
from runner.sandbox.invites import (
    add_channel_participant,
    create_invite,
    list_channel_participants,
    list_invites,
    update_channel_participant,
)
from runner.sandbox.messages import (
    create_message,
    delete_message,
    fetch_message,
    fetch_receipt,
    list_messages,
    list_receipts,
    update_message,
)
from runner.sandbox.participants import (
    create_participant,
    delete_participant,
    fetch_participant,
    list_participants,
    update_participant,
)
from runner.sandbox.statistics import (
    task_queue_statistics,
    workers_statistics,
    workflow_statistics,
    workspace_statistics,
)
from runner.sandbox.task_channels import (
    fetch_task_channel,
    fetch_worker_channel,
    list_task_channels,
    list_worker_channels,
)
from runner.sandbox.taskrouter import fetch_event, fetch_task, list_events, list_tasks
from runner.sandbox.transfers import create_transfer, fetch_transfer, update_transfer
from runner.sandbox.workspaces import (
    fetch_activity,
    fetch_task_queue,
    fetch_worker,
    fetch_workflow,
    fetch_workspace,
    list_activities,
    list_task_queues,
    list_workers,
    list_workflows,
    list_workspaces,
)

Endpoint: TypeAlias = Callable[[Call], Answer]
Methods: TypeAlias = dict[str, Endpoint]
Routes: TypeAlias = dict[str, Methods]

_CONVERSATION = "/v1/Conversations/*"
_CHANNEL = "/v1/Interactions/*/Channels/*"
_WORKSPACE = "/v1/Workspaces/*"
_ACCOUNT = "/2010-04-01/Accounts/*"
ROUTES: Routes = {
    "/v1/Interactions": {"POST": create_interaction},
    "/v1/Interactions/*": {"GET": fetch_interaction, "POST": update_interaction},
    "/v1/Interactions/*/Channels": {"GET": list_channels},
    _CHANNEL: {"GET": fetch_channel, "POST": update_channel},
    f"{_CHANNEL}/Invites": {"GET": list_invites, "POST": create_invite},
    f"{_CHANNEL}/Participants": {
        "GET": list_channel_participants,
        "POST": add_channel_participant,
    },
    f"{_CHANNEL}/Participants/*": {"POST": update_channel_participant},
    f"{_CHANNEL}/Transfers": {"POST": create_transfer},
    f"{_CHANNEL}/Transfers/*": {"GET": fetch_transfer, "POST": update_transfer},
    "/v1/Conversations": {"GET": list_conversations, "POST": create_conversation},
    _CONVERSATION: {
        "GET": fetch_conversation,
        "POST": update_conversation,
        "DELETE": delete_conversation,
    },
    f"{_CONVERSATION}/Participants": {"GET": list_participants, "POST": create_participant},
    f"{_CONVERSATION}/Participants/*": {
        "GET": fetch_participant,
        "POST": update_participant,
        "DELETE": delete_participant,
    },
    f"{_CONVERSATION}/Messages": {"GET": list_messages, "POST": create_message},
    f"{_CONVERSATION}/Messages/*": {
        "GET": fetch_message,
        "POST": update_message,
        "DELETE": delete_message,
    },
    f"{_CONVERSATION}/Messages/*/Receipts": {"GET": list_receipts},
    f"{_CONVERSATION}/Messages/*/Receipts/*": {"GET": fetch_receipt},
    "/v1/ParticipantConversations": {"GET": list_participant_conversations},
    "/v1/Workspaces": {"GET": list_workspaces},
    _WORKSPACE: {"GET": fetch_workspace},
    f"{_WORKSPACE}/Activities": {"GET": list_activities},
    f"{_WORKSPACE}/Activities/*": {"GET": fetch_activity},
    f"{_WORKSPACE}/TaskChannels": {"GET": list_task_channels},
    f"{_WORKSPACE}/TaskChannels/*": {"GET": fetch_task_channel},
    f"{_WORKSPACE}/RealTimeStatistics": {"GET": workspace_statistics},
    f"{_WORKSPACE}/Tasks": {"GET": list_tasks},
    f"{_WORKSPACE}/Tasks/*": {"GET": fetch_task},
    f"{_WORKSPACE}/Events": {"GET": list_events},
    f"{_WORKSPACE}/Events/*": {"GET": fetch_event},
    f"{_WORKSPACE}/Workflows": {"GET": list_workflows},
    f"{_WORKSPACE}/Workflows/*": {"GET": fetch_workflow},
    f"{_WORKSPACE}/Workflows/*/RealTimeStatistics": {"GET": workflow_statistics},
    f"{_WORKSPACE}/TaskQueues": {"GET": list_task_queues},
    f"{_WORKSPACE}/TaskQueues/*": {"GET": fetch_task_queue},
    f"{_WORKSPACE}/TaskQueues/*/RealTimeStatistics": {"GET": task_queue_statistics},
    f"{_WORKSPACE}/Workers": {"GET": list_workers},
    f"{_WORKSPACE}/Workers/RealTimeStatistics": {"GET": workers_statistics},
    f"{_WORKSPACE}/Workers/*": {"GET": fetch_worker},
    f"{_WORKSPACE}/Workers/*/Channels": {"GET": list_worker_channels},
    f"{_WORKSPACE}/Workers/*/Channels/*": {"GET": fetch_worker_channel},
    "/v1/Content": {"GET": list_contents},
    "/v1/ContentAndApprovals": {"GET": list_contents_and_approvals},
    "/v1/Content/*": {"GET": fetch_content},
    "/v1/Content/*/ApprovalRequests": {"GET": fetch_approval},
    _ACCOUNT: {"GET": fetch_account},
    f"{_ACCOUNT}/IncomingPhoneNumbers.json": {"GET": list_phone_numbers},
    f"{_ACCOUNT}/IncomingPhoneNumbers/*": {"GET": fetch_phone_number},
}
# What takes JSON, where everything else takes a form.
JSON_BODIES = frozenset({create_transfer, update_transfer})
_SHORT = {
    "list_participant_conversations": "participant_conversations",
    "list_events": "events",
    "create_participant": "add_participant",
    "update_channel": "close_channel",
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a path leads: its endpoints by method, and what stands for its stars."""

    methods: Methods
    names: tuple[str, ...]

    def endpoint(self, method: str) -> Endpoint:
        """What serves this method."""
        endpoint = self.methods.get(method)
        if endpoint is None:
            raise TwilioError(405, 20004, "Method not allowed")
        return endpoint


def find_target(routes: Routes, path: str) -> Target:
    """Where a path leads: names stand at every second place after the version.

    A path about all of a kind, such as `…/Workers/RealTimeStatistics`, ends in no name.
    """
    pattern, names = pattern_of(path)
    of_all = f"{pattern.removesuffix('*')}{path.rpartition('/')[2]}"
    if pattern.endswith("/*") and of_all in routes:
        pattern, names = of_all, names[:-1]
    methods = routes.get(pattern)
    if methods is None or not all(names):
        raise not_found(path)
    return Target(methods, names)


def pattern_of(path: str) -> tuple[str, tuple[str, ...]]:
    """A path with stars in the places of names, and the names."""
    parts = path.split("/")
    pattern = "/".join("*" if n >= 3 and n % 2 else part for n, part in enumerate(parts))
    return pattern, tuple(map(unquote, parts[3::2]))


def endpoint_name(endpoint: Endpoint) -> str:
    """What fault rules call an endpoint."""
    name = endpoint.__name__
    return _SHORT.get(name, name)


def endpoint_names() -> frozenset[str]:
    """The names of all endpoints of Twilio's that are served."""
    return frozenset(endpoint_name(each) for served in ROUTES.values() for each in served.values())
