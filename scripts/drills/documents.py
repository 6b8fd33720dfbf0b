"""Hostile documents for `scripts/drill hostile`, read as the worker reads what staff send.

An anonymous visitor cannot send any; what is measured is that the site goes on meanwhile.
"""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Final

from docx import Document

from webapp.knowledge.files import read_file

LINE: Final = "<p>冬天续航会短一些。</p>"


def write_all(folder: Path) -> list[Path]:
    """One file of each kind that once took long, or much memory."""
    texts = {
        "titles.html": LINE + "<title>" * 28_000,
        "nested.html": LINE + "<div>" * 40_000,
        "headings.md": "# a\n" * 24_000,
        "brackets.md": "[" * 100_000,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [*(folder / name for name in texts), _huge(folder)]


def _huge(folder: Path) -> Path:
    """A small file of a document with half a million paragraphs."""
    plain, path = folder / "plain.docx", folder / "huge.docx"
    Document().save(str(plain))
    head = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as packed:
        for item in source.infolist():
            if item.filename != "word/document.xml":
                packed.writestr(item.filename, source.read(item))
                continue
            with packed.open(item.filename, "w") as entry:
                entry.write(head + b"<w:body>")
                for n in range(500_000):
                    entry.write(b"<w:p><w:r><w:t>%d</w:t></w:r></w:p>" % n)
                entry.write(b"</w:body></w:document>")
    plain.unlink()
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m scripts.drills.documents", description="Read all of them again and again."
    )
    parser.add_argument("seconds", type=float)
    until = time.monotonic() + parser.parse_args().seconds
    os.nice(10)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # so that the folder goes
    with tempfile.TemporaryDirectory(prefix="drill-documents-") as made:
        for file in itertools.takewhile(
            lambda _: time.monotonic() < until, itertools.cycle(write_all(Path(made)))
        ):
            for _ in read_file(file, {"source": "drill"}):
                pass
