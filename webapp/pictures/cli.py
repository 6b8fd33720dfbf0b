"""`cars pictures`: a folder of pictures whose names say what they are of."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any, Final

import click

from webapp.audit import COMMAND_LINE
from webapp.catalogue.cli import cars
from webapp.errors import BadInput, DomainError
from webapp.media.pictures import read_picture
from webapp.pictures import queries, service
from webapp.pictures.forms import check_details
from webapp.pictures.models import Subject

_NAME: Final = re.compile(r"(?P<of>.+)-(?P<place>[0-9]{1,2})-(?P<alt>.+)")
_PATTERN: Final = "车系或车型编号-序号-图片内容.jpg，例如 星愿-1-红色车身左前方.jpg"


@cars.command("pictures")
@click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, readable=True, path_type=Path)
)
@click.option("--source", required=True, help="Who made or gave the pictures.")
@click.option("--licence", required=True, help="By what right they are shown.")
@click.option("--source-url", default="", help="A page about the source.")
@click.option("--dry-run", is_flag=True, help="Check and report, change nothing.")
def pictures(folder: Path, source: str, licence: str, source_url: str, dry_run: bool) -> None:
    """Add the pictures of FOLDER, called SERIES-1-WORDS.jpg or TRIMKEY-2-WORDS.png: what it is
    of, its place (1 is the cover), what is to be seen. `alike` names pictures that look the same.
    Exit with 1 where any was refused."""
    said = {"source": source, "licence": licence, "source_url": source_url}
    refused = 0
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name[0] != ".")
    for path in files:
        answer: dict[str, Any] = {"file": unicodedata.normalize("NFC", path.name)}
        try:
            answer |= _add(path, said, dry_run)
        except DomainError as error:
            refused += 1
            answer |= {"state": "refused", "problem": error.message}
        click.echo(json.dumps(answer, ensure_ascii=False))
    click.echo(f"{len(files)} 个文件，{refused} 个没有收下", err=True)
    if refused:
        raise SystemExit(1)


def _add(path: Path, said: dict[str, str], dry_run: bool) -> dict[str, Any]:
    """What became of one file, and which pictures look like it. Raises DomainError."""
    match = _NAME.fullmatch(unicodedata.normalize("NFC", path.stem))
    if match is None:
        raise BadInput(f"文件名要写作 {_PATTERN}。")
    details = check_details(said | {"alt": match["alt"]})
    subject = _subject(match["of"].strip())
    with path.open("rb") as stream:
        picture = read_picture(stream)
    if dry_run:
        return {"state": "checked"}
    number, is_new = service.add(
        actor=COMMAND_LINE, subject=subject, picture=picture, details=details
    )
    service.move(actor=COMMAND_LINE, picture_id=number, to=max(0, int(match["place"]) - 1))
    answer: dict[str, Any] = {"state": "added" if is_new else "kept"}
    if alike := queries.alike(service.picture(number)):
        answer["alike"] = [
            f"{one.series} {one.trim}".strip() + f"：{one.small.alt}" for one in alike
        ]
    return answer


def _subject(name: str) -> Subject:
    found = queries.subjects_named(name)
    if not found:
        raise BadInput(f"没有叫“{name[:60]}”的车系，也没有这个编号的车型。")
    if len(found) > 1:
        raise BadInput(f"叫“{name[:60]}”的车系不止一个，请在前面加上品牌。")
    return found[0]
