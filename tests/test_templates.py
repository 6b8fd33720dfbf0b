"""Templates: fragments stand alone, name their variables, and nothing runs or styles inline."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))


def name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


TEXTS = {name(path): path.read_text("utf-8") for path in PAGES}


def test_a_fragment_extends_nothing_and_names_its_variables() -> None:
    fragments = {n: t for n, t in TEXTS.items() if "/_" in n and not n.startswith("_components/")}
    assert len(fragments) > 20
    assert [n for n, t in fragments.items() if "{% extends" in t or not t.startswith("{#")] == []


def test_nothing_runs_or_styles_inline() -> None:
    inline = re.compile(r"\sstyle=|\son[a-z]+=|<style\b")
    assert [n for n, t in TEXTS.items() if inline.search(t)] == []
    scripts = [
        (n, attrs) for n, t in TEXTS.items() for attrs in re.findall(r"<script\b([^>]*)>", t)
    ]
    assert [s for s in scripts if "src=" not in s[1] and "application/ld+json" not in s[1]] == []


def test_every_swapping_link_has_an_address_and_every_form_an_action() -> None:
    tags = [(n, tag) for n, t in TEXTS.items() for tag in re.findall(r"<(?:a|form)\b[^>]*>", t)]
    links = [(n, tag) for n, tag in tags if tag.startswith("<a") and "hx-get" in tag]
    assert [link for link in links if "href=" not in link[1]] == []
    assert [f for f in tags if f[1].startswith("<form") and "action=" not in f[1]] == []


def test_no_page_of_the_catalogue_is_linked_by_a_written_out_address() -> None:
    """They come from `webapp/catalogue/addresses.py`."""
    texts = {str(path): path.read_text("utf-8") for path in TEMPLATES.rglob("*.*")}
    assert [n for n, t in texts.items() if re.search(r"/cars\b", t)] == []


def test_nothing_is_marked_safe() -> None:
    assert [n for n, t in TEXTS.items() if "|safe" in t.replace(" ", "")] == []


def test_every_template_compiles(app: Flask) -> None:
    for path in PAGES:
        app.jinja_env.get_template(name(path))
