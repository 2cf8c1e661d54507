"""A file that is there whole or not at all."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from runner.model.errors import UsageFault


def write_whole(path: Path, content: str, *, private: bool) -> None:
    """Write a text as UTF-8; a private one can be read by its owner only, from the beginning.

    Raises:
        UsageFault: the file cannot be written.
    """
    made = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    mode = 0o600 if private else 0o666
    try:
        handle = os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(content)
        made.replace(path)
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        with suppress(OSError, ValueError):
            made.unlink(missing_ok=True)
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        why = f"{path} cannot be written: {reason}"
        raise UsageFault(why, "give a file in a folder that exists") from error
