"""Vectors that come with the product, so that a first start need not make them.

`vectors/<embedder>/<collection>.txt` has a line for each title and passage of the shipped pages
and of the facts of the seed's series: the digest of what is embedded, a space, and the vector in
base64. A vector is kept in signed bytes, 127 standing for the largest of its numbers; its length
is known to be one. `scripts/seed/build_vectors.py` writes the files.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from webapp.knowledge.drafts import Draft, cut, embedded_text, passage_digest
from webapp.knowledge.titles import digest_of, titles_of

FOLDER: Final = Path(__file__).parent / "vectors"
NUMBERS: Final = 384
"""Of each vector."""
MOST: Final = 127

_LINE: Final = re.compile(rf"([0-9a-f]{{64}}) ([A-Za-z0-9+/]{{{NUMBERS // 3 * 4}}})")


def file_of(model: str, collection: str) -> Path:
    return FOLDER / model / f"{collection}.txt"


def lines_of(file: Path) -> dict[str, str]:
    """Digest to packed vector; none where there is no file. Lines that cannot be read are left
    out, so that a passage of theirs is embedded anew."""
    try:
        text = file.read_text("ascii", "replace")
    except FileNotFoundError:
        return {}
    return {found[1]: found[2] for line in text.splitlines() if (found := _LINE.fullmatch(line))}


def vectors(model: str) -> dict[str, str]:
    """Packed vectors of this model by digest, of every collection; none for other models."""
    # Listed and compared: the name of a model that is a server's address is no path.
    folders = {folder.name: folder for folder in FOLDER.iterdir()} if FOLDER.exists() else {}
    files = sorted(folders[model].glob("*.txt")) if model in folders else []
    return {digest: packed for file in files for digest, packed in lines_of(file).items()}


def packed(vector: Sequence[float]) -> str:
    numbers = np.asarray(vector, np.float64)
    return base64.b64encode(
        np.rint(numbers * (MOST / np.abs(numbers).max())).astype(np.int8).tobytes()
    ).decode()


def unpacked(text: str) -> bytes:
    """The vector as `KnowledgeVector` holds it."""
    numbers = np.frombuffer(base64.b64decode(text), np.int8).astype(np.float64)
    return (numbers / np.linalg.norm(numbers)).astype("<f4").tobytes()


def texts_of(drafts: Iterable[Draft]) -> dict[str, str]:
    """Digest to what is embedded, of every title and passage, in the order of the documents."""
    texts: dict[str, str] = {}
    for draft in drafts:
        if draft.series is None:
            texts |= {digest_of(title): title for title in titles_of(draft.title, draft.also)}
        for piece in cut(draft):
            digest = passage_digest(series=draft.series, title=draft.title, piece=piece)
            texts[digest] = embedded_text(
                series=draft.series, title=draft.title, heading=piece.heading, text=piece.text
            )
    return texts


def content(texts: Mapping[str, str], known: Mapping[str, str]) -> str:
    """The file for these texts. Raises KeyError for one whose vector is not known."""
    return "".join(f"{digest} {known[digest]}\n" for digest in texts)
