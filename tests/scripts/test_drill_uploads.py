"""The drill of uploads, in small: what it would find in a thousand files, looked for in thirty."""

from __future__ import annotations

import os
import subprocess
import sys

from webapp.config import ROOT


def test_thirty_uploads_through_random_faults_lose_and_damage_nothing() -> None:
    command = [sys.executable, "-W", "ignore", "-m", "scripts.drills.uploads", "--runs", "30"]
    ran = subprocess.run(
        [*command, "--piece-bytes", "4096"],
        cwd=ROOT,
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert "30 files in" in ran.stdout, ran.stderr[-2000:]
    assert "0 corrupt, 0 lost" in ran.stdout
    assert ran.returncode == 0, ran.stdout
