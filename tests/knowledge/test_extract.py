"""Files of every kind give their text, and those that cannot say why."""

from __future__ import annotations

import os
import signal
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pypdf import PdfWriter

from webapp.knowledge import apart
from webapp.knowledge import extract as extracting
from webapp.knowledge.apart import MEMORY_BYTES
from webapp.knowledge.drafts import Draft, DraftError
from webapp.knowledge.extract import Extracted, extract
from webapp.knowledge.files import read_file
from webapp.knowledge.reports import Rejected

LINE = "冬天续航会短一些，出发前先预热。"

PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Contents 4 0 R
/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
4 0 obj<</Length 74>>stream
BT /F1 12 Tf 20 100 Td (Winter range is shorter, preheat the battery.) Tj ET
endstream endobj
trailer<</Root 1 0 R/Size 5>>
startxref
0
%%EOF
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_plain_text_is_read_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(LINE.encode(encoding))
    assert extract(path).text == LINE


def test_a_page_gives_its_title_and_text_without_script(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        f"<title>用车 &amp; 养车</title><style>p{{}}</style><nav>菜单</nav>"
        f"<h1>冬天</h1><p>{LINE}</p><script>alert('坏')</script><p>第二段</p>",
        encoding="utf-8",
    )
    found = extract(path)
    assert found.title == "用车 & 养车"
    assert found.text == f"冬天\n{LINE}\n第二段"


def test_markdown_stays_markdown(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"# 冬季\n\n{LINE}\n", encoding="utf-8")
    (read,) = read_file(path, {"source": "示例", "title": None})
    assert isinstance(read, Draft)
    assert (read.id, read.title, read.source, read.is_markdown) == ("a.md", "冬季", "示例", True)


def test_a_word_file_gives_paragraphs_and_tables(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph(LINE)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "续航", "七折"
    path = tmp_path / "a.docx"
    document.save(str(path))
    assert extract(path).text == f"{LINE}\n续航，七折。"


def test_a_pdf_gives_its_text(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(PDF)
    assert "preheat the battery" in extract(path).text


def test_a_scanned_pdf_is_said_to_be_one(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    path = tmp_path / "a.pdf"
    writer.write(str(path))
    with pytest.raises(DraftError, match="扫描件"):
        extract(path)


def test_a_pdf_with_a_password_is_said_to_have_one(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret")
    path = tmp_path / "a.pdf"
    writer.write(str(path))
    with pytest.raises(DraftError, match="密码"):
        extract(path)


@pytest.mark.parametrize("name", ["a.pdf", "a.docx"])
def test_a_broken_file_is_said_to_be_broken(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"%PDF-1.7 rubbish")
    with pytest.raises(DraftError, match="损坏"):
        extract(path)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 20_000_000)
    with pytest.raises(DraftError, match="大得不合理"):
        extract(path)


def test_entities_of_entities_are_not_resolved(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("LAUGH")
    plain, path = tmp_path / "plain.docx", tmp_path / "a.docx"
    document.save(str(plain))
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(9))
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as archive:
        for item in source.infolist():
            data = source.read(item)
            if item.filename == "word/document.xml":
                head, _, rest = data.decode().partition("?>")
                data = f"{head}?><!DOCTYPE x [{laughs}]>{rest}".replace("LAUGH", "&l8;").encode()
            archive.writestr(item, data)
    with pytest.raises(DraftError):
        extract(path)


def test_what_is_no_text_and_what_is_too_large_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\x00\x01\x02")
    with pytest.raises(DraftError, match="不是文字文件"):
        extract(path)
    monkeypatch.setattr(extracting, "FILE_BYTES", 2)
    with pytest.raises(DraftError, match="最多 200 MB"):
        extract(path)
    with pytest.raises(DraftError, match="不认识"):
        extract(tmp_path / "a.exe")


@pytest.mark.parametrize("unit", ["<title>", "<title", "<title>a</titl", "<TITLE><title x"])
def test_thousands_of_unclosed_titles_are_read_in_one_go(tmp_path: Path, unit: str) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"<p>{LINE}</p>" + unit * 60_000, encoding="utf-8")
    started = time.process_time()
    assert extracting._title_of(path.read_text("utf-8")) == ""
    assert time.process_time() - started < 0.5  # 90 s where every title is looked at to the end


def test_the_first_closed_title_counts_whatever_its_case(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"<TITLE lang=zh>冬天\n 用车</Title><title>b</title><p>{LINE}</p>", "utf-8")
    assert extract(path).title == "冬天 用车"


def lying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[[Path], Any]) -> Path:
    """A file whose reader does as told."""
    monkeypatch.setitem(extracting._READERS, ".txt", read)
    path = tmp_path / "a.txt"
    path.write_text(LINE, encoding="utf-8")
    return path


def swallow_memory(path: Path) -> Extracted:
    return Extracted(str(len(bytearray(2 * MEMORY_BYTES))))


def spin(path: Path) -> Extracted:
    while True:
        pass


def die(path: Path) -> Extracted:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


@pytest.mark.parametrize("read", [swallow_memory, spin, die])
def test_a_file_that_takes_too_much_or_kills_its_reader_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[[Path], Any]
) -> None:
    monkeypatch.setattr(apart, "CPU_SECONDS", 1)
    path = lying(tmp_path, monkeypatch, read)
    (refused,) = read_file(path, {"source": "示例"})
    assert isinstance(refused, Rejected)
    assert "内存或时间太多" in refused.reason


def test_what_nobody_foresaw_is_told_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> Extracted:
        raise ZeroDivisionError("what")

    with pytest.raises(RuntimeError, match="ZeroDivisionError: what"):
        extract(lying(tmp_path, monkeypatch, fail))


def test_a_small_file_of_a_huge_document_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1 MB that would take hundreds to read."""
    monkeypatch.setattr(apart, "MEMORY_BYTES", 50 * 1024 * 1024)
    head = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    document, path = Document(), tmp_path / "a.docx"
    document.save(str(tmp_path / "plain.docx"))
    with zipfile.ZipFile(tmp_path / "plain.docx") as plain, zipfile.ZipFile(path, "w") as packed:
        for item in plain.infolist():
            data = plain.read(item)
            if item.filename == "word/document.xml":
                body = "".join(f"<w:p><w:r><w:t>{n}</w:t></w:r></w:p>" for n in range(300_000))
                data = f"{head}<w:body>{body}</w:body></w:document>".encode()
            packed.writestr(item.filename, data, zipfile.ZIP_DEFLATED)
    with pytest.raises(DraftError, match=r"内存或时间|损坏"):
        extract(path)
