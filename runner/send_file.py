"""A send file -> the wish that it states, its recipients being those that were reviewed."""

from dataclasses import replace

from runner.load.file import load_file
from runner.load.file_digest import digest_file
from runner.model.document import Document
from runner.model.errors import Findings, UsageFault
from runner.model.problem import Problem
from runner.model.send import Send
from runner.prepare import Wish
from runner.validate.send import check_send, is_send

_FETCHED = ("http://", "https://", "s3://", "gs://", "az://", "ftp://", "sftp://")
_CONFLICTS = {
    "environment": "--env",
    "variables": "--var",
    "fields": "--set",
    "key": "--key",
    "at": "--at",
}


def find_send(file: str) -> Send | None:
    """Return the send file, or None if it is something else: a playbook, or nothing readable.

    Raises:
        Findings: it is meant as a send file and has errors.
    """
    document = load_file(file)
    if not isinstance(document, Document) or not is_send(document):
        return None
    send = check_send(document)
    if isinstance(send, Send):
        return send
    raise Findings(send)


def read_send(asked: Wish) -> tuple[Send | None, Wish]:
    """Return the send file that is named in a playbook's place, and what it wants.

    What is no send file is None, and the wish is what was asked for.

    Raises:
        Findings: the send file has errors, or other recipients than it names are there.
        UsageFault: the command line says what the send file is there to say.
    """
    send = find_send(asked.playbook)
    return send, wish_of_send(send, asked) if send else asked


def wish_of_send(send: Send, asked: Wish) -> Wish:
    """Return what the send file wants; `asked` is what the command line adds to it.

    Raises:
        Findings: the recipients are not those that were reviewed, or have to be fetched first.
        UsageFault: the command line says what the send file is there to say.
    """
    said = [option for name, option in _CONFLICTS.items() if getattr(asked, name, None)]
    if said:
        why = f"{', '.join(said)} cannot be given with a send file: it was reviewed as it is"
        raise UsageFault(why, f"change {send.file}, or name its playbook instead")
    recipients = asked.recipients or send.recipients
    if recipients:
        _check_recipients(send, recipients)
    return replace(
        asked,
        playbook=send.playbook,
        recipients=recipients,
        variables=send.variables,
        environment=send.environment,
        at=send.at,
    )


def _check_recipients(send: Send, file: str) -> None:
    place = send.places["file"]
    if file.startswith(_FETCHED):
        why = "these recipients have to be fetched first"
        remedy = "fetch them, then add: --recipients FILE"
        raise Findings((Problem(place, "FP231", why, remedy),))
    if send.sha256 is None or "://" in file:
        return
    try:
        found = digest_file(file)
    except OSError as error:
        why = f"the recipients {file} cannot be read: {(error.strerror or '').lower()}"
        remedy = "fetch them, then add: --recipients FILE"
        raise Findings((Problem(place, "FP231", why, remedy),)) from error
    if found != send.sha256:
        why = f"the recipients {file} are not those that were reviewed"
        remedy = f"bring the reviewed file, or write sha256: {found} and have that reviewed"
        raise Findings((Problem(send.places["sha256"], "FP230", why, remedy),))
