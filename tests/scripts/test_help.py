"""Whatever can be run says what it takes, and refuses what it does not know."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.evaluation import __main__ as evaluation
from tests.live import clean_environ
from webapp.config import ROOT

SCRIPTS = ROOT / "scripts"
COMMANDS = sorted(p.name for p in SCRIPTS.iterdir() if p.is_file() and os.access(p, os.X_OK))
MODULES = sorted(
    path.relative_to(ROOT)
    for path in SCRIPTS.rglob("*.py")
    if path.name == "__main__.py" or "\nif __name__ ==" in path.read_text(encoding="utf-8")
)
PASSED_ON = {"test": "to pytest", "manage": "to Flask", "evaluate": "to its module, tested below"}
"""Commands whose arguments are read by what they start, once it is set up."""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository as just cloned, as far as help needs it: nothing is set up."""
    folder = tmp_path_factory.mktemp("bare")
    shutil.copytree(SCRIPTS, folder / "scripts", ignore=shutil.ignore_patterns("seed", "*.pyc"))
    return folder


def run(bare: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [bare / "scripts" / name, *arguments],
        env=clean_environ(),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert not (bare / ".venv").exists(), f"scripts/{name} {arguments} set itself up"
    return done


def test_every_command_says_what_it_takes_before_anything_is_set_up(bare: Path) -> None:
    assert {"run", "test", "check", "manage", "bench", "evaluate"} <= set(COMMANDS)
    for name in COMMANDS:
        done = run(bare, name, "--help")
        assert (done.returncode, done.stderr) == (0, ""), name
        assert f"usage: scripts/{name}" in done.stdout


def test_every_command_refuses_an_argument_it_does_not_know(bare: Path) -> None:
    for name in set(COMMANDS) - set(PASSED_ON):
        done = run(bare, name, "--no-such-thing")
        assert done.returncode == 2, name
        assert "usage:" in done.stderr


def test_the_help_of_the_tests_names_the_way_to_pytests_own(bare: Path) -> None:
    assert "scripts/test -- --help" in run(bare, "test", "--help").stdout


def test_every_module_that_can_be_run_does_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ended(module: Path, argument: str) -> tuple[object, str]:
        """The exit code, and what was said where it belongs."""
        if "patch_all()" in (ROOT / module).read_text(encoding="utf-8"):
            # It would patch this process.
            name = ".".join(module.with_suffix("").parts)
            done = subprocess.run(
                [sys.executable, "-m", name, argument],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            return done.returncode, done.stderr if done.returncode else done.stdout
        monkeypatch.setattr(sys, "argv", [module.name, argument])
        with pytest.raises(SystemExit) as caught:
            runpy.run_path(str(ROOT / module), run_name="__main__")
        out, err = capsys.readouterr()
        return caught.value.code, err if caught.value.code else out

    asked = [(module, *ended(module, "--help")) for module in MODULES]
    assert [str(module) for module, code, said in asked if code or "usage:" not in said] == []
    given = [(module, *ended(module, "--no-such-thing")) for module in MODULES]
    assert [str(module) for module, code, said in given if code != 2 or "usage:" not in said] == []


def test_the_help_before_set_up_names_every_option_of_the_evaluation(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["evaluate", "--help"])
    with pytest.raises(SystemExit):
        evaluation.main()
    options = {word for word in capsys.readouterr().out.split() if word.startswith("--")}
    assert options > {"--shared", "--json"}
    shown = run(bare, "evaluate", "--help").stdout
    assert {option for option in options if option not in shown} == {"--help"}
