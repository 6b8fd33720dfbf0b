"""A small car park of invented cars, passages of our own, and a conversation to hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask

from tests.catalogue import catalogue
from tests.kept import KeptRows
from webapp.assistant.answering import consulting
from webapp.assistant.answering.answer import answer
from webapp.assistant.events import Answer, Cards, Done, PageContext, PastTurn, Question
from webapp.catalogue.vocabulary import FEATURES
from webapp.knowledge.found import FoundPassage, Retrieval

LIDAR = 1 << FEATURES.index("激光雷达")


@dataclass(frozen=True)
class Garage:
    """Ids of the trims below."""

    plain: int
    far: int
    family: int
    hybrid: int


@pytest.fixture
def garage(app: Flask, kept_rows: KeptRows) -> Garage:
    """北斗 (electric, two versions), 天舟 (plug-in, seven seats) and 织女 (a cheap plug-in)."""
    return kept_rows.fill("garage", _four_cars)


def _four_cars() -> Garage:
    price = catalogue.parameter("price_wan", "厂商指导价", unit="万元", better="low")
    reach = catalogue.parameter("range_cltc_km", "CLTC纯电续航里程", unit="km", better="high")
    trunk = catalogue.parameter("trunk_l", "后备厢容积", unit="L", better="high")
    lidar = catalogue.parameter("lidar_count", "激光雷达数量", unit="个")
    seats = catalogue.parameter("seats", "座位数", unit="个")

    def car(key: str, series: str, wan: float, km: int | None, **columns: object) -> int:
        made = catalogue.trim(
            key,
            series_name=series,
            price_fen=round(wan * 1_000_000),
            range_km=km,
            range_cycle="CLTC" if km else None,
            **columns,
        )
        catalogue.value(made, price, number=wan)
        if km:
            catalogue.value(made, reach, number=km)
        if columns.get("seats"):
            catalogue.value(made, seats, number=columns["seats"])
        return made.id

    made = Garage(
        plain=car("入门", "北斗", 18.98, 510, seats=5, drive="后驱", features_known=LIDAR),
        far=car(
            "远航", "北斗", 23.98, 705, seats=5, drive="四驱", features=LIDAR, features_known=LIDAR
        ),
        family=car(
            "家庭", "天舟", 29.8, 120, seats=7, drive="四驱", energy="PHEV", fuel_l_100km=6.2
        ),
        hybrid=car(
            "轻快", "织女", 12.5, 110, seats=5, drive="前驱", energy="PHEV", fuel_l_100km=4.6
        ),
    )
    catalogue.series("天舟", pinyin="tianzhou")
    catalogue.series("织女", pinyin="zhinv")
    far = catalogue.db.session.get(catalogue.Trim, made.far)
    plain = catalogue.db.session.get(catalogue.Trim, made.plain)
    assert far is not None
    assert plain is not None
    catalogue.value(far, lidar, number=1)
    catalogue.value(far, trunk, number=520)
    catalogue.value(plain, lidar, fitted="absent")
    catalogue.publish()
    return made


class Talk:
    """A conversation with the assistant."""

    def __init__(self) -> None:
        self.history: tuple[PastTurn, ...] = ()

    def ask(self, text: str, page: PageContext | None = None) -> Answer:
        done = None
        for event in answer(Question(text, self.history, page), lambda: False):
            if isinstance(event, Done):
                assert done is None
                done = event.answer
        assert done is not None
        self.history = (*self.history, PastTurn.of(text, done, page))
        return done


@pytest.fixture
def talk(garage: Garage, passages: object) -> Talk:
    return Talk()


Put = Callable[..., None]


@pytest.fixture
def passages(monkeypatch: pytest.MonkeyPatch) -> Put:
    """Sets what retrieval finds: texts, and whether they answer. Nothing, until it is called."""
    found = Retrieval((), answerable=False, mode="lexical")

    def put(*texts: str, answerable: bool = True, collection: str = "pages") -> None:
        nonlocal found
        found = Retrieval(
            tuple(
                FoundPassage(
                    id=100 + place,
                    document=f"d{place}",
                    collection=collection,
                    title=f"第{place}篇",
                    text=text,
                    series=None,
                    source="本站",
                    date="2025-11-02",
                    score=1.0 / (1 + place),
                )
                for place, text in enumerate(texts)
            ),
            answerable=answerable,
            mode="lexical",
        )

    monkeypatch.setattr(consulting, "retrieve", lambda question, **more: found)
    return put


def cards_of(done: Answer) -> Cards:
    (cards,) = (block for block in done.blocks if isinstance(block, Cards))
    return cards


def conditions_of(done: Answer) -> set[tuple[str, str, str]]:
    return {(c["field"], c["operator"], _shown(c["value"])) for c in done.conditions}


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)
