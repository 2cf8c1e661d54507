"""What tells a file's content from every other."""

import hashlib
from pathlib import Path

_CHUNK = 1 << 20


def digest_file(path: str) -> str:
    """Return the SHA-256 of a file's content in hexadecimal, as `sha256sum` prints it.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    with Path(path).open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
