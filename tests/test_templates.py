"""Templates: fragments stand alone, name their variables, and nothing runs or styles inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))


def name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


FRAGMENTS = [p for p in PAGES if p.name.startswith("_") and p.parent.name != "_components"]


@pytest.mark.parametrize("path", FRAGMENTS, ids=name)
def test_a_fragment_extends_nothing_and_names_its_variables(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "{% extends" not in text
    assert text.startswith("{#")


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_nothing_runs_or_styles_inline(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"<style\b", text)
    scripts = re.findall(r"<script\b([^>]*)>", text)
    assert all("src=" in attrs or "application/ld+json" in attrs for attrs in scripts)


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_swapping_link_has_an_address_and_every_form_an_action(path: Path) -> None:
    text = path.read_text("utf-8")
    for tag in re.findall(r"<(?:a|form)\b[^>]*>", text):
        if tag.startswith("<a") and "hx-get" in tag:
            assert "href=" in tag, tag
        if tag.startswith("<form"):
            assert "action=" in tag, tag


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_nothing_is_marked_safe(path: Path) -> None:
    assert "|safe" not in path.read_text("utf-8").replace(" ", "")


def test_every_template_compiles(app: Flask) -> None:
    for path in PAGES:
        app.jinja_env.get_template(name(path))
