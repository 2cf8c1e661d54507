"""FP403: Google Business Messages is gone.

Google took no new conversations from 2024-07-15 and ended the service on 2024-07-31.
https://www.twilio.com/en-us/changelog
"""

from collections.abc import Iterator

from runner.model.document import node_at
from runner.model.playbook import Playbook
from runner.model.problem import Problem, Severity


def check(playbook: Playbook) -> Iterator[Problem]:
    """Warn of every gbm playbook."""
    if playbook.channel.type == "gbm":
        yield Problem(
            node_at(playbook.root, ("channel", "type")).span,
            "FP403",
            "Google ended Business Messages on 31 July 2024, so nobody will receive this",
            "choose another channel, such as sms or whatsapp",
            Severity.WARNING,
        )
