"""Strong and weak points of several cars; yes and no; what no answer may show."""

from __future__ import annotations

import re

import pytest

from tests.assistant.answering.conftest import Garage, Talk
from tests.catalogue import catalogue
from webapp.assistant.answering import consulting
from webapp.assistant.events import PageContext
from webapp.catalogue.filters import FIELDS
from webapp.catalogue.measures import MEASURES
from webapp.catalogue.models import Trim
from webapp.extensions import db
from webapp.knowledge.found import FoundPassage, Retrieval
from webapp.search.understanding.tables import rows, words_of

_INTERNAL = re.compile("[a-z]+_[a-z0-9_]+|launch")


@pytest.fixture
def owners(monkeypatch: pytest.MonkeyPatch) -> None:
    """An owner of 天舟 has said something, nobody else has."""
    said = FoundPassage(
        id=7,
        document="d",
        collection="reviews",
        title="天舟口碑",
        text="最满意的是第三排，优点是宽敞。",
        series="天舟",
        source="车主口碑",
        date="2025-11-02",
        score=1.0,
    )

    def retrieve(question: str, *, series: tuple[str, ...] = (), **more: object) -> Retrieval:
        return Retrieval((said,) if "天舟" in series else (), answerable=True, mode="lexical")

    monkeypatch.setattr(consulting, "retrieve", retrieve)


@pytest.mark.parametrize("text", ["它们的优缺点是什么", "优缺点呢"])
def test_strong_and_weak_points_are_told_of_each_car_compared(
    talk: Talk, garage: Garage, owners: None, text: str
) -> None:
    talk.ask("天舟和织女对比")
    done = talk.ask(text)

    first, second = done.text.split("\n\n")[:2]
    assert first.startswith("天舟")
    assert "不如的是指导价更高、综合油耗更高" in first
    assert "没有查到" not in first
    assert second.startswith("织女")
    assert "占优的是指导价更低" in second
    assert "没有查到车主对它的评价" in second
    assert "最满意的是第三排" in done.text
    assert {c.trim_id for c in done.citations} >= {garage.family, garage.hybrid}
    assert 7 in {c.passage_id for c in done.citations}
    assert set(done.trims) == {garage.family, garage.hybrid}


def test_of_one_car_they_are_told_within_its_class_or_as_owners_do(
    talk: Talk, garage: Garage, owners: None
) -> None:
    of_nobody = talk.ask("织女的优缺点是什么")

    assert not of_nobody.refused
    assert "没有查到车主对它的评价" in of_nobody.text
    assert "这里没有收录" not in of_nobody.text
    assert set(of_nobody.trims) == {garage.hybrid}
    assert "最满意的是第三排" in talk.ask("天舟的优缺点是什么").text


def test_a_car_that_is_missing_is_said_to_be_before_the_points_of_the_other(
    talk: Talk, owners: None
) -> None:
    assert talk.ask("天舟和玄武的优缺点").text.startswith("车库里没有找到“玄武”，没法并排比")


def test_so_they_are_on_the_page_of_a_comparison_and_where_the_cars_are_named(
    talk: Talk, garage: Garage, owners: None
) -> None:
    page = PageContext(compare=(garage.family, garage.hybrid))

    for done in (talk.ask("它们的优缺点是什么", page), talk.ask("天舟和织女的优缺点")):
        first, second = done.text.split("\n\n")[:2]
        assert first.startswith("天舟 2025款")
        assert second.startswith("织女 2025款")


def test_two_versions_of_one_car_are_both_told(talk: Talk, garage: Garage, owners: None) -> None:
    page = PageContext(compare=(garage.plain, garage.far))

    first, second = talk.ask("它们的优缺点是什么", page).text.split("\n\n")[:2]

    assert "入门" in first
    assert "远航" in second


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("北斗后排坐得下三个人吗", "坐得下 3 个人。除去前排 2 个座位，后面有 3 个"),
        ("北斗后排坐得下四个人吗", "坐不下 4 个人"),
        ("天舟坐得下七个人吗", "坐得下 7 个人"),
        ("织女能坐六个人吗", "坐不下 6 个人"),
        ("北斗有七座吗", "没有 7 座的版本"),
        ("天舟有七座的吗", "有，都是 7 座"),
        ("北斗有四驱吗", "有，2025款 远航 版是四驱"),
    ],
)
def test_whether_so_many_find_a_seat_is_said_in_words(talk: Talk, text: str, told: str) -> None:
    assert told in talk.ask(text).text


def test_when_a_car_came_out_is_told_or_unknown(talk: Talk, garage: Garage) -> None:
    assert "上市时间：未知" in talk.ask("北斗什么时候上市的").text

    trim = db.session.get(Trim, garage.hybrid)
    assert trim is not None
    trim.launch = "2025-03"
    catalogue.publish()

    assert "2025 年 3 月" in talk.ask("织女什么时候上市的").text


def test_whether_a_car_is_still_sold_is_told(talk: Talk, garage: Garage) -> None:
    trim = db.session.get(Trim, garage.hybrid)
    assert trim is not None
    trim.status = "停售"
    catalogue.publish()

    assert "都是停售" in talk.ask("织女停产了吗").text


def test_no_internal_name_of_a_field_or_parameter_is_ever_shown(talk: Talk) -> None:
    asked = [words_of(row)[0] for row in rows("parameters.csv")]
    asked += [field.label for field in FIELDS]
    for word in asked:
        for text in (f"北斗的{word}", f"天舟和织女哪个{word}好"):
            talk.history = ()
            shown = talk.ask(text).text
            assert not _INTERNAL.search(shown), (text, shown)


@pytest.mark.parametrize("key", MEASURES)
def test_no_measure_that_is_compared_shows_its_key(talk: Talk, key: str) -> None:
    words = {"curb_weight_kg": "哪个更重", "fast_charge_h": "哪个充电快", "trunk_l": "后备厢"}

    assert key not in talk.ask(f"天舟和织女{words.get(key, key.split('_')[0])}").text


@pytest.mark.parametrize("later", [(), ("我经常跑高速",)])
def test_cars_are_weighed_by_what_matters_for_their_use(
    talk: Talk, garage: Garage, later: tuple[str, ...]
) -> None:
    done = talk.ask("天舟和织女哪个适合跑高速" if not later else "天舟和织女对比")
    for text in later:
        done = talk.ask(text)

    first = done.text.split("\n\n")[0]
    assert first.startswith("高速长途多：先看油耗和快充时间")
    assert "综合油耗" in first
    assert done.trims == (garage.family, garage.hybrid)
