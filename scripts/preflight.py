"""What is checked before anything starts; each failure is one line that says what to do."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import socket
import stat
import sys
from pathlib import Path
from typing import IO, Final

FREE_BYTES: Final = 200 * 1024 * 1024
"""Less free disk space than this counts as full: database and logs would soon not fit."""


def make_folders(var_dir: Path, sockets: Path) -> None:
    """Make VAR_DIR with its folders, and the folder for sockets, and try them out."""
    try:
        for name in ("", "log", "run"):
            (var_dir / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        sockets.mkdir(mode=0o700, exist_ok=True)
        _write_something(var_dir / "run" / f"probe.{os.getpid()}")
    except OSError as error:
        if error.errno == errno.ENOSPC:
            sys.exit(f"VAR_DIR: the disk of {var_dir} is full: free some space")
        sys.exit(f"VAR_DIR: {error.filename or var_dir} cannot be written: {error.strerror}")
    free = shutil.disk_usage(var_dir).free
    if free < FREE_BYTES:
        sys.exit(
            f"VAR_DIR: the disk of {var_dir} is nearly full: {free // 2**20} MB are left, "
            f"{FREE_BYTES // 2**20} MB are needed: free some space"
        )
    if not sockets.is_relative_to(var_dir):
        _refuse_others_folder(sockets)


def _write_something(probe: Path) -> None:
    try:
        probe.write_bytes(bytes(4096))
    finally:
        probe.unlink(missing_ok=True)


def _refuse_others_folder(folder: Path) -> None:
    """In a folder open to all, anybody may have made it first to listen in."""
    found = folder.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    if not ours or stat.S_IMODE(found.st_mode) != 0o700:
        sys.exit(f"VAR_DIR: {folder} is not ours alone: remove it, or choose a shorter VAR_DIR")


def take_lock(var_dir: Path) -> IO[str]:
    """An open file, locked as long as this process or the supervisor that inherits it lives."""
    lock = (var_dir / "run" / "lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        sys.exit(
            f"VAR_DIR: scripts/run already serves from {var_dir} (process {lock.read().strip()}): "
            "stop that one first, or give this one another VAR_DIR and PORT"
        )
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def check_port(host: str, port: int, *, whose: str = "") -> None:
    """End unless a server could listen there now."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except socket.gaierror:
        sys.exit(f'HOST: "{host}" is no name or address of this machine')
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(
                f"PORT: {port} on {host} {whose}is taken by another program: "
                "stop that one, or set PORT to a free one"
            )
        sys.exit(f"HOST, PORT: cannot listen on {host} port {port}: {error.strerror}")


def check_standin_port(port: int) -> None:
    """End unless the stand-ins of the providers could listen beside the web server."""
    check_port("127.0.0.1", port, whose="(for the stand-ins of the providers) ")
