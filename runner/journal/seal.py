"""Requests that another machine may have to finish, so that the database cannot read them.

The one door to `cryptography`, imported only when something is sealed.
"""

import os
from typing import TYPE_CHECKING

from runner.journal.key import JournalKey
from runner.model.errors import JournalFault, JournalRefused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


def seal(key: JournalKey, delivery: str, text: bytes) -> bytes:
    """Encrypt with AES-GCM; only as the same delivery's can it be opened again."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(key).encrypt(nonce, text, delivery.encode())


def unseal(key: JournalKey, delivery: str, sealed: bytes) -> bytes:
    """Return what was sealed.

    Raises:
        JournalRefused: another key, another delivery, or it was changed.
    """
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - see above

    try:
        return _cipher(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], delivery.encode())
    except (InvalidTag, ValueError) as error:
        raise JournalRefused(
            f"what the journal keeps of delivery {delivery} cannot be decrypted",
            "check FLEXPLAY_JOURNAL_KEY; resume with the recipients' file: flexplay resume -r FILE",
        ) from error


def _cipher(key: JournalKey) -> "AESGCM":
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - see above
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - see above
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 - see above
    except ImportError as error:
        raise JournalFault(
            "a shared journal needs the package cryptography",
            "type: pip install 'flexplay[postgres]'",
        ) from error
    derived = HKDF(SHA256(), length=32, salt=None, info=b"flexplay payload 1")
    return AESGCM(derived.derive(key.reveal()))
