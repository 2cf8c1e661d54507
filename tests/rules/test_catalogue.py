"""The catalogue is complete and says nothing of good playbooks."""

import importlib
from pathlib import Path

import pytest

from runner.rules import catalogue

FOLDER = Path(catalogue.__file__).parent
ROOT = FOLDER.parent.parent
RULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.read_text().startswith('"""FP'))


@pytest.mark.parametrize("name", [name for name in RULES if name != "ignores"])
def test_every_rule_is_in_the_catalogue(name: str) -> None:
    """A rule that nobody asks finds nothing; ignores are applied after all of them."""
    module = importlib.import_module(f"runner.rules.{name}")
    listed = (*catalogue.RULES, *catalogue.DELIVERY_RULES, *catalogue.FILE_RULES)
    assert module.check in listed


def test_the_documents_own_examples_are_quiet() -> None:
    """Twilio's two examples get the placeholders' warnings and WhatsApp's window, nothing else."""
    from runner.lint import lint_file  # noqa: PLC0415 - only here

    codes = {
        problem.code
        for path in (ROOT / "playbooks").glob("outbound-*.yaml")
        for problem in lint_file(str(path))
    }
    assert codes == {"FP310", "FP402"}
