"""Commands import only what they use, since that is most of what a short one costs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_EXAMPLES = Path(__file__).parent / "examples"
_SAY_MODULES = """\
import json, sys
from runner.cli.boundary import run_command
code = run_command(sys.argv[1:])
print(json.dumps([code, sorted(sys.modules)]))
"""
_HEAVY = {
    *("httpx", "jinja2", "jsonschema", "jsonschema_rs", "yaml", "sqlalchemy", "uvicorn"),
    *("asyncio", "sqlite3", "tree_sitter", "phonenumbers", "email", "importlib.metadata"),
    *("xml.etree", "multiprocessing", "concurrent.futures", "subprocess", "tempfile"),
}
_NOT_FOR_A_FILE = {
    *("httpx", "sqlalchemy", "uvicorn", "asyncio", "sqlite3", "tree_sitter", "phonenumbers"),
    *("xml.etree", "multiprocessing", "concurrent.futures", "subprocess", "importlib.metadata"),
}


def _modules(*arguments: str) -> set[str]:
    """Return what is imported once the command has ended well."""
    ran = subprocess.run(
        [sys.executable, "-c", _SAY_MODULES, *arguments],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    code, modules = json.loads(ran.stdout.splitlines()[-1])
    assert code == 0, ran.stdout
    return set(modules)


@pytest.mark.parametrize(
    "arguments",
    [("--help",), *((name, "--help") for name in ("validate", "preview", "diff", "test", "run"))],
)
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    """Help is there at once."""
    assert _modules(*arguments) & _HEAVY == set()


def test_the_version_needs_no_command() -> None:
    """`--version` reads the package's metadata and imports no command."""
    assert not any(name.startswith("runner.cli.run") for name in _modules("--version"))


def test_checking_one_file_imports_what_that_takes() -> None:
    """A playbook without faults is checked without what only many files or reports need."""
    modules = _modules("validate", str(_EXAMPLES / "valid" / "minimal.yaml"))
    assert modules & (_NOT_FOR_A_FILE | {"jsonschema", "tomllib"}) == set()
    assert {"yaml", "jinja2", "jsonschema_rs"} <= modules
