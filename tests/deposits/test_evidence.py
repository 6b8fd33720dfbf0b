"""The evidence pack proves itself without the site; a QR code is drawn here."""

from __future__ import annotations

import io
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from webapp.deposits import evidence, qr

AT = datetime(2026, 12, 1, 4, tzinfo=UTC)
FILES = {"terms.txt": "条款\n", "order.json": evidence.written({"单号": 1, "时间": AT})}


def test_the_manifest_is_what_sha256sum_reads(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(evidence.pack(FILES, AT))) as archive:
        archive.extractall(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*FILES, evidence.MANIFEST])
    checked = ["sha256sum", "--check", "--strict", evidence.MANIFEST]
    subprocess.run(checked, cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "terms.txt").write_text("别的条款\n", "utf-8")
    assert subprocess.run(checked, cwd=tmp_path, capture_output=True, check=False).returncode


def test_the_same_files_give_the_same_pack() -> None:
    assert evidence.pack(FILES, AT) == evidence.pack(dict(FILES), AT)


def test_times_are_written_in_china_with_their_zone() -> None:
    assert "2026-12-01T12:00:00+08:00" in evidence.written({"at": AT})


def test_a_code_is_dark_on_light_with_its_margin_and_without_what_it_says() -> None:
    drawn = qr.svg("weixin://wxpay/bizpayurl?pr=abc&x=<b>")
    assert drawn.startswith("<svg")
    assert "weixin" not in drawn
    assert "<b>" not in drawn
    assert "style=" not in drawn  # the policy of the pages forbids it
    side = int(drawn.split('width="')[1].split('"')[0])
    assert (side / 6 - 8 - 17) % 4 == 0  # modules of six pixels each


def test_a_text_no_code_can_hold_is_an_error() -> None:
    with pytest.raises(ValueError, match=r".+"):
        qr.svg("长" * 4000)
