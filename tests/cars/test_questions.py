"""A sentence on the list, over HTTP and without JavaScript: read, shown, changed, undone."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cars.test_views import counted
from tests.cars.test_views_list import conditions, ids, total
from webapp import pagecache
from webapp.catalogue.models import Trim
from webapp.search import compiled

SENTENCE = "15万以内续航长的纯电车，稀里糊涂也行"


def asked(client: FlaskClient, sentence: str) -> str:
    """The page a sentence leads to, by the form and its redirect."""
    answer = client.get("/cars/", query_string={"q": sentence})
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert page.status_code == 200
    return page.text


def address_of(client: FlaskClient, sentence: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(client.get("/cars/", query_string={"q": sentence}).location).query)


def follow(client: FlaskClient, html: str, label: str) -> str:
    """The page behind the link with this label or text."""
    found = re.search(rf'<a [^>]*href="([^"]+)"[^>]*?(aria-label="{label}|>\s*{label})', html)
    assert found is not None, label
    return client.get(unescape(found[1])).text


def send(client: FlaskClient, html: str, button: str, **typed: str | list[str]) -> str:
    """The page a form with this button leads to, with some of its fields filled in anew."""
    form = next(
        form
        for form in re.findall(r"<form.*?</form>", html, re.S)
        if button in form and all(f'name="{name}"' in form for name in typed)
    )
    fields: list[tuple[str, str]] = []
    for tag in re.findall(r"<input [^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        off = attributes["type"] == "checkbox" and " checked" not in tag
        if attributes.get("name") not in typed and not off:
            fields.append((attributes["name"], unescape(attributes.get("value", ""))))
    for name, value in typed.items():
        fields += [(name, one) for one in ([value] if isinstance(value, str) else value)]
    answer = client.get("/cars/?" + urlencode(fields), follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def chip(html: str, text: str) -> str:
    """The chip that shows this text, with its editor."""
    found = [
        one for one in html.split('<li class="chip')[1:] if text in one.partition("</summary>")[0]
    ]
    assert found, text
    return found[0].partition('<ol class="rows"')[0].partition('<li class="save-offer')[0]


def unread(html: str) -> list[str]:
    return re.findall(r'data-unread="([^"]*)"', html)


def said(html: str, place: str) -> str:
    """The words of the sentence that a chip came from."""
    marks = re.findall(r'<mark class="said[^"]*" data-of="([\d ]+)">([^<]*)</mark>', html)
    return "".join(words for of, words in marks if place in of.split())


def test_a_sentence_becomes_an_explicit_address_that_keeps_it(
    client: FlaskClient, trims: list[Trim]
) -> None:
    assert address_of(client, SENTENCE) == [
        ("price_wan_max", "15"),
        ("energy", "BEV"),
        ("range_km_min", "600"),
        ("sort", "-range"),
        ("asked", SENTENCE),
        ("inferred", "range_km"),
    ]


def test_each_chip_says_what_words_it_came_from(client: FlaskClient, trims: list[Trim]) -> None:
    html = asked(client, SENTENCE)
    places = {
        json.loads(unescape(found[1]))["field"]: found[0]
        for found in re.findall(r'data-n="(\d+)" data-field="\w+" data-condition=\'(.*?)\'', html)
    }
    assert said(html, places["price_wan"]) == "15万以内"
    assert said(html, places["energy"]) == "纯电车"
    assert said(html, places["range_km"]) == "续航长"
    assert "来自“15万以内”" in chip(html, "指导价")


def test_an_inferred_condition_is_marked_and_can_be_confirmed_changed_or_dropped(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = asked(client, SENTENCE)
    inferred = {"field": "range_km", "operator": ">=", "value": 600, "inferred": True}
    assert inferred in conditions(html)
    assert "chip-inferred" in chip(html, "纯电续航")
    hard = {"field": "range_km", "operator": ">=", "value": 600}
    assert hard in conditions(follow(client, html, "就按这个算"))
    changed = send(client, chip(html, "纯电续航"), "改成这样", range_km_min="420")
    assert {"field": "range_km", "operator": ">=", "value": 420} in conditions(changed)
    assert "续航长" in chip(changed, "纯电续航")
    dropped = follow(client, html, "去掉条件：纯电续航")
    assert "range_km" not in {condition["field"] for condition in conditions(dropped)}
    assert SENTENCE in re.sub("<[^>]+>", "", dropped)


def test_dropped_conditions_come_back_by_reading_the_sentence_anew(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = asked(client, SENTENCE)
    assert "按原句重新读" not in html
    dropped = follow(client, html, "去掉条件：能源：纯电")
    again = re.search(r'href="([^"]+)">按原句重新读', dropped)
    assert again is not None
    assert conditions(client.get(unescape(again[1]), follow_redirects=True).text) == conditions(
        html
    )


def test_an_unread_word_is_looked_for_as_text_or_left_aside(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = asked(client, SENTENCE)
    (word,) = unread(html)
    assert word in SENTENCE
    as_text = follow(client, html, f"按文字找：{word}")
    assert unread(as_text) == []
    assert f'data-text="{word}"' in as_text
    assert total(as_text) == 0
    skipped = follow(client, html, f"不管这个词：{word}")
    assert unread(skipped) == []
    assert total(skipped) == total(html)


def test_many_unread_words_are_left_aside_at_once(client: FlaskClient, trims: list[Trim]) -> None:
    words = ["叽里", "咕噜", "哐当", "叮咚", "噼啪", "轰隆", "哗啦", "吱呀"]
    html = asked(client, "纯电，" + "，".join(words))
    assert 1 < len(unread(html)) <= 6
    assert "处没读懂" in html
    assert unread(follow(client, html, "不管没读懂的词")) == []


def test_the_form_keeps_sentence_and_marks(client: FlaskClient, trims: list[Trim]) -> None:
    html = asked(client, SENTENCE)
    more = send(client, html, "查看", price_wan_max="16")
    assert "chip-inferred" in chip(more, "纯电续航")
    assert {"field": "price_wan", "operator": "<=", "value": 16} in conditions(more)
    sorted_anew = send(client, html, "排序", sort="price")
    assert "chip-inferred" in chip(sorted_anew, "纯电续航")


def test_a_value_changed_in_the_form_is_no_longer_inferred(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = send(client, asked(client, SENTENCE), "查看", range_km_min="410")
    assert {"field": "range_km", "operator": ">=", "value": 410} in conditions(html)


def test_a_chip_that_excludes_is_changed_in_place(client: FlaskClient, trims: list[Trim]) -> None:
    html = client.get("/cars/?energy_not=BEV&seats=7&features=抬头显示").text
    changed = send(client, chip(html, "不要能源"), "改成这样", energy_not=["ICE"])
    wanted = {"field": "energy", "operator": "!=", "value": "ICE"}
    assert wanted in conditions(changed)
    assert {"field": "features", "operator": "in", "value": ["抬头显示"]} in conditions(changed)


def test_a_named_series_can_be_exchanged_for_another_of_its_brand(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = asked(client, "北斗1")
    assert conditions(html) == [{"field": "series", "operator": "==", "value": "北斗1"}]
    changed = send(client, chip(html, "车系"), "改成这样", series=["北斗2", "北斗3"])
    assert conditions(changed) == [
        {"field": "series", "operator": "in", "value": ["北斗2", "北斗3"]}
    ]


def test_an_editor_offers_every_value_also_where_nothing_is_left(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = client.get("/cars/?energy=PHEV").text
    assert total(html) == 0
    offered = re.findall(r'name="energy" value="(\w+)"', chip(html, "能源"))
    assert offered == ["BEV", "PHEV", "EREV", "HEV", "ICE", "FCEV"]


def test_an_exact_figure_has_its_editor(client: FlaskClient, trims: list[Trim]) -> None:
    html = client.get("/cars/?range_km=401").text
    assert 'value="401"' in chip(html, "纯电续航")


def test_each_chip_counts_what_it_keeps_out(client: FlaskClient, trims: list[Trim]) -> None:
    html = asked(client, "7座的纯电车")
    both = [car for car in trims if car.energy == "BEV" and car.seats == 7]
    seven = [car for car in trims if car.seats == 7]
    assert total(html) == len(both)
    assert f"+{len(seven) - len(both)}<" in chip(html, "能源")


def test_the_figure_asked_for_is_drawn_in_the_row(client: FlaskClient, trims: list[Trim]) -> None:
    html = asked(client, "车长4米5以上的纯电")
    assert '<span class="fig-label">车长</span>' in html
    assert '<span class="fig-label">车长</span>' not in asked(client, "纯电")


def test_contradicting_bounds_are_named_and_lead_on(client: FlaskClient, trims: list[Trim]) -> None:
    html = asked(client, "12万以内 20万以上")
    assert total(html) == 0
    assert "“指导价 ≤ 12 万”和“指导价 ≥ 20 万”不能同时成立" in html
    assert total(follow(client, html, "放宽到")) > 0


def test_what_was_only_inferred_is_the_first_to_go(client: FlaskClient, trims: list[Trim]) -> None:
    html = asked(client, "续航长的纯电车")
    assert total(html) == 0
    actions = re.findall(r'<a class="btn" href="[^"]+">([^<]+)', html)
    assert actions[0] == "去掉“纯电续航 ≥ 600 km”：15 款"
    assert actions[1] == "放宽到“纯电续航 ≥ 429 km”：1 款"


def test_words_that_stand_nowhere_may_be_a_name_with_a_slip(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = client.get("/cars/?text=北半1").text
    assert total(html) == 0
    assert "没有找到含“北半1”的车" in html
    assert total(follow(client, html, "是不是“北斗1”")) == 6
    assert "+30<" in html


def test_where_no_single_change_helps_two_are_offered(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = client.get("/cars/?energy=PHEV&body=皮卡&seats=7").text
    assert total(html) == 0
    offered = follow(client, html, "去掉“能源：插混、车身：皮卡”")
    assert total(offered) == 10


def test_a_comparison_is_offered_for_cars_named_side_by_side(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = asked(client, "北斗3和北斗1对比")
    link = re.search(r'href="(/cars/compare\?ids=[\d,]+)">并排对比', html)
    assert link is not None
    first, second = (int(n) for n in link[1].partition("=")[2].split(","))
    names = {car.id: car.series.name for car in trims}
    assert (names[first], names[second]) == ("北斗3", "北斗1")
    assert client.get(link[1]).status_code == 200


def test_a_question_about_one_figure_is_answered_with_the_way_to_its_source(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = asked(client, "北斗1的纯电续航是多少")
    found = [car.range_km for car in trims if car.series.name == "北斗1" and car.range_km]
    assert f"北斗1的纯电续航：{min(found)}–{max(found)} km CLTC。" in html
    assert re.search(r'href="/cars/trims/\d+">看参数和出处', html)


def test_a_question_of_experience_is_not_answered_from_figures(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = asked(client, "北斗1值得买吗")
    assert "参数表答不了" in html
    assert conditions(html) == [{"field": "series", "operator": "==", "value": "北斗1"}]
    assert re.search(r'href="/assistant/\?q=[^"]+">问问助手', html)


@pytest.mark.parametrize(
    "sentence",
    [
        "🚗🚗👨‍👩‍👧",
        "'; DROP TABLE trim; --",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)> 纯电",
        "%s %d {0} {{7*7}} ${7*7}",
        "。。。！？",
        "\u200b\u202e纯电",
        "999999999万以内",
        "纯电" * 100,
    ],
)
def test_a_strange_sentence_gives_a_page_that_shows_it(
    client: FlaskClient, trims: list[Trim], sentence: str
) -> None:
    html = asked(client, sentence)
    shown = "".join(c for c in sentence if c.isprintable())
    box = re.search(r'id="top-search" name="q"[^>]* value="([^"]*)"', html)
    assert box is not None
    assert unescape(box[1]) == shown
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "49" not in re.findall(r'<p class="sentence">.*?</p>', html, re.S)[0]


def test_a_sentence_too_long_is_read_up_to_the_limit_and_kept_in_the_box(
    client: FlaskClient, trims: list[Trim]
) -> None:
    sentence = "纯电，" + "我想要一辆好车，" * 250
    answer = client.get("/cars/", query_string={"q": sentence})
    assert answer.status_code == 200
    assert f"这句话有 {len(sentence):,} 个字，只读了前 200 个字" in answer.text
    assert f'value="{sentence}"' in answer.text
    assert conditions(answer.text) == [{"field": "energy", "operator": "==", "value": "BEV"}]
    short = re.search(r'data-address="([^"]+)"', answer.text)
    assert short is not None
    assert ids(client.get(unescape(short[1])).text) == ids(answer.text)


@pytest.mark.parametrize("sentence", ["", "   ", "\u200b", "\u3000"])
def test_an_empty_sentence_leads_to_the_whole_list(
    client: FlaskClient, trims: list[Trim], sentence: str
) -> None:
    answer = client.get("/cars/", query_string={"q": sentence})
    assert (answer.status_code, answer.location) == (303, "/cars/")


def test_words_of_a_name_are_looked_for_where_nothing_else_was_read(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = asked(client, "29 型")
    assert ids(html) == [trims[29].id]
    assert "先按文字找" in html


@pytest.mark.parametrize("query", ["inferred=colour", "inferred=features", "skip=" + "长" * 201])
def test_marks_of_an_address_are_checked(
    client: FlaskClient, trims: list[Trim], query: str
) -> None:
    answer = client.get(f"/cars/?energy=BEV&asked=纯电&{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.text


def test_what_a_sentence_adds_costs_no_statement_a_condition(
    app: Flask, client: FlaskClient, trims: list[Trim], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (pagecache, compiled):
        monkeypatch.setattr(module, "VERSION_SECONDS", 0.0)
    client.get("/cars/")  # compiles what is kept per version of the catalogue
    for module in (pagecache, compiled):
        monkeypatch.setattr(module, "VERSION_SECONDS", float("inf"))
    counts = []
    for sentence in ("北斗1", "北斗1 纯电 25万以内 7座 带抬头显示 车长4米以上"):
        location = client.get("/cars/", query_string={"q": sentence}).location
        with counted(app) as noted:
            client.get(location)
        counts.append(len(noted))
    # The second finds nothing, and asks for no pictures.
    assert counts[1] <= counts[0] <= 12


def test_examples_on_the_home_page_are_sentences_that_are_read(
    client: FlaskClient, trims: list[Trim]
) -> None:
    examples = re.findall(r'href="(/cars/\?q=[^"]+)"', client.get("/").text)
    assert len(examples) == 2
    for address in examples:
        html = client.get(unescape(address), follow_redirects=True).text
        assert len(conditions(html)) >= 3
        assert unread(html) == []


def test_a_page_of_a_question_is_not_for_search_engines(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = asked(client, "纯电")
    assert '<meta name="robots" content="noindex,follow">' in html
    assert re.search(r'rel="canonical" href="[^"]*/cars/\?energy=BEV"', html)
