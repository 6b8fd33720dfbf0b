"""`scripts/manage backup`, `restore` and `data ...`"""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from webapp.commands import Commands, on_a_usable_database
from webapp.config.settings import DATABASE
from webapp.upkeep import backup as backups
from webapp.upkeep import moving
from webapp.upkeep import restore as restoring
from webapp.upkeep.manifest import BackupFailed, check_files

FOLDER = click.Path(path_type=Path, file_okay=False, resolve_path=True)


@click.command("backup")
@click.argument("folder", type=FOLDER)
@click.option("--no-media", is_flag=True, help="Leave stored files out, such as those of a bucket.")
@click.option("--with-keys", is_flag=True, help="Copy SECRET_KEY and IDENTITY_KEY too.")
@on_a_usable_database
def backup(folder: Path, *, no_media: bool, with_keys: bool) -> None:
    """Write database and stored files into the new folder FOLDER; the product may go on serving."""
    try:
        made = backups.make(folder, with_media=not no_media, with_keys=with_keys)
    except BackupFailed as error:
        raise click.ClickException(str(error)) from None
    rows = sum(measured.rows for measured in made.tables.values())
    files = "没有包括文件" if made.media is None else f"{made.media_files} 个文件"
    click.echo(f"{folder}：{len(made.tables)} 张表 {rows} 行，{files}，共 {made.bytes} 字节")
    if made.keys and not with_keys:
        click.echo(f"密钥没有抄进去，请另外保管：{'、'.join(made.keys)}", err=True)


@click.command("restore")
@click.argument("folder", type=FOLDER)
@click.option("--check", is_flag=True, help="Only compare the backup with its digests.")
@with_appcontext
def restore(folder: Path, *, check: bool) -> None:
    """Fill an empty product from the backup in FOLDER; nothing is ever replaced."""
    try:
        found = restoring.read(folder)
        if check:
            check_files(folder, found)
        else:
            restoring.restore(folder)
    except BackupFailed as error:
        raise click.ClickException(str(error)) from None
    done = "完好" if check else "已恢复"
    click.echo(f"{done}：{found.made_at} 由版本 {found.version} 写成，{found.media_files} 个文件")
    if changed := restoring.changed_keys(found):
        click.echo(
            f"密钥和备份时不同：{'、'.join(changed)}。登录都要重新来，工作人员要重新邀请，"
            "核验过的证件号认不出来；有原来的密钥请先放回去。",
            err=True,
        )


data = Commands("data", help="The database as a whole.")


@data.command("move")
@click.option(
    "--to",
    "url",
    required=True,
    envvar="MOVE_TO",
    help="Address of an empty database, as for DATABASE_URL; or in the variable MOVE_TO.",
)
def move(url: str) -> None:
    """Copy everything from this product's database into another one, SQLite or PostgreSQL.

    Stop the product first. What is there afterwards is compared row by row; this database stays
    as it is. Cut short, the same command goes on.
    """
    try:
        url = str(DATABASE.parse(url))
    except ValueError:
        raise click.ClickException(f"--to 不是数据库的地址，应为 {DATABASE.allowed}") from None
    try:
        moved = moving.move(url, lambda line: click.echo(line, err=True))
    except moving.MoveFailed as error:
        raise click.ClickException(str(error)) from None
    rows = sum(one.rows for one in moved.values())
    click.echo(
        f"已搬好并逐行比对：{len(moved)} 张表 {rows} 行。请把 DATABASE_URL 换成新地址再启动。"
    )
