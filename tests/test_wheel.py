"""The wheel, installed somewhere else."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

_ROOT = Path(__file__).parent.parent


def _run(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=cwd, env=clean, text=True, capture_output=True, check=False)


def test_the_wheel_works_elsewhere(tmp_path: Path) -> None:
    """Built, installed into a fresh environment and run outside the checkout, it validates.

    The dependencies are those of the environment of the tests; flexplay itself and its schemas
    come from the wheel alone, and so do a page's styles.
    """
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q")
    built = _run(
        *pip, "wheel", "--no-deps", "--no-build-isolation", "-w", tmp_path, _ROOT, cwd=tmp_path
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("flexplay-*.whl")
    home = tmp_path / "home"
    assert _run(sys.executable, "-m", "venv", "--without-pip", home, cwd=tmp_path).returncode == 0
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = home / "lib" / version / "site-packages"
    assert _run(*pip, "install", "--no-deps", "--target", site, wheel, cwd=tmp_path).returncode == 0
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")

    playbook = tmp_path / "playbook.yaml"
    playbook.write_text((_ROOT / "playbooks" / "outbound-sms.yaml").read_text("utf-8"), "utf-8")
    python = home / "bin" / "python"
    ran = _run(python, "-m", "runner", "validate", playbook, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "in 1 of 1 file" in ran.stderr
    page = _run(python, "-m", "runner", "preview", playbook, "--html", "p.html", cwd=tmp_path)
    assert page.returncode == 0, page.stderr
    assert "<style>" in (tmp_path / "p.html").read_text("utf-8")
    every = "from runner.sandbox.inbox.assets import asset, _TYPES; [asset(n) for n in _TYPES]"
    assert _run(python, "-c", every, cwd=tmp_path).returncode == 0
    where = _run(python, "-c", "import runner; print(runner.__file__)", cwd=tmp_path)
    assert str(site) in where.stdout
    assert _run(python, "-m", "runner", "schema", "playbook", cwd=tmp_path).stdout.startswith("{")
