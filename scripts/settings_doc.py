"""Write the pages of settings from their table: `python -m scripts.settings_doc`.

`docs/settings.md` in English, `docs/zh/settings.md` in Chinese.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any, Final

from scripts.settings import config
from scripts.settings_chinese import in_chinese

FILE: Final = config.ROOT / "docs" / "settings.md"
CHINESE_FILE: Final = config.ROOT / "docs" / "zh" / "settings.md"

HEAD: Final = """\
# Settings

[中文](zh/settings.md)

Environment variables, read once at start-up. A value that cannot be used stops the start with
one line for each problem; an empty value counts as not set. This page is generated from
`webapp/config/` by `.venv/bin/python -m scripts.settings_doc`.

A setting marked *secret* is never shown, and `NAME_FILE` may name a file that holds it instead.

| name | default | allowed | meaning |
| --- | --- | --- | --- |
"""

CHINESE_HEAD: Final = """\
# 设置

[English](../settings.md)

全部设置都是环境变量，启动时读一次。有不能用的值就不启动，每个问题用一行说明；空值等于没设。

本页由 `.venv/bin/python -m scripts.settings_doc` 根据 `webapp/config/` 生成，不要手改。

标了 *密* 的设置从不显示；也可以用 `名称_FILE` 指定一个文件，从文件里读取。

| 名称 | 默认值 | 可用的值 | 说明 |
| --- | --- | --- | --- |
"""


def render() -> str:
    """The whole page in English."""
    return HEAD + "".join(
        f"| `{row.name}` | {_default(row)} | {row.kind.allowed} "
        f"| {row.help}{' *Secret.*' if row.secret else ''} |\n"
        for row in config.SETTINGS
    )


def render_chinese() -> str:
    """The whole page in Chinese; what nobody has put into Chinese yet is left in English."""
    return CHINESE_HEAD + "".join(
        f"| `{row.name}` | {in_chinese(_default(row)) or _default(row)} "
        f"| {in_chinese(row.kind.allowed) or row.kind.allowed} "
        f"| {row.help_chinese}{' *密。*' if row.secret else ''} |\n"
        for row in config.SETTINGS
    )


def without_chinese() -> list[str]:
    """What still needs a row in `scripts/settings_chinese.py`."""
    return [
        f"{row.name}: {text}"
        for row in config.SETTINGS
        for text in (row.kind.allowed, _default(row))
        if in_chinese(text) is None
    ] + [f"{row.name}: help_chinese" for row in config.SETTINGS if not row.help_chinese]


def _default(row: Any) -> str:
    return row.default_text or f"`{row.default}`"


if __name__ == "__main__":
    argparse.ArgumentParser(
        prog="python -m scripts.settings_doc",
        description="Write docs/settings.md and docs/zh/settings.md.",
    ).parse_args()
    FILE.write_text(render(), encoding="utf-8")
    CHINESE_FILE.write_text(render_chinese(), encoding="utf-8")
    if missing := without_chinese():
        sys.exit("\n".join(("Not in Chinese yet (scripts/settings_chinese.py):", *missing)))
