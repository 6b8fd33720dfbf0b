"""What other parts ask of search: reading a sentence; keeping the alias table."""

from __future__ import annotations

from typing import Final

from webapp.cars.service.projected import bump_version
from webapp.extensions import db
from webapp.search.aliases import sync_aliases
from webapp.search.compiled import PerVersion
from webapp.search.names import all_names
from webapp.search.understanding.lexicon import Lexicon, compile_lexicon
from webapp.search.understanding.reading import understand
from webapp.search.understanding.result import Understanding


def read_sentence(text: str) -> Understanding:
    """What a sentence means, by the rules and the names of the present catalogue.

    Never fails, whatever the text; what is compiled from the catalogue is kept per version.
    """
    return understand(text, _LEXICON.get())


def refresh_aliases() -> bool:
    """Bring the alias table in line with the shipped one, in one transaction; whether it
    differed. Caches of names follow the catalogue's version, which then rises."""
    changed = sync_aliases()
    if changed:
        bump_version()
    db.session.commit()
    return changed


def _compile() -> Lexicon:
    return compile_lexicon(all_names())


_LEXICON: Final = PerVersion("search_understanding", _compile)
