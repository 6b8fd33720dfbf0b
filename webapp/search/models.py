"""Tables of words: other names of brands, series and groups of brands; words of our own."""

from __future__ import annotations

from typing import Final

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.columns import one_of
from webapp.extensions import Model

KINDS: Final = ("brand", "series", "group")
ORIGINS: Final = ("shipped", "edited")


class Alias(Model):
    """别名: `alias` means the brand or series called `name`, or the group of that name.

    `name` is compared with the catalogue without case, spaces and hyphens; where the catalogue
    has no such name the row does nothing. A row that was `edited` is never overwritten by the
    shipped table, so an edited row with an empty `name` takes a shipped alias out of use.
    """

    __tablename__ = "alias"
    __table_args__ = (
        UniqueConstraint("kind", "alias"),
        one_of("kind", KINDS),
        one_of("origin", ORIGINS),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(6))
    name: Mapped[str] = mapped_column(String(80))
    alias: Mapped[str] = mapped_column(String(60))
    members: Mapped[str] = mapped_column(String(300), default="")
    """Of a group: its brands, spaces between; one of its rows is enough. Else empty."""
    origin: Mapped[str] = mapped_column(String(7), default="shipped")


class Synonym(Model):
    """同义词: `word` means what `meaning` means, a word or a few that the grammar knows.

    `word` is folded as the grammar's words are: lower-case, simplified, without separators.
    """

    __tablename__ = "synonym"
    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(String(20), unique=True)
    meaning: Mapped[str] = mapped_column(String(40))
