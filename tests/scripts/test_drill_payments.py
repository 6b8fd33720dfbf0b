"""The drill of payments in small: what it would find in a thousand notices, in sixty."""

from __future__ import annotations

import os
import subprocess
import sys

from webapp.config import ROOT


def test_sixty_notices_with_kills_in_between_have_exactly_one_effect_an_order() -> None:
    command = [sys.executable, "-W", "ignore", "-m", "scripts.drills.payments"]
    ran = subprocess.run(
        [*command, "--notices", "60", "--orders", "12"],
        cwd=ROOT,
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert "60 notices over 12 orders" in ran.stdout, ran.stderr[-2000:]
    assert "0 forged accepted, 0 lost, 0 without exactly one effect" in ran.stdout
    assert ran.returncode == 0, ran.stdout
