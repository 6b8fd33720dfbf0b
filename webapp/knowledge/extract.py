"""The text of a file somebody sent. Nothing a file says of itself is trusted.

A file is read in a process of its own, with bounds on memory and time; no entity of XML is
resolved, nothing is fetched and no script kept.

Raises DraftError with what is wrong and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from html import unescape
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

import nh3

from webapp.knowledge.apart import Exceeded, apart
from webapp.knowledge.drafts import DraftError

FILE_BYTES: Final = 200 * 1024 * 1024
UNPACKED_BYTES: Final = 400 * 1024 * 1024
PACKED_TIMES: Final = 200
"""No document shrinks to less than a two-hundredth of its size; a bomb does."""
PDF_PAGES: Final = 5000
TOO_MUCH: Final = "读这个文件要用的内存或时间太多，没有读取。请检查内容，或另存后拆开再上传"
SCANNED_CHARACTERS: Final = 20
"""A page with fewer characters on average is a picture of one."""

_LINES: Final = {"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}
_TITLE: Final = re.compile(r"<title", re.IGNORECASE)
_TITLE_END: Final = re.compile(r"</title", re.IGNORECASE)
_HEADING: Final = re.compile(r"^# +(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Extracted:
    """`title` is what the file itself gives for one, or empty."""

    text: str
    title: str = ""
    is_markdown: bool = False


def extract(path: Path) -> Extracted:
    """Raises DraftError, or OSError where the file cannot be read."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = "、".join(sorted({suffix[1:] for suffix in _READERS}))
        raise DraftError(f"不认识 {path.suffix or '没有扩展名'} 的文件：可以是 jsonl、{known}")
    check_size(path)
    try:
        found = Extracted(**apart(lambda file: asdict(reader(file)), path))
    except Exceeded as error:
        raise DraftError(TOO_MUCH) from error
    except ValueError as error:
        raise DraftError(str(error)) from error
    if not found.text.strip():
        raise DraftError("文件里没有文字")
    return found


def check_size(path: Path) -> None:
    size = path.stat().st_size
    if size > FILE_BYTES:
        raise DraftError(f"文件有 {size // 2**20} MB，最多 200 MB，请拆开")


def decoded(data: bytes) -> str:
    """UTF-8 with or without a mark, else GBK and its successor."""
    if b"\0" in data[:4096]:
        raise DraftError("这不是文字文件")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DraftError("文字既不是 UTF-8 也不是 GBK，请另存为 UTF-8")


def _plain(path: Path) -> Extracted:
    return Extracted(decoded(path.read_bytes()))


def _markdown(path: Path) -> Extracted:
    text = decoded(path.read_bytes())
    heading = _HEADING.search(text)
    return Extracted(text, heading[1].strip() if heading else "", is_markdown=True)


def _html(path: Path) -> Extracted:
    html = decoded(path.read_bytes())
    hidden = {"title", "script", "style", "head", "nav", "template", "noscript", "svg", "form"}
    kept = nh3.clean(html, tags=_LINES, attributes={}, clean_content_tags=hidden)
    text = unescape(re.sub(r"<[^>]*>", "\n", re.sub(r"\s+", " ", kept)))
    lines = (line.strip() for line in text.split("\n"))
    return Extracted("\n".join(line for line in lines if line), _one_line(_title_of(html)))


def _title_of(html: str) -> str:
    """What stands in the first title, empty where that is not closed. Each step goes on where
    the last one ended: a page of thousands of titles is read once."""
    begins = _TITLE.search(html)
    opened = html.find(">", begins.end()) if begins else -1
    closes = _TITLE_END.search(html, opened) if opened >= 0 else None
    return html[opened + 1 : closes.start()] if closes else ""


def _pdf(path: Path) -> Extracted:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise DraftError("PDF 设有密码，请先去掉密码再上传")
        if len(reader.pages) > PDF_PAGES:
            raise DraftError(f"PDF 有 {len(reader.pages)} 页，最多 {PDF_PAGES} 页，请拆开")
        pages = [page.extract_text().strip() for page in reader.pages]
        title = str((reader.metadata and reader.metadata.title) or "")
    except DraftError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DraftError("PDF 已损坏，读不出来，请重新导出") from error
    if sum(map(len, pages)) < SCANNED_CHARACTERS * max(1, len(pages)):
        raise DraftError("PDF 是扫描件，里面只有图片，请先做文字识别（OCR）")
    return Extracted("\n".join(map(_without_line_ends, pages)), _one_line(title))


def _without_line_ends(page: str) -> str:
    """A PDF breaks lines where the paper ends: put Chinese lines together again."""
    return re.sub(r"(?<=[\u3000-\u9fff，、；：])\n(?=[\u3400-\u9fff])", "", page)


def _docx(path: Path) -> Extracted:
    _refuse_bomb(path)
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table

    try:
        document = Document(str(path))
        parts = []
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                parts += ["，".join(cell.text for cell in row.cells) + "。" for row in block.rows]
            else:
                parts.append(block.text)
        title = document.core_properties.title or ""
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise DraftError("DOCX 已损坏，读不出来，请重新保存") from error
    return Extracted("\n".join(part for part in parts if part.strip()), _one_line(title))


def _refuse_bomb(path: Path) -> None:
    try:
        with ZipFile(path) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
    except BadZipFile as error:
        raise DraftError("DOCX 已损坏，读不出来，请重新保存") from error
    if unpacked > min(UNPACKED_BYTES, PACKED_TIMES * path.stat().st_size):
        raise DraftError("DOCX 展开后大得不合理，没有读取")


def _one_line(text: str) -> str:
    return " ".join(unescape(text).split())[:300]


_READERS: Final[dict[str, Callable[[Path], Extracted]]] = {
    ".txt": _plain,
    ".md": _markdown,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
    ".docx": _docx,
}

SUFFIXES: Final = tuple(_READERS)
"""Of the files that can be read, with their dots."""
