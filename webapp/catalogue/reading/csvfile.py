"""CSV files as they come: which encoding, where each record starts, which records are broken.

Records are addressed by byte offset, so that a file of any size can be read again a few
records at a time.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from webapp.catalogue.reading.reports import FileError, Problem

MAX_LINE: Final = 1 << 20
"""Bytes in one line; more is not a table with one row per line."""
_BOM: Final = b"\xef\xbb\xbf"
_UTF16_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")
_OFFICE: Final = {
    b"PK\x03\x04": "这是 Excel 工作簿（xlsx）或压缩文件",
    b"\xd0\xcf\x11\xe0": "这是旧版 Excel 工作簿（xls）",
    b"%PDF": "这是 PDF",
}
_CUT: Final = "文件可能在此处中断"
_CSV_ERRORS: Final = {
    "unexpected end of data": f"引号没有闭合，{_CUT}",
    "expected after": "引号之后还有文字：单元格中的引号应写成两个",
    "field larger": "单元格过长：可能有引号没有闭合",
    "new-line character": "行内有单独的回车符（CR）",
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file's bytes are read. `start` is the first byte after any byte order mark."""

    name: str
    start: int
    cut: bool
    """The file ends within a character."""
    closed: bool
    """The last line ends with a line break."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: `cells`, or the `problem` that makes it unreadable. `line` counts from 1."""

    line: int
    offset: int
    cells: list[str]
    problem: str | None = None


def _refused(line: int, reason: str, value: str = "") -> FileError:
    return FileError([(line, Problem(None, None, value, reason))])


def detect_encoding(file: BinaryIO) -> Encoding:
    """UTF-8 (with or without byte order mark) or GB18030, by reading the whole file once.

    Raises `FileError` for a file that is neither, or some lines of which are the one and some
    the other, naming line and byte.
    """
    start = len(_BOM) if file.read(len(_BOM)) == _BOM else 0
    file.seek(start)
    offset, number, cut = start, 0, False
    first: dict[str, tuple[int, int]] = {}  # encoding: line and byte where it shows first
    while raw := file.readline(MAX_LINE + 1):
        number += 1
        _check_bytes(raw, number, offset)
        if not raw.isascii():
            name, at, cut = _encoding_of(raw, number, offset)
            first.setdefault(name, (number, offset + at))
        offset += len(raw)
    first.pop("either", None)
    if len(first) > 1:
        (line, _), (gb_line, gb_byte) = first["utf-8"], first["gb18030"]
        raise _refused(
            gb_line,
            f"文件混用两种编码：第 {line} 行是 UTF-8，"
            f"第 {gb_line} 行（第 {gb_byte + 1} 字节）是 GBK；请统一保存为 UTF-8",
        )
    name = next(iter(first), "utf-8")
    return Encoding(name, start, cut, closed=_ends_with_break(file))


def _ends_with_break(file: BinaryIO) -> bool:
    """Whether the file is empty or its last byte is a line break."""
    if file.seek(0, 2) == 0:
        return True
    file.seek(-1, 2)
    return file.read(1) == b"\n"


def _check_bytes(raw: bytes, number: int, offset: int) -> None:
    if number == 1 and raw.startswith(_UTF16_BOMS):
        raise _refused(1, "文件是 UTF-16 编码，请另存为 UTF-8")
    if number == 1 and (kind := _OFFICE.get(raw[:4])):
        raise _refused(1, f"{kind}，请在表格软件里另存为“CSV UTF-8”")
    if (at := raw.find(b"\0")) >= 0:
        found = f"第 {offset + at + 1} 字节是 NUL，这不是文本文件"
        raise _refused(number, f"{found}，请从表格软件另存为“CSV UTF-8”")
    if len(raw) > MAX_LINE:
        raise _refused(number, "一行超过 1 MB，这不是每行一款车的表格，或者有引号没有闭合")


def _encoding_of(raw: bytes, number: int, offset: int) -> tuple[str, int, bool]:
    """Encoding of a line that is not ASCII, its first telling byte, whether it is cut off.

    A line may be `either`: two-byte sequences that are letters in UTF-8 are Chinese in GBK.
    """
    unfinished = not raw.endswith(b"\n")
    try:
        text, cut = raw.decode("utf-8"), False
    except UnicodeDecodeError as error:
        cut = unfinished and error.end == len(raw) and error.reason == "unexpected end of data"
        if not cut:
            return "gb18030", error.start, _is_cut_gb18030(raw, number, offset, unfinished)
        text = raw[: error.start].decode("utf-8")
    for at, char in enumerate(text):
        if char > "\u2e7f":
            return "utf-8", len(text[:at].encode()), cut
    return "either", 0, cut


