"""What the commands in `scripts` share."""

from __future__ import annotations

import subprocess

from webapp.config import ROOT


def test_compiled_modules_are_kept_whatever_the_shell_says() -> None:
    done = subprocess.run(
        ["bash", "-c", '. scripts/lib.sh && echo "${PYTHONDONTWRITEBYTECODE-kept}"'],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "kept\n"
