"""`scripts/evaluate`: how well sentences, suggestions and knowledge are understood.

Loads a catalogue into a temporary folder, runs the evaluation files and prints one table. With
--shared DIR the catalogue is the whole of DIR/data/catalog_union and the texts are those of DIR;
without, the shipped catalogue is used. Passages are found among these texts, the shipped pages
and the facts of the shipped catalogue. The files are JSON Lines; the shipped ones are samples, and
of an empty one nothing is measured. With --var DIR the folder is kept, and the vectors in it are
not made again.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from scripts.evaluation import (
    catalogue,
    dialogue,
    kinds,
    promises,
    recommend,
    retrieval,
    sentences,
    suggestions,
)
from scripts.evaluation.figures import Figure, read_lines, table

SAMPLES = Path(__file__).resolve().parent / "samples"


def main() -> None:
    given = _arguments()
    if given.recommend:
        print(table(recommend.measure(given.shared)))
        return
    try:
        asked = {
            "understanding": read_lines(given.understanding),
            "suggest": read_lines(given.suggest),
            "retrieval": read_lines(given.retrieval),
            "dialogue": read_lines(given.dialogue) if given.dialogue else [],
        } | {kind: read_lines(getattr(given, kind)) for kind in promises.KINDS}
    except (OSError, ValueError) as error:
        sys.exit(f"scripts/evaluate: {error}")
    with _working_folder(given.var) as folder:
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
    """The figures of each part that is asked anything, and what failed."""
    figures: list[Figure] = []
    wrong: list[str] = []
    kept = {kind: asked.get(kind, []) for kind in promises.KINDS}
    held = asked.get("dialogue", [])
    if asked["understanding"] or asked["suggest"] or held or any(kept.values()):
        catalogue.use(catalogue.environment(folder))
        print(f"loading {catalogue.load(shared, folder)}", file=sys.stderr)
        from webapp import create_app  # reads the environment
        from webapp.search.service import refresh_aliases

        with create_app().app_context():
            refresh_aliases()
            for name, part in (("understanding", sentences), ("suggest", suggestions)):
                if asked[name]:
                    found, failed = part.measure(asked[name])
                    figures += found
                    wrong += failed
            parts = [promises.measure(kept), dialogue.measure(held)]
            parts += [kinds.measure()] if held else []
            for found, failed in parts:
                figures += found
                wrong += failed
    if asked["retrieval"]:
        found, failed = retrieval.measure(asked["retrieval"], shared, folder / "knowledge")
        figures += found
        wrong += failed
    return figures, wrong


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/evaluate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--shared", type=_folder, metavar="DIR", help="folder of the shared data")
    parser.add_argument("--var", type=Path, metavar="DIR", help="folder to work in and to keep")
    for name in ("understanding", "retrieval", "suggest", *promises.KINDS):
        parser.add_argument(
            f"--{name}", type=Path, metavar="FILE", default=SAMPLES / f"{name}.jsonl"
        )
    parser.add_argument(
        "--dialogue",
        type=Path,
        metavar="FILE",
        nargs="?",
        const=SAMPLES / "dialogue.jsonl",
        help="hold the conversations of FILE, else of the shipped sample",
    )
    parser.add_argument(
        "--recommend",
        action="store_true",
        help="measure recommendations alone, on the pairs of cars in the shared data",
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures there too")
    parser.add_argument("--wrong", action="store_true", help="print what failed below the table")
    given = parser.parse_args()
    if given.recommend and given.shared is None:
        parser.error("--recommend needs --shared DIR, where the pairs are")
    return given


def _working_folder(kept: Path | None) -> AbstractContextManager[str]:
    if kept is None:
        return tempfile.TemporaryDirectory(prefix="evaluate-")
    kept.mkdir(parents=True, exist_ok=True)
    return nullcontext(str(kept.absolute()))


def _folder(text: str) -> Path:
    path = Path(text).absolute()
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return path


if __name__ == "__main__":
    main()
