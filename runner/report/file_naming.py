"""Files as other machines know them: relative to the repository, with forward slashes."""

import os
from collections.abc import Callable
from pathlib import PurePath
from typing import TypeAlias

Naming: TypeAlias = Callable[[str], str]


def slashed(file: str) -> str:
    """Return the name with forward slashes and without a `./` in front."""
    return PurePath(os.path.normpath(file)).as_posix()


def names_from(root: str, folder: str) -> Naming:
    """Return the function that names files as seen from the folder `root`.

    `folder` is the absolute folder that relative names start from. A file outside of `root` keeps
    its whole path.
    """

    def name(file: str) -> str:
        path = PurePath(os.path.normpath(PurePath(folder, file)))
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()

    return name
