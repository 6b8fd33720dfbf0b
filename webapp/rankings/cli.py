"""The `rankings` commands."""

from __future__ import annotations

import click

from webapp import clock
from webapp.commands import Commands
from webapp.errors import NotFound
from webapp.rankings import queries, service
from webapp.rankings.periods import is_period

rankings = Commands("rankings", help="Publish the rankings, and compute one once more.")


@rankings.command("publish")
def publish() -> None:
    """Publish what the last night owes; does nothing where that is done."""
    if not service.publish_due(clock.now()):
        click.echo("昨夜的榜单已经算过，或正在计算", err=True)
        return
    newest = queries.runs(limit=1)[0]
    click.echo(f"发布 {newest.published} 份榜单，{newest.unchanged} 份没有变化", err=True)
    if newest.state == "failed":
        raise click.ClickException(f"有榜单没有发布：{newest.failures}")


@rankings.command("recompute")
@click.argument("name")
@click.argument("period")
def recompute(name: str, period: str) -> None:
    """Print the CSV of a published list, computed once more from what it was published from.

    Ends with 1 where the bytes are not those that were published. PERIOD is 2026-06, 2026-Q2 or
    2026.
    """
    if not is_period(period):
        raise click.BadParameter("应写作 2026-06、2026-Q2 或 2026", param_hint="PERIOD")
    try:
        done = service.recompute(name, period)
    except NotFound as error:
        raise click.ClickException(error.message) from error
    click.echo(done.csv.encode(), nl=False)
    if done.has_moved:
        click.echo("数据在发布之后变了；这是发布时的榜单，新的在下一次计算时发布", err=True)
    if not done.is_same:
        raise click.ClickException("与发布时的字节不同：计算方法变了，版本号却没有变")
