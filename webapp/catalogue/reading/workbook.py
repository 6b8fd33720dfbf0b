"""Excel workbooks (.xlsx, .xlsm) written out as CSV: one line of text per row of the first sheet.

Rows are read as a stream and formulas never computed: the result that the spreadsheet saved with
them is taken. Sizes are checked before anything is unpacked, from the directory of the archive,
beyond which `zipfile` does not read.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any, BinaryIO, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from webapp.catalogue.reading.reports import FileError, Problem

MOST_UNPACKED: Final = 512 << 20
"""Bytes of all parts together."""
MOST_TIMES: Final = 200
SMALL: Final = 8 << 20
"""A part bigger than this that unpacks to more than MOST_TIMES its size is no table: rows of
figures shrink ten to thirty times."""
MOST_STRINGS: Final = 128 << 20
"""Bytes of any part but a sheet: the table of texts is held in memory."""
MOST_PARTS: Final = 5000
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 2000
MOST_CELLS: Final = 5_000_000
"""In all; a million take some twenty seconds."""
MOST_CELL: Final = 32_767
NOTED: Final = 100
"""Remarks on single cells that are kept; the rest is counted."""
_EXACT: Final = 10**15
"""From here on a spreadsheet no longer keeps every digit of a number."""
_CHUNK: Final = 1 << 20
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s>/]")

Note = tuple[int, str]
"""Line and remark."""


def _refused(reason: str, line: int = 1) -> FileError:
    return FileError([(line, Problem(None, None, "", reason))])


def is_workbook(path: Path) -> bool:
    """Whether a file is an Excel workbook of the present kind, by its contents."""
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def write_as_csv(path: Path, out: BinaryIO) -> list[Note]:
    """Write the first visible sheet to `out` as UTF-8 CSV; remarks on what did not come along.

    Line numbers are row numbers. Raises `FileError` for a workbook that is too big or damaged,
    or whose heading has merged cells.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions nobody asked for
            return _write(path, out)
    except FileError:
        raise
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:
        raise _refused(f"工作簿已损坏，读不了：{type(error).__name__}，请重新保存") from error
    except SyntaxError as error:  # what every parser of XML raises, bombs of entities included
        raise _refused("工作簿已损坏，里面的 XML 读不了，请重新保存") from error


