"""What cached pages follow, read from the database."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import literal, select

from tests.statements import statements
from webapp.pageversions import Versions
from webapp.registry import PageVersion, registry_of


def test_numbers_that_statements_tell_are_read_in_one_and_stay_in_order(app: Flask) -> None:
    nothing = select(literal(7)).where(literal(False))
    followed = [
        PageVersion("third", select(literal(3))),
        PageVersion("own", lambda: 4, ("/own/",)),
        PageVersion("fifth", select(literal(5)), changes=lambda since: {"all": 5}),
        PageVersion("empty", nothing, ("/empty/",)),
    ]
    with statements() as noted:
        state = Versions(followed).read()
    assert len(noted) == 1
    assert state.keyed == ((3, ()), (4, ("/own/",)), (0, ("/empty/",)))
    assert state.numbers == {"fifth": 5}


def test_the_features_take_two_statements_at_most(app: Flask) -> None:
    versions = Versions(registry_of(app).page_versions.values())
    versions.read()
    with statements() as noted:
        versions.read()
    assert len(noted) <= 2
