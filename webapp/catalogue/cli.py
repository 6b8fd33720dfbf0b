"""The `cars` commands: JSON Lines on standard output, words for people on standard error."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Final

import click
from sqlalchemy.exc import SQLAlchemyError

from webapp import clock
from webapp.catalogue import queries, service
from webapp.catalogue.reading.header import read_plan
from webapp.catalogue.reading.plausible import RULES
from webapp.commands import Commands

cars = Commands("cars", help="Import cars and sales, keep the catalogue current.")

_FILE: Final = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
CHANGES_SHOWN: Final = 200
"""Changed trims that are printed; the counts tell how many there were."""
_SECONDS_BETWEEN_PROGRESS: Final = 2.0


def _pairs(
    _context: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> list[tuple[str, str]]:
    pairs = []
    for text in given:
        # A title may hold an equals sign, a field never does; of a fixed text it is the rest.
        left, equals, right = (
            text.partition("=") if option.name == "fixed" else text.rpartition("=")
        )
        if not equals or not left.strip():
            raise click.BadParameter(f"“{text}”应写作 {option.metavar}")
        pairs.append((left.strip(), right.strip()))
    return pairs


@cars.command("import")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Check and report, change nothing.")
@click.option(
    "--map",
    "columns",
    multiple=True,
    metavar="TITLE=FIELD",
    callback=_pairs,
    help="Read the column TITLE as FIELD; an empty FIELD leaves it out. Repeatable.",
)
@click.option(
    "--set",
    "fixed",
    multiple=True,
    metavar="FIELD=TEXT",
    callback=_pairs,
    help="Let FIELD be TEXT in every row of a file without such a column. Repeatable.",
)
@click.option("--skip-unknown", is_flag=True, help="Leave out columns that are not known.")
def import_cars(
    file: Path,
    dry_run: bool,
    columns: list[tuple[str, str]],
    fixed: list[tuple[str, str]],
    skip_unknown: bool,
) -> None:
    """Import trims from FILE, a CSV or Excel workbook as docs/import.md says."""
    try:
        plan = read_plan(columns, fixed, skip_unknown=skip_unknown)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    _run_import(partial(service.import_cars, plan=plan), file, dry_run)


@cars.command("sales")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Check and report, change nothing.")
def import_sales(file: Path, dry_run: bool) -> None:
    """Import monthly sales from FILE, a CSV as docs/import.md says."""
    _run_import(service.import_sales, file, dry_run)


cars.commands["import-sales"] = import_sales
"""The older name of the command."""


@cars.command()
@click.option("--all", "everything", is_flag=True, help="Derive the columns of all trims anew.")
def refresh(everything: bool) -> None:
    """Put trims whose launch month has come on sale; rebuild what follows from it."""
    today = clock.today_in_china()
    with _failures_in_one_line():
        done = service.refresh_catalogue(today=today, everything=everything)
    _print(asdict(done))
    corrected = f"，更正 {done.corrected} 个附带的值" if done.corrected else ""
    _say(f"新上市 {done.launched} 款，更新 {done.series} 个车系{corrected}")


@cars.command()
@click.option("--all", "everything", is_flag=True, help="Also those that were explained.")
@click.option("--rule", type=click.Choice([*RULES]), help="Of this rule alone.")
def doubts(everything: bool, rule: str | None) -> None:
    """List trims whose values can hardly be true together; exit with 1 where any is unexplained."""
    found = [row for row in queries.doubted() if rule in (None, row.doubt.rule)]
    unexplained = [row for row in found if row.reason is None]
    for row in found if everything else unexplained:
        about = {"key": row.key, "name": row.name, "rule": row.doubt.rule, "said": row.doubt.said}
        _print(about | ({"reason": row.reason} if row.reason else {}))
    _say(f"疑点 {len(found)} 处，未说明 {len(unexplained)} 处")
    if unexplained:
        raise SystemExit(1)


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

    changed = 0

    def report(event: service.Event) -> None:
        nonlocal last, changed
        match event:
            case service.Changed(line, key, changes):
                changed += 1
                if changed <= CHANGES_SHOWN:
                    said = [asdict(change) for change in changes]
                    _print({"line": line, "key": key, "changes": said})
                elif changed == CHANGES_SHOWN + 1:
                    _say(f"改动先列 {CHANGES_SHOWN} 款，其余只计数")
            case service.Rejected(line, key, problems):
                first, *others = (asdict(problem) for problem in problems)
                shown = {"line": line, "key": key} | first
                _print(shown | ({"also": others} if others else {}))
            case service.Warned(line, key, warning, problem):
                cell = asdict(problem) if problem else {}
                cell.pop("reason", None)  # the warning says it
                _print({"line": line, "key": key, "warning": warning} | cell)
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
        return (
            f"文件未导入：{counts.rejected} 处错误。列名不认识时，用 --map '列名=字段' 对应或用 "
            "--skip-unknown 略过；缺的列全文件相同时，用 --set '字段=内容' 补上"
        )
    kind = "试运行，未写入：" if counts.dry_run else ""
    return (
        f"{kind}共 {counts.rows} 行，新增 {counts.added}，更新 {counts.changed}，"
        f"未变 {counts.unchanged}，拒绝 {counts.rejected}，警告 {counts.warnings}"
    )
