"""What merging a branch comes to: the sends that it brings, and the wording that it changes."""

from collections.abc import Mapping
from dataclasses import dataclass

from runner.model.exit_code import ExitCode
from runner.model.plan import SEND, Heading, Plan
from runner.model.problem import Problem


@dataclass(frozen=True, slots=True)
class SendReview:
    """A send file that is new or changed, and its plan.

    Without a plan, `problems` or `refused` say why there is none. `reviewed` says whether its
    digest stands in what was reviewed, None where nothing was given to compare with. `elsewhere`
    are the environments of the project, which it is not for but for its own.
    """

    file: str
    environment: str
    code: ExitCode
    heading: Heading | None = None
    plan: Plan | None = None
    problems: tuple[Problem, ...] = ()
    refused: str = ""
    reviewed: bool | None = None
    elsewhere: tuple[str, ...] = ()

    @property
    def messages(self) -> int:
        """How many people would be messaged now; nobody without a plan."""
        return self.plan.counts[SEND] if self.plan else 0


@dataclass(frozen=True, slots=True)
class OldWording:
    """People who have got a playbook's message before its wording changed; None if unknown."""

    playbook: str
    environment: str
    people: int | None


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that merging comes to. `base` is the commit that the branch is compared with."""

    base: str
    environments: tuple[str, ...]
    sends: tuple[SendReview, ...]
    old_wording: tuple[OldWording, ...]

    @property
    def messages(self) -> Mapping[str, int]:
        """How many would be messaged now, by environment."""
        return {
            name: sum(each.messages for each in self.sends if each.environment == name)
            for name in self.environments
        }
