"""`scripts/evaluate`: how well sentences, suggestions and knowledge are understood.

Loads a catalogue into a temporary folder, runs the evaluation files and prints one table. With
--shared DIR the catalogue is the whole of DIR/data/catalog_union and the texts are those of DIR;
without, the shipped catalogue is used. The files are JSON Lines; the shipped ones are samples.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from scripts.evaluation import catalogue, retrieval, sentences, suggestions
from scripts.evaluation.figures import Figure, read_lines, table

SAMPLES = Path(__file__).resolve().parent / "samples"


def main() -> None:
    given = _arguments()
    try:
        asked = {
            "understanding": read_lines(given.understanding),
            "suggest": read_lines(given.suggest),
            "retrieval": read_lines(given.retrieval),
        }
    except (OSError, ValueError) as error:
        sys.exit(f"scripts/evaluate: {error}")
    with tempfile.TemporaryDirectory(prefix="evaluate-") as folder:
        figures, wrong = evaluate(asked, given.shared, Path(folder))
    print(table(figures))
    if given.wrong:
        print("\n".join(["", *wrong]))
    if given.json:
        rows = [figure._asdict() for figure in figures]
        given.json.write_text(json.dumps({"figures": rows, "wrong": wrong}, ensure_ascii=False))


def evaluate(
    asked: dict[str, list[dict[str, Any]]], shared: Path | None, folder: Path
) -> tuple[list[Figure], list[str]]:
    catalogue.use(catalogue.environment(folder))
    print(f"loading {catalogue.load(shared, folder)}", file=sys.stderr)
    from webapp import create_app  # reads the environment
    from webapp.search.service import refresh_aliases

    with create_app().app_context():
        refresh_aliases()
        read = sentences.measure(asked["understanding"])
        suggested, misses = suggestions.measure(asked["suggest"])
    found, unfound = retrieval.measure(asked["retrieval"], shared, folder)
    return [*read.figures(), *suggested, *found], [*read.wrong, *misses, *unfound]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/evaluate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--shared", type=_folder, metavar="DIR", help="folder of the shared data")
    for name in ("understanding", "retrieval", "suggest"):
        parser.add_argument(
            f"--{name}", type=Path, metavar="FILE", default=SAMPLES / f"{name}.jsonl"
        )
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures there too")
    parser.add_argument("--wrong", action="store_true", help="print what failed below the table")
    return parser.parse_args()


def _folder(text: str) -> Path:
    path = Path(text).absolute()
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return path


if __name__ == "__main__":
    main()
