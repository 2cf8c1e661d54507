"""The files that templates may fetch: those of the playbook's folder and below."""

import os
from collections.abc import Callable
from pathlib import Path

from jinja2 import BaseLoader, Environment, TemplateNotFound

from runner.render.bounds import LONGEST_SOURCE


class TemplateOutside(TemplateNotFound):
    """A template file lies outside the playbook's folder."""


class FolderLoader(BaseLoader):
    """Reads templates from one folder and below, also when a symbolic link leads elsewhere."""

    def __init__(self, folder: Path) -> None:
        self._given = folder
        self._folder = folder.resolve()

    def shown(self, path: str) -> str:
        """Return the name of a template's file as the user would write it."""
        inside = Path(path).relative_to(self._folder)
        return os.path.normpath(self._given / inside)

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return the template's text; its file name is the path relative to the folder."""
        del environment
        path = (self._folder / template).resolve()
        if not path.is_relative_to(self._folder):
            raise TemplateOutside(template)
        if not path.is_file():  # a pipe would be waited for
            raise TemplateNotFound(template)
        try:
            with path.open(encoding="utf-8-sig") as stream:
                return stream.read(LONGEST_SOURCE + 1), str(path), lambda: True
        except UnicodeDecodeError as error:
            raise TemplateNotFound(template, f"{template} is not UTF-8") from error
        except (OSError, ValueError) as error:
            raise TemplateNotFound(template) from error


def file_of(environment: Environment, path: str) -> str:
    """Return a template file's name as findings show it, from the path that Jinja gives."""
    loader = environment.loader
    return loader.shown(path) if isinstance(loader, FolderLoader) else path