def _check_sizes(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _refused("工作簿解压后超过 512 MB 或部件过多，没有解压；请分成几个文件，或另存为 CSV")
    for part in parts:
        if part.file_size > max(SMALL, MOST_TIMES * part.compress_size):
            raise _refused("工作簿里有压缩得异常的部件，没有解压；请重新保存，或另存为 CSV")
        if not part.filename.startswith("xl/worksheets/") and part.file_size > MOST_STRINGS:
            raise _refused("工作簿里的文字超过 128 MB，请分成几个文件，或另存为 CSV 再导入")


def _write(path: Path, out: BinaryIO) -> list[Note]:
    # Opened here: by its name openpyxl would judge what kind of file it is.
    with path.open("rb") as file, closing(_load(file, data_only=True)) as book:
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise _refused("工作簿里没有可见的工作表")
        sheet = sheets[0]
        notes = _Notes()
        if len(sheets) > 1:
            others = "、".join(other.title for other in sheets[1:4])
            notes.add(
                1, f"只读第一张工作表“{sheet.title}”，没有读：{others}等 {len(sheets) - 1} 张"
            )
        merged, has_formulas = _look_through(sheet)
        _note_merged(merged, notes)
        formulas = _formulas(path, sheet.title) if has_formulas else None
        _write_rows(sheet, formulas, out, notes)
        return notes.all()


def _load(file: BinaryIO, *, data_only: bool) -> Any:
    return load_workbook(file, read_only=True, data_only=data_only, keep_links=False)


class _Notes:
    def __init__(self) -> None:
        self._kept: list[Note] = []
        self._more = 0

    def add(self, line: int, text: str) -> None:
        if len(self._kept) < NOTED:
            self._kept.append((line, text))
        else:
            self._more += 1

    def all(self) -> list[Note]:
        more = [(1, f"另有 {self._more} 处同类提示")] if self._more else []
        return self._kept + more


def _look_through(sheet: Any) -> tuple[list[tuple[str, int, str, int]], bool]:
    """The merged ranges of a sheet and whether it has formulas, from its bytes: the stream of
    rows tells neither."""
    merged: list[tuple[str, int, str, int]] = []
    has_formulas, kept = False, b""
    with _source(sheet) as source:
        while chunk := source.read(_CHUNK):
            text = kept + chunk
            has_formulas = has_formulas or bool(_FORMULA.search(text))
            end = 0
            for found in _MERGED.finditer(text):
                end = found.end()
                left, top, right, bottom = (part.decode() for part in found.groups())
                if len(merged) <= NOTED:
                    merged.append((left, int(top), right, int(bottom)))
            kept = text[max(end, len(text) - 300) :]
    return merged, has_formulas


def _source(sheet: Any) -> IO[bytes]:
    source: IO[bytes] = sheet._get_source()
    return source


def _note_merged(merged: list[tuple[str, int, str, int]], notes: _Notes) -> None:
    for left, top, right, bottom in merged:
        place = f"{left}{top}:{right}{bottom}"
        if top == 1:
            raise _refused(f"表头有合并的单元格（{place}）：请取消合并，让每一列都有自己的列名")
        notes.add(top, f"{place} 是合并的单元格，只有左上角一格有值，其余按空白处理")


def _formulas(path: Path, title: str) -> Iterator[tuple[Any, ...]]:
    """The rows of the sheet with formulas as they were written."""
    with path.open("rb") as file, closing(_load(file, data_only=False)) as book:
        sheet = book[title]
        sheet.reset_dimensions()
        yield from sheet.iter_rows()


def _write_rows(
    sheet: Any, formulas: Iterator[tuple[Any, ...]] | None, out: BinaryIO, notes: _Notes
) -> None:
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    sheet.reset_dimensions()  # what a workbook says of its own size need not be true
    width = read = 0
    try:
        for line, cells in enumerate(sheet.iter_rows(), start=1):
            if line > MOST_ROWS:
                raise _refused(f"超过 {MOST_ROWS} 行，请分成几个文件", line)
            if (read := read + len(cells)) > MOST_CELLS:
                raise _refused(f"超过 {MOST_CELLS} 格，请分成几个文件，或另存为 CSV", line)
            if len(cells) > MOST_COLUMNS:
                raise _refused(f"超过 {MOST_COLUMNS} 列，这不是每行一款车的表格", line)
            row = [_text(cell) for cell in cells]
            width = width or len(row)
            row += [""] * (width - len(row))  # a sheet does not keep empty cells at the end
            for at, said in enumerate(row):
                if len(said) > MOST_CELL:
                    raise _refused(f"第 {at + 1} 列的单元格超过 {MOST_CELL} 个字符", line)
            if formulas is not None:
                _note_unsaved(line, row, next(formulas, ()), notes)
            writer.writerow(row)
    finally:
        text.detach()


def _note_unsaved(line: int, row: list[str], formulas: tuple[Any, ...], notes: _Notes) -> None:
    for at, cell in enumerate(formulas[: len(row)]):
        if getattr(cell, "data_type", "") == "f" and not row[at]:
            place = f"第 {at + 1} 列（{cell.coordinate}）"
            notes.add(line, f"{place}是公式，文件里没有保存它的结果，按空白处理；请改成数值再保存")


def _text(cell: Any) -> str:
    """A cell as a file of text would hold it. Line breaks become blanks, so that a row stays a
    line."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        percent = "%" in (cell.number_format or "")
        return f"{value * 100:.12g}%" if percent else _digits(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, date | time):
        return value.isoformat()
    return " ".join(str(value).replace("_x000D_", " ").split("\n"))


def _digits(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < _EXACT else f"{value:.15g}"
