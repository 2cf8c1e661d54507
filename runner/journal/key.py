"""The journal's key: addresses and requests go through it, so that nothing can be read out.

Without it, a telephone number could be found by hashing all there are.
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from runner.journal.sqlite_file import sync_folder
from runner.model.errors import JournalFault, JournalRefused

VARIABLE = "FLEXPLAY_JOURNAL_KEY"
_SIZE = 32


@dataclass(frozen=True, slots=True, repr=False)
class JournalKey:
    """Thirty-two secret bytes or more that cannot be printed by accident."""

    _value: bytes

    def derive(self, purpose: str, message: bytes) -> str:
        """Return HMAC-SHA256 of a message; another purpose gives another answer."""
        text = purpose.encode() + b"\0" + message
        return hmac.new(self._value, text, hashlib.sha256).hexdigest()

    def reveal(self) -> bytes:
        """Return the key itself, for the cipher and the file."""
        return self._value

    def __repr__(self) -> str:
        return "JournalKey('***')"


def hash_address(key: JournalKey, text: str) -> str:
    """Return what stands for an address, or a pair of them, in the journal.

    Capitals make no difference in an e-mail address: who opts out as Ann@ is ann@, too.
    """
    text = text.casefold() if "@" in text else text
    return key.derive("flexplay address 1", text.encode("utf-8", "surrogatepass"))[:32]


def digest(key: JournalKey, message: bytes) -> str:
    """Return what stands for a delivery's requests in the journal."""
    return key.derive("flexplay request 1", message)


def fingerprint(key: JournalKey) -> str:
    """Return what tells whether a key is the journal's; it says nothing about the key."""
    return key.derive("flexplay fingerprint 1", b"")[:32]


def parse_key(text: str, source: str = VARIABLE) -> JournalKey:
    """Return the key that is written as hexadecimal digits or as base64.

    Raises:
        JournalRefused: it is neither, or too short.
    """
    text = text.strip()
    value = _decode(text)
    if value is None or len(value) < _SIZE:
        raise JournalRefused(
            f"{source} does not hold a key of {_SIZE} bytes in hexadecimal or base64",
            "use the journal's own key; a new one is made by: openssl rand -hex 32",
        )
    return JournalKey(value)


def _decode(text: str) -> bytes | None:
    for decode in (bytes.fromhex, _from_base64):
        with contextlib.suppress(ValueError, binascii.Error):
            return decode(text)
    return None


def _from_base64(text: str) -> bytes:
    padded = text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)
    return base64.b64decode(padded, validate=True)


def key_path(journal: Path) -> Path:
    """Return where the key of a SQLite journal lies."""
    return journal.with_name(journal.name + ".key")


def read_key(path: Path) -> JournalKey:
    """Return the key in a file.

    Raises:
        JournalRefused: it is not there, others may read it, or it is no key.
    """
    try:
        text = path.read_text(encoding="ascii", errors="replace")
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise JournalRefused(
            f"the journal's key is not at {path}",
            f"put it back there, or set {VARIABLE}: without it, nobody is recognised",
        ) from error
    except OSError as error:
        raise JournalFault(
            f"the journal's key {path} cannot be read ({error.strerror})", "check who owns the file"
        ) from error
    if mode & 0o077:
        raise JournalRefused(
            f"the journal's key {path} can be read by others", f"type: chmod 600 {path}"
        )
    return parse_key(text, str(path))


def create_key(path: Path, key: JournalKey | None = None) -> JournalKey:
    """Make a key file, or return the key of the one that is there already."""
    value = key.reveal() if key else secrets.token_bytes(_SIZE)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(value.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(made, path)  # a link, unlike a rename, never replaces a key
        made.unlink()
        sync_folder(path.parent)
    except OSError as error:
        raise JournalFault(
            f"the journal's key {path} cannot be created ({error.strerror})",
            "make the folder writable, or name another journal with --journal",
        ) from error
    return read_key(path)
