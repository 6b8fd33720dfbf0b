"""The `cars` commands: JSON Lines on standard output, words for people on standard error."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from webapp.catalogue import service
from webapp.catalogue.service.imports import CHINA_TIME

cars = AppGroup("cars", help="Import cars and sales, keep the catalogue current.")

_FILE: Final = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_SECONDS_BETWEEN_PROGRESS: Final = 2.0


@cars.command("import")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Check and report, change nothing.")
def import_cars(file: Path, dry_run: bool) -> None:
    """Import trims from FILE, a CSV as docs/import.md says."""
    _run_import(service.import_cars, file, dry_run)


@cars.command("import-sales")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Check and report, change nothing.")
def import_sales(file: Path, dry_run: bool) -> None:
    """Import monthly sales from FILE, a CSV as docs/import.md says."""
    _run_import(service.import_sales, file, dry_run)


@cars.command()
@click.option("--all", "everything", is_flag=True, help="Derive the columns of all trims anew.")
def refresh(everything: bool) -> None:
    """Put trims whose launch month has come on sale; rebuild what follows from it."""
    today = datetime.now(CHINA_TIME).date()
    with _failures_in_one_line():
        done = service.refresh_catalogue(today=today, everything=everything)
    _print(asdict(done))
    _say(f"新上市 {done.launched} 款，更新 {done.series} 个车系")


@cars.command()
def seed() -> None:
    """Fill an empty catalogue with the cars the product ships with."""
    with _failures_in_one_line():
        done = service.seed_catalogue(report=_reporter())
    if done is None:
        _say("车库不是空的，未导入示例数据")
        return
    for counts in (done.cars, done.sales):
        _print(asdict(counts))
        _say(_summary(counts))
    if done.cars.rejected or done.sales.rejected:
        raise SystemExit(1)


@contextmanager
def _failures_in_one_line() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"读不了 {error.filename}：{error.strerror}") from error
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise click.ClickException(
            f"数据库出错，已中断：{reason}。写完的车系都保留；排除后重新运行即可继续"
        ) from error


def _run_import(run: Callable[..., service.Counts], file: Path, dry_run: bool) -> None:
    with _failures_in_one_line():
        counts = run(path=file, dry_run=dry_run, report=_reporter())
    _print(asdict(counts))
    _say(_summary(counts))
    if counts.rejected:
        raise SystemExit(1)


def _reporter() -> service.Report:
    """Prints each event as it comes, progress at most every other second."""
    last = time.monotonic()

    def report(event: service.Rejected | service.Warned | service.Progress) -> None:
        nonlocal last
        match event:
            case service.Rejected(line, key, problems):
                first, *others = (asdict(problem) for problem in problems)
                shown = {"line": line, "key": key} | first
                _print(shown | ({"also": others} if others else {}))
            case service.Warned(line, key, warning):
                _print({"line": line, "key": key, "warning": warning})
            case service.Progress(done, rows):
                now = time.monotonic()
                if now - last >= _SECONDS_BETWEEN_PROGRESS:
                    last = now
                    _say(f"已处理 {done} / {rows} 行")

    return report


def _print(line: dict[str, Any]) -> None:
    click.echo(json.dumps(line, ensure_ascii=False))


def _say(text: str) -> None:
    click.echo(text, err=True)


def _summary(counts: service.Counts) -> str:
    if counts.refused:
        return f"文件未导入：{counts.rejected} 处错误"
    kind = "试运行，未写入：" if counts.dry_run else ""
    return (
        f"{kind}共 {counts.rows} 行，新增 {counts.added}，更新 {counts.changed}，"
        f"未变 {counts.unchanged}，拒绝 {counts.rejected}，警告 {counts.warnings}"
    )
