"""The look, as far as a machine can judge it: contrast, tokens, weight, files from others."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parent.parent / "static"
CSS = sorted((STATIC / "css").glob("*.css"))
TOKENS = (STATIC / "css" / "tokens.css").read_text("utf-8")

TEXT = [
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink", "sunken"),
    ("muted", "paper"),
    ("muted", "surface"),
    ("muted", "sunken"),
    ("paper", "ink"),
    ("accent", "paper"),
    ("accent", "surface"),
    ("accent-ink", "accent"),
    ("plate-ink", "green"),
    ("plate-ink", "blue"),
    ("warn", "paper"),
    ("warn", "surface"),
]
# What carries meaning without being text: 3:1 (WCAG 1.4.11).
MARKS = [
    ("focus", "paper"),
    ("focus", "surface"),
    ("line-strong", "paper"),
    ("line-strong", "surface"),
    ("bar", "paper"),
    ("bar-peak", "paper"),
    ("car-edge", "paper"),
    ("car-tyre", "paper"),
    *((f"tint-{n}", "paper") for n in range(1, 7)),
]


def block(start: str) -> dict[str, str]:
    """Name and value of the colours set in the rule that starts so."""
    body = TOKENS.split(start, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", body))


LIGHT = block(":root {")
DARK = block(':root[data-theme="dark"] {')


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("text", "ground"), TEXT)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(theme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize(("mark", "ground"), MARKS)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_marks_stand_out_from_their_ground(theme: dict[str, str], mark: str, ground: str) -> None:
    if mark == "car-tyre" and theme is DARK:
        mark = "car-rim"  # a tyre is black; at night the rim shows where the wheel is
    assert contrast(theme[mark], theme[ground]) >= 3


def test_both_ways_into_the_dark_theme_set_the_same() -> None:
    assert block(':root:not([data-theme="light"]) {') == DARK
    assert DARK.keys() <= LIGHT.keys()


@pytest.mark.parametrize("path", [p for p in CSS if p.name != "tokens.css"], ids=lambda p: p.name)
def test_colours_and_type_sizes_come_from_tokens(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])", text) == []
    assert re.findall(r"\b(?:rgb|hsl|oklch)a?\((?!from)", text) == []
    if path.name != "print.css":
        drawn = {"160px", "112px", "0.6em"}  # in millimetres of a drawing; of the figure beside
        sizes = set(re.findall(r"font-size: ([\d.]+\w+)", text))
        assert sizes <= drawn


@pytest.mark.parametrize("path", CSS, ids=lambda p: p.name)
def test_every_token_used_is_there(path: Path) -> None:
    declared = set(re.findall(r"(--[\w-]+):", TOKENS))
    assert set(re.findall(r"var\((--[\w-]+)\)", path.read_text("utf-8"))) <= declared


def test_style_sheets_stay_light() -> None:
    """What every page loads, and what one part of the product adds; compressed, as it is sent."""
    base = (STATIC.parent / "templates" / "base.html").read_text("utf-8")
    weights = {path.name: len(gzip.compress(path.read_bytes())) for path in CSS}
    everywhere = {name for name in weights if f"css/{name}" in base}
    assert sum(weights[name] for name in everywhere) <= 14_000
    assert all(weights[name] <= 4_000 for name in weights.keys() - everywhere)


def test_files_of_others_are_those_we_fetched() -> None:
    vendor = STATIC / "vendor"
    manifest = json.loads((vendor / "manifest.json").read_text("utf-8"))
    for entry in manifest:
        digest = hashlib.sha384((vendor / entry["file"]).read_bytes()).digest()
        assert entry["integrity"] == "sha384-" + base64.b64encode(digest).decode()
    listed = {entry["file"] for entry in manifest} | {"manifest.json"}
    assert {str(p.relative_to(vendor)) for p in vendor.rglob("*") if p.is_file()} == listed
