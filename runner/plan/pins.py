"""What a plan is bound to, each thing under a name for people, and whether it is still the same."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from runner.journal.key import JournalKey
from runner.load.file_digest import digest_file
from runner.model.document import Plain
from runner.model.playbook import Environment, Playbook
from runner.render.reading import read_playbook

REQUESTS = "requests"
_PURPOSE = "flexplay plan {} 1"


@dataclass(frozen=True, slots=True)
class Target:
    """To whom Twilio's requests go: part of every delivery's identity."""

    scope: str
    account: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a plan is made of.

    `requests` are the digests of the accepted rows' requests, in order; `rejected` is how many rows
    are left out. `recipients` is a file, or empty. `program` is the version of flexplay.
    """

    program: str
    target: Target
    playbook: Playbook
    environment: Environment
    project_file: str
    variables: Mapping[str, Plain]
    recipients: str
    requests: Iterable[bytes]
    rejected: int


def pin(inputs: Inputs, key: JournalKey) -> dict[str, str]:
    """Return the digest of every input, by its name for people.

    What may tell who the recipients are is digested with the journal's key: a number can be
    guessed. Files are named as they lie beside the project, so that another checkout agrees.
    """
    texts = read_playbook(inputs.playbook).texts
    files = dict.fromkeys((inputs.playbook.file, *(text.node.span.file for text in texts)))
    folder = Path(inputs.project_file or inputs.playbook.file).parent
    return {
        "flexplay": inputs.program,
        "target": inputs.target.scope,
        "account": inputs.target.account,
        "environment": inputs.environment.name,
        **{f"file {os.path.relpath(file, folder)}": digest_file(file) for file in files},
        f"settings of {inputs.environment.name}": _digest_settings(inputs.environment),
        "variables": _keyed(key, "variables", _json(inputs.variables)),
        "recipients": _digest_recipients(key, inputs.recipients),
        "rejected rows": str(inputs.rejected),
        REQUESTS: pin_requests(inputs.requests, key),
    }


def pin_requests(requests: Iterable[bytes], key: JournalKey) -> str:
    """Return the digest of every accepted row's requests, in order."""
    digest = hashlib.sha256()
    for request in requests:
        digest.update(request)
    return _keyed(key, REQUESTS, digest.digest())


def find_changes(planned: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of what is not as it was planned.

    The requests follow from everything else, so that they differ is only said where nothing else
    does: the instant that templates see, say, or a database's rows.
    """
    names = dict.fromkeys((*planned, *now))
    changed = tuple(name for name in names if planned.get(name) != now.get(name))
    return tuple(name for name in changed if name != REQUESTS) or changed


def digest_pins(pins: Mapping[str, str], chosen: Mapping[str, Any]) -> str:
    """Return what names a plan in an approval: the same inputs give the same digest, at any time.

    `chosen` is what the command line chose among the recipients.
    """
    return f"sha256:{hashlib.sha256(_json({'pins': pins, 'chosen': chosen})).hexdigest()}"


def _digest_settings(environment: Environment) -> str:
    """Digest what the project file says of an environment, but for where its journal is."""
    settings = asdict(replace(environment, journal=""))
    return hashlib.sha256(_json(settings)).hexdigest()


def _digest_recipients(key: JournalKey, file: str) -> str:
    if not file or not Path(file).is_file():
        return ""
    return _keyed(key, "recipients", digest_file(file).encode())


def _keyed(key: JournalKey, what: str, message: bytes) -> str:
    return key.derive(_PURPOSE.format(what), message)


def _json(value: object) -> bytes:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return text.encode("utf-8", "surrogatepass")
