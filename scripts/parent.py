"""A process that ends when the one that started it has ended, even by SIGKILL.

On Linux only: elsewhere it goes on.

usage: python scripts/parent.py PARENT COMMAND...

It becomes the command; PARENT is the number of the process that starts it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Final

_PRCTL: Final = getattr(ctypes.CDLL(None), "prctl", None)
_SET_PARENT_DEATH_SIGNAL: Final = 1


def end_with(parent: int, number: int = signal.SIGTERM) -> None:
    """Have this process get the signal `number` when `parent`, which started it, has ended."""
    if _PRCTL is not None:
        _PRCTL(_SET_PARENT_DEATH_SIGNAL, number)
        if os.getppid() != parent:
            os._exit(1)


if __name__ == "__main__":
    # Without argparse: this runs before every child, and takes 10 ms instead of 20.
    asked = sys.argv[1:2] in (["-h"], ["--help"])
    if asked or len(sys.argv) < 3 or not sys.argv[1].isdecimal():
        print(__doc__, file=sys.stdout if asked else sys.stderr)
        sys.exit(0 if asked else 2)
    end_with(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the command of whoever starts this
