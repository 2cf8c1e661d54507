"""Who has got a message before its wording changed, as the journal knows."""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from runner.cli.plan_journal import Asking, open_to_plan
from runner.cli.planning import PlanOptions
from runner.diff.result import Diff, PlaybookDiff
from runner.journal.entry import State
from runner.journal.ledger import Selection
from runner.model.playbook import Environment
from runner.model.review import OldWording
from runner.target import Aim, choose_target
from runner.validate.project import environments_of


def find_old_wording(diff: Diff, options: PlanOptions) -> Iterator[OldWording]:
    """Yield how many have got each message that changes, in each account.

    Where no sample shows whether the message changes, it may. Environments that share an account
    share the people.
    """
    for playbook in diff.playbooks:
        if not (playbook.changes or (playbook.unseen and playbook.differs)):
            continue
        for account, environments in _by_account(environments_of(playbook.file).values()).items():
            names = ", ".join(each.name for each in environments)
            people = _count_sent(playbook, account, environments[0], options)
            yield OldWording(playbook.file, names, people)


def _by_account(environments: Iterable[Environment]) -> dict[str, list[Environment]]:
    found: dict[str, list[Environment]] = {}
    for environment in environments:
        account = environment.account_sid or os.environ.get("TWILIO_ACCOUNT_SID", "")
        found.setdefault(account, []).append(environment)
    return found


def _count_sent(
    playbook: PlaybookDiff, account: str, environment: Environment, options: PlanOptions
) -> int | None:
    """Return how many have got the playbook's message; None if nobody knows here."""
    if options.offline or not account:
        return None
    target = choose_target(Aim(options.base_url, account, live=True), environment)
    with ExitStack() as stack:
        asking = Asking(options.journal, offline=False, keep=False)
        opened = open_to_plan(stack, target, environment, asking)
        if opened is None:
            return 0
        own = (target.scope, target.account, playbook.name_before or playbook.name)
        sent = opened.journal.list_entries(Selection(states=(State.SENT,)))
        return sum((each.scope, each.account, each.playbook) == own for each in sent)
