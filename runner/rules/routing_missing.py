"""FP404: an interaction without routing has no agent.

The source document calls Routing optional; the Interactions page requires it.
https://www.twilio.com/docs/flex/developer/conversations/interactions-api/interactions
"""

from collections.abc import Iterator

from runner.model.playbook import Playbook
from runner.model.problem import Problem, Severity


def check(playbook: Playbook) -> Iterator[Problem]:
    """Refuse it where the conversation could not be found, else warn."""
    if playbook.root.get("routing") is not None:
        return
    span = playbook.root.entries[0].key.span
    remedy = "add routing with properties: workspace_sid, workflow_sid, queue_sid and worker_sid"
    if playbook.channel.pair:
        why = "without routing no agent gets the answer, and Twilio may refuse the interaction"
        yield Problem(span, "FP404", why, remedy, Severity.WARNING)
    else:
        why = f"{playbook.channel.type} needs routing: only its task names the conversation"
        yield Problem(span, "FP404", why, remedy)
