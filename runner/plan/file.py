"""The plan file: what was reviewed, sealed with the journal's key so that it can be applied so.

It holds no personal data and no secret, and may be attached to a pull request.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from runner.journal.key import JournalKey, fingerprint
from runner.model.document import Plain
from runner.model.errors import Refused
from runner.model.marks import Marks
from runner.plan.pins import digest_pins

FORMAT = 1
_LARGEST = 1 << 30
_ANEW = "make it anew: flexplay plan … -o {}"


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan as it is kept until it is applied.

    `playbook`, `recipients`, `named_environment`, `variables`, `key`, `only` and `at` are what was
    asked for; files are named as they were typed. `run` is the id of the run that applies it,
    whoever does so and however often. `now` is the instant that templates see. `scope` and
    `account` say whose people count. `marks` has a bit for each accepted row: it is to be sent or
    held.
    """

    run: str
    playbook: str
    name: str
    environment: str
    scope: str
    account: str
    now: datetime
    created_at: datetime
    expires_at: datetime
    pins: Mapping[str, str]
    counts: Mapping[str, int]
    segments: int
    marks: Marks
    recipients: str | None = None
    named_environment: str | None = None
    variables: Mapping[str, Plain] = field(default_factory=dict)
    key: str | None = None
    only: tuple[str, ...] | None = None
    at: str | None = None

    @property
    def digest(self) -> str:
        """What an approval names: the same for every plan of the same messages."""
        return digest_pins(self.pins, {"key": self.key, "only": self.only})


def write_plan(plan: PlanFile, journal: JournalKey) -> str:
    """Return the text of the plan file (`schemas/plan.schema.json`)."""
    document = {
        "flexplay_plan": FORMAT,
        "digest": plan.digest,
        "run": plan.run,
        "playbook": plan.playbook,
        "name": plan.name,
        "environment": plan.environment,
        "named_environment": plan.named_environment,
        "scope": plan.scope,
        "account": plan.account,
        "recipients": plan.recipients,
        "variables": dict(plan.variables),
        "key": plan.key,
        "only": None if plan.only is None else list(plan.only),
        "at": plan.at,
        "now": plan.now.isoformat(),
        "created_at": plan.created_at.isoformat(),
        "expires_at": plan.expires_at.isoformat(),
        "counts": dict(plan.counts),
        "segments": plan.segments,
        "pins": dict(plan.pins),
        "marks": plan.marks.to_text(),
        "journal": fingerprint(journal),
    }
    return _write({**document, "seal": _seal(document, journal)})


@dataclass(frozen=True, slots=True)
class UnprovenPlan:
    """What a plan file says, before its seal has been looked at: enough to find the journal."""

    file: str
    document: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return one of its texts; empty if it is none."""
        value = self.document.get(name)
        return value if isinstance(value, str) else ""

    @property
    def named_environment(self) -> str | None:
        """The environment that was named, if one was."""
        return self.text("named_environment") or None

    def prove(self, journal: JournalKey) -> PlanFile:
        """Return the plan, if it is as it was written, with this journal's key.

        Raises:
            Refused: it is not.
        """
        document = {name: value for name, value in self.document.items() if name != "seal"}
        if self.text("journal") != fingerprint(journal):
            why = f"{self.file} was made with another journal, which knows other people"
            raise Refused(why, "name that journal with --journal, or " + self._anew)
        if not hmac.compare_digest(_seal(document, journal).encode(), self.text("seal").encode()):
            raise Refused(f"{self.file} is not as flexplay wrote it: it was edited", self._anew)
        return _read(document)

    @property
    def _anew(self) -> str:
        return _ANEW.format(self.file)


def load_plan(file: str) -> UnprovenPlan:
    """Return what is in a plan file.

    Raises:
        Refused: it cannot be read, is no plan, or one of a newer flexplay.
    """
    anew = _ANEW.format(file)
    try:
        with Path(file).open("rb") as stream:
            text = stream.read(_LARGEST).decode()
        document = json.loads(text)
    except OSError as error:
        why = (error.strerror or "it cannot be read").lower()
        raise Refused(f"the plan {file} cannot be read: {why}", anew) from error
    except (ValueError, RecursionError) as error:
        raise Refused(f"{file} is no plan, or is cut short", anew) from error
    version = document.get("flexplay_plan") if isinstance(document, dict) else None
    if not isinstance(version, int) or isinstance(version, bool):
        raise Refused(f"{file} is no plan of flexplay's", anew)
    if version > FORMAT:
        raise Refused(f"{file} was made by a newer flexplay", "install that version to apply it")
    if _write(document) != text:
        raise Refused(f"{file} is not as flexplay wrote it: it was edited", anew)
    return UnprovenPlan(file, document)


def _read(document: Mapping[str, Any]) -> PlanFile:
    only = document["only"]
    return PlanFile(
        run=document["run"],
        playbook=document["playbook"],
        name=document["name"],
        environment=document["environment"],
        scope=document["scope"],
        account=document["account"],
        now=datetime.fromisoformat(document["now"]),
        created_at=datetime.fromisoformat(document["created_at"]),
        expires_at=datetime.fromisoformat(document["expires_at"]),
        pins=document["pins"],
        counts=document["counts"],
        segments=document["segments"],
        marks=Marks.from_text(document["marks"]),
        recipients=document["recipients"],
        named_environment=document["named_environment"],
        variables=document["variables"],
        key=document["key"],
        only=None if only is None else tuple(only),
        at=document["at"],
    )


def _write(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _seal(document: Mapping[str, Any], journal: JournalKey) -> str:
    return journal.derive("flexplay plan 1", _write(document).encode("utf-8", "surrogatepass"))
