"""Opens an import file of any kind that is read: CSV as it is, others written out as CSV first."""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from webapp.catalogue.reading.csvfile import UTF16_BOMS, CsvFile
from webapp.catalogue.reading.reports import FileError, Problem
from webapp.catalogue.reading.workbook import is_workbook, write_as_csv

_PORTION: Final = 1 << 20


@contextmanager
def open_table(path: Path) -> Iterator[CsvFile]:
    """Open a CSV file in UTF-8, GB18030 or UTF-16, or an Excel workbook, for reading.

    Raises `FileError`, or `OSError` if it cannot be read.
    """
    if is_workbook(path):
        with tempfile.TemporaryFile() as written:
            notes = write_as_csv(path, written)
            yield CsvFile(written, notes)
        return
    with path.open("rb") as file:
        if not file.read(2).startswith(UTF16_BOMS):
            yield CsvFile(file)
            return
        with tempfile.TemporaryFile() as written:
            _write_as_utf8(file, written)
            yield CsvFile(written)


def _write_as_utf8(file: BinaryIO, out: BinaryIO) -> None:
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-16")()
    try:
        while chunk := file.read(_PORTION):
            out.write(decoder.decode(chunk).encode())
        out.write(decoder.decode(b"", final=True).encode())
    except UnicodeError:
        reason = "UTF-16 编码的文件在字符中间结束或已损坏，请另存为 UTF-8"
        raise FileError([(1, Problem(None, None, "", reason))]) from None
