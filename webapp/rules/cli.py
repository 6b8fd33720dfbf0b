"""The `rules` commands: JSON Lines on standard output, words for people on standard error."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click

from webapp import clock
from webapp.audit import COMMAND_LINE
from webapp.commands import Commands
from webapp.errors import Conflict
from webapp.rules import service
from webapp.rules.queries import book
from webapp.rules.reading import FILES, RuleFileError, kind_of, nearest_kind

rules = Commands("rules", help="Dated rules: import, list, what ends soon.")

ENDING_DAYS: Final = 60
_FILE: Final = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@rules.command("import")
@click.argument("files", metavar="FILE...", type=_FILE, nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Check and report, change nothing.")
def import_rules(files: tuple[Path, ...], dry_run: bool) -> None:
    """Import rules, terms, scopes, eligibilities or observations from FILEs, CSV as
    docs/rules.md says: all of them or none."""
    try:
        counts = service.import_files(texts=_texts(files), actor=COMMAND_LINE, dry_run=dry_run)
    except RuleFileError as error:
        for problem in error.problems:
            _print(asdict(problem))
        click.echo(f"没有导入：{len(error.problems)} 处错误", err=True)
        raise SystemExit(1) from error
    except Conflict as error:
        raise click.ClickException(error.message) from error
    _print(asdict(counts))
    kind = "试运行，未写入：" if dry_run else ""
    said = f"新增 {counts.added}，更新 {counts.changed}，未变 {counts.unchanged}"
    click.echo(f"{kind}共 {counts.rows} 行，{said}", err=True)


@rules.command("list")
@click.option("--ending", is_flag=True, help=f"Only what ends within {ENDING_DAYS} days.")
def list_rules(ending: bool) -> None:
    """Print every term, by rule and first day."""
    found = book()
    terms = found.ending(clock.today_in_china(), within=ENDING_DAYS)
    if not ending:
        terms = sorted(found.tables.terms.values(), key=lambda t: (t.rule.code, t.valid_from, t.id))
    for term in terms:
        row = service.written(term) | {"scopes": [service.written(s) for s in term.scopes]}
        own = {"document": term.rule.document, "edited": term.id in found.edited}
        _print({name: value for name, value in row.items() if value} | own)


def _texts(files: tuple[Path, ...]) -> dict[str, str]:
    """Raises ClickException for a file that is no text, or two of one kind."""
    texts: dict[str, str] = {}
    for file in files:
        try:
            text = file.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise click.ClickException(f"{file.name} 不是 UTF-8 的 CSV 文件") from error
        kind = kind_of(text) or nearest_kind(text)
        if kind in texts:
            raise click.ClickException(f"{file.name}：一次只能导入一个 {kind}.csv")
        texts[kind] = text
    return {name: texts[name] for name in FILES if name in texts}


def _print(line: dict[str, Any]) -> None:
    click.echo(json.dumps(line, ensure_ascii=False))