def _is_cut_gb18030(raw: bytes, number: int, offset: int, unfinished: bool) -> bool:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError as error:
        if unfinished and error.end == len(raw) and error.reason.startswith("incomplete"):
            return True
        at = offset + error.start + 1
        raise _refused(number, f"第 {at} 字节既不是 UTF-8 也不是 GBK/GB18030") from None
    return False


class _Lines:
    """Decoded lines of a file from a byte offset on, counting lines and bytes for `csv`."""

    def __init__(self, file: BinaryIO, encoding: str, offset: int, line: int) -> None:
        self._file, self._encoding = file, encoding
        self.go_to(offset, line)

    def go_to(self, offset: int, line: int) -> None:
        """Continue at this byte, after line number `line`."""
        self._file.seek(offset)
        self.offset, self.line = offset, line
        self.mark()

    def mark(self) -> None:
        """A record begins here."""
        self.start = self.second = self.offset
        self.first_line = self.line + 1

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        raw = self._file.readline()
        if not raw:
            raise StopIteration
        if self.offset == self.start:
            self.second = self.start + len(raw)
        self.offset += len(raw)
        self.line += 1
        # Only the end of a file that was cut can fail here, and that record is refused.
        return raw.decode(self._encoding, "replace")


class CsvFile:
    """An open CSV file. Not for several threads: all readers share one file position."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._file = file
        self.encoding = detect_encoding(file)

    def header(self) -> list[str]:
        """The cells of the first record up to the last that is not empty (spreadsheets leave
        empty columns behind). Raises `FileError`."""
        for record in self._records(None):
            if record.problem:
                raise _refused(record.line, f"表头无法读取：{record.problem}")
            cells = record.cells
            while cells and not cells[-1].strip():
                cells.pop()
            if not cells:
                raise _refused(record.line, "第一行是空的：列名要写在第一行")
            return cells
        raise _refused(1, "文件是空的")

    def records(self) -> Iterator[Record]:
        """Every record after the header that is not blank, broken ones with their problem."""
        width = len(self.header())
        after_header = True
        for record in self._records(width):
            if after_header:
                after_header = False
            elif record.problem or any(cell.strip() for cell in record.cells):
                yield record

    def read_at(self, offset: int, width: int) -> list[str]:
        """The cells of the record that starts at this byte."""
        lines = _Lines(self._file, self.encoding.name, offset, 0)
        return next(csv.reader(lines, strict=True))[:width]

    def _records(self, width: int | None) -> Iterator[Record]:
        lines = _Lines(self._file, self.encoding.name, self.encoding.start, 0)
        reader = csv.reader(lines, strict=True)
        while True:
            lines.mark()
            cells: list[str] = []
            try:
                cells = next(reader)
                problem = None if width is None else _width_problem(cells, width)
            except StopIteration:
                return
            except csv.Error as error:
                problem = _csv_problem(str(error))
                reader = csv.reader(lines, strict=True)
            here = (lines.offset, lines.line)
            if self.encoding.cut and self._at_end(lines.offset):
                problem = f"文件在字符中间结束，{_CUT}"
            record = Record(lines.first_line, lines.start, cells[:width], problem)
            if problem and lines.line > lines.first_line:
                # A stray quote swallowed the lines after it: they are records of their own.
                here = (lines.second, lines.first_line)
                reader = csv.reader(lines, strict=True)
            yield record
            lines.go_to(*here)  # the consumer may have read elsewhere

    def _at_end(self, offset: int) -> bool:
        self._file.seek(0, 2)
        return self._file.tell() == offset


def _csv_problem(message: str) -> str:
    for part, problem in _CSV_ERRORS.items():
        if part in message:
            return problem
    return message


def _width_problem(cells: list[str], width: int) -> str | None:
    if not any(cell.strip() for cell in cells):
        return None  # a blank line
    if len(cells) < width:
        return f"只有 {len(cells)} 列，表头有 {width} 列，{_CUT}"
    # Two stray quotes in one column of two rows make one record of the right width.
    if any("\n" in cell and cell.count(",") >= width - 1 for cell in cells):
        return _CSV_ERRORS["unexpected end of data"]
    if any(cell.strip() for cell in cells[width:]):
        return f"有 {len(cells)} 列，表头只有 {width} 列：单元格中的逗号要加引号"
    return None


@contextmanager
def open_csv(path: Path) -> Iterator[CsvFile]:
    """Open a CSV file for reading. Raises `FileError`, or `OSError` if it cannot be read."""
    with path.open("rb") as file:
        yield CsvFile(file)
