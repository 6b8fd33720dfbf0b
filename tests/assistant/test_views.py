"""The assistant's pages and forms, without a script and without a socket."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.assistant.scripting import (
    Say,
    ask,
    conversation_in,
    echo,
    past,
    script,
    turn_in,
    written,
)
from tests.catalogue import catalogue
from webapp.assistant import stored
from webapp.assistant.events import Answer, Cards, Question
from webapp.usage.figures import usage


@pytest.fixture(autouse=True)
def echoing(app: Flask) -> list[Question]:
    return script(app, echo)


def test_a_form_gets_the_whole_answer_with_its_citations(client: FlaskClient) -> None:
    sent = ask(client, "CLTC 是什么 <b>")
    page = client.get(sent.location).text
    assert "你问的是&lt;CLTC 是什么 &lt;b&gt;&gt;。" in page
    assert 'hx-get="/knowledge/passages/31"' in page
    assert "<b>" not in page.split("thread-log")[1].split("composer")[0].replace('<b class="', "")


def test_a_source_that_rests_on_a_rule_names_its_document_and_opens_it_beside_the_page(
    app: Flask, client: FlaskClient
) -> None:
    documents = (("公告2023年第10号", "https://www.gov.cn/10.htm"), ("GB <1>", None))

    def quoting(question: Question) -> Answer:
        first, *others = echo(question).citations
        return replace(echo(question), citations=(replace(first, documents=documents), *others))

    script(app, quoting)
    page = client.get(ask(client, "购置税").location).text
    sources = page.split('class="sources"')[1].split("</ol>")[0]
    assert (
        '<a href="https://www.gov.cn/10.htm" target="_blank" rel="noopener noreferrer nofollow">'
        "公告2023年第10号</a> · GB &lt;1&gt;"
    ) in sources


def test_questions_and_who_answered_them_are_counted(
    redis_url: str, app: Flask, client: FlaskClient
) -> None:
    first = ask(client, "一", key="k1")
    ask(client, "一", key="k1")  # the same form once more
    ask(client, "二", conversation_in(first))
    app.extensions["usage"].flush()
    counted = usage(datetime.now(UTC)).today
    assert (counted.of("questions"), counted.of("answers_rules")) == (2, 2)
    assert counted.of("answers_model") + counted.of("answers_failed") == 0


def test_a_reload_shows_the_same_answer_with_the_same_citations(client: FlaskClient) -> None:
    address = ask(client, "一").location
    first, second = (client.get(address).text for _ in range(2))
    log = re.compile(r'id="assistant-log">(.*?)<div class="thread-foot"', re.S)
    one, two = log.search(first), log.search(second)
    assert one
    assert two
    assert one[1] == two[1]


def test_the_same_form_sent_twice_is_one_turn(client: FlaskClient, echoing: list[Question]) -> None:
    client.get("/assistant/")
    first, second = (ask(client, "一", key="k1").location for _ in range(2))
    assert first == second
    assert len(echoing) == 1


def test_a_follow_up_belongs_to_the_conversation(
    client: FlaskClient, echoing: list[Question]
) -> None:
    conversation = conversation_in(ask(client, "一"))
    ask(client, "二", conversation)
    ask(client, "三", conversation)
    assert past(echoing[-1]) == ["一", "二"]
    assert echoing[-1].history[0].trims == (1,)
    assert "605 km" in echoing[-1].history[0].answer


def test_an_edited_question_leaves_the_old_branch_where_it_was(
    client: FlaskClient, echoing: list[Question]
) -> None:
    first = ask(client, "一")
    conversation = conversation_in(first)
    second = turn_in(client.get(ask(client, "二", conversation).location).text)
    ask(client, "三", conversation)

    page = client.get(ask(client, "二改", conversation, edit=second).location).text
    assert past(echoing[-1]) == ["一"]
    assert "二改" in page
    assert "2 / 2" in page
    assert ">三<" not in page

    old = client.get(f"/assistant/{conversation}?turn={second}").text
    assert "1 / 2" in old
    assert "三" in old
    assert "二改" not in old


def test_what_is_exported_is_the_branch_that_is_shown(client: FlaskClient) -> None:
    first = ask(client, "一")
    conversation, turn = conversation_in(first), turn_in(client.get(first.location).text)
    ask(client, "二", conversation)
    ask(client, "一改", conversation, edit=turn)

    for shown, other in ((turn, "一改"), ("", "二")):
        page = client.get(f"/assistant/{conversation}?turn={shown}").text
        link = re.search(r'href="(/assistant/[^"]+/export[^"]*)"', page)
        assert link
        assert f"## {other}" not in client.get(link[1]).text


def test_an_answer_can_be_asked_for_again(client: FlaskClient, echoing: list[Question]) -> None:
    first = ask(client, "一", trim="3")
    conversation = conversation_in(first)
    turn = turn_in(client.get(first.location).text)
    again = client.post(f"/assistant/{conversation}", data={"again": turn})
    assert "2 / 2" in client.get(again.location).text
    assert [question.text for question in echoing] == ["一", "一"]
    assert echoing[1].page == echoing[0].page is not None


def test_nobody_else_finds_a_conversation(app: Flask, client: FlaskClient) -> None:
    conversation = conversation_in(ask(client, "只有我知道"))
    turn = turn_in(client.get(f"/assistant/{conversation}").text)
    stranger = app.test_client()
    stranger.get("/assistant/")
    for other in (stranger, app.test_client()):
        for path in ("", "/export", f"/turns/{turn}", f"/turns/{turn}/sources/2"):
            assert other.get(f"/assistant/{conversation}{path}").status_code == 404
        for path in ("", "/delete", f"/turns/{turn}/stop", f"/turns/{turn}/feedback"):
            sent = other.post(f"/assistant/{conversation}{path}", data={"text": "x", "thumb": "up"})
            assert sent.status_code == 404
        assert "只有我知道" not in other.get(f"/assistant/_panel?conversation={conversation}").text
    assert client.get(f"/assistant/{conversation}").status_code == 200


def test_own_conversations_are_listed_and_deleted(client: FlaskClient) -> None:
    kept, gone = (conversation_in(ask(client, text)) for text in ("留着的", "不要的"))
    page = client.get("/assistant/").text
    assert "留着的" in page
    assert "不要的" in page
    assert client.post(f"/assistant/{gone}/delete").location == "/assistant/"
    assert client.get(f"/assistant/{gone}").status_code == 404
    assert "不要的" not in client.get("/assistant/").text
    assert client.get(f"/assistant/{kept}").status_code == 200


def test_an_opinion_is_kept_without_who_it_was(app: Flask, client: FlaskClient) -> None:
    first = ask(client, "一")
    conversation, turn = conversation_in(first), turn_in(client.get(first.location).text)
    address = f"/assistant/{conversation}/turns/{turn}/feedback"
    client.post(address, data={"thumb": "up"})
    changed = client.post(
        address,
        data={"thumb": "down", "reasons": ["number", "old", "nonsense"], "comment": "应是 600"},
        headers={"HX-Request": "true"},
    )
    assert "没用，已记下" in changed.text
    assert client.post(address, data={"thumb": "sideways"}).status_code == 400

    printed = app.test_cli_runner().invoke(args=["assistant", "feedback"]).stdout
    (row,) = map(json.loads, printed.splitlines())
    assert row["q"] == "一"
    assert (row["thumb"], row["reasons"], row["comment"]) == ("down", ["number", "old"], "应是 600")
    assert row["citations"][0]["passage_id"] == 31
    assert row["withheld"] == [{"text": "满电能跑 987 公里。", "reason": "number"}]
    assert "987" not in client.get(first.location).text
    assert conversation not in printed
    assert "guest" not in printed


def test_an_export_carries_each_answers_label_and_their_marks(
    app: Flask, client: FlaskClient
) -> None:
    conversation = conversation_in(ask(client, "一"))
    sent = client.get(f"/assistant/{conversation}/export")
    assert sent.mimetype == "text/markdown"
    assert "AIGC" not in sent.text
    assert "> 由程序按数据与资料整理" in sent.text
    assert "[1] 续航怎么测（车知，2025-11）" in sent.text

    script(app, written)
    ask(client, "二", conversation)
    both = client.get(f"/assistant/{conversation}/export").text
    _, head, body = both.split("---\n", 2)
    marks = {name: json.loads(mark) for name, mark in re.findall(r"^(\w+): (\{.*)$", head, re.M)}
    assert marks["AIGC"]["Label"] == "1"
    assert marks["Composed"]["By"] == "rules"
    first, second = body.split("## 二")
    assert "AI 生成" not in first
    assert "> AI 生成" in second


@pytest.mark.parametrize(
    ("say", "label", "mark", "other"),
    [
        (echo, "由程序按数据与资料整理", "Composed", "AIGC"),
        (written, "AI 生成", "AIGC", "Composed"),
    ],
)
def test_an_answer_says_who_wrote_it_in_sight_inside_and_when_copied(
    app: Flask, client: FlaskClient, say: Say, label: str, mark: str, other: str
) -> None:
    script(app, say)
    page = client.get(ask(client, "一").location).text
    assert f'<span class="ai-label">{label}</span>' in page
    assert f'<meta name="{mark}"' in page
    assert f"data-{mark.lower()}='" in page
    assert f'<meta name="{other}"' not in page
    assert f"data-{other.lower()}=" not in page
    copied = re.search(r'data-copy="([^"]*)"', page)
    assert copied
    assert copied[1].endswith("数字和引用请以来源为准）")
    assert ("车知助手 AI 生成" in copied[1]) == (mark == "AIGC")


def test_an_answer_kept_before_its_writer_was_noted_stays_labelled_as_a_models() -> None:
    kept = json.loads(stored.dump(echo(Question("一"))))
    del kept["withheld"]
    del kept["writer"]
    assert stored.load(json.dumps(kept)).writer == "model"


def test_a_citation_of_a_trim_shows_its_row(app: Flask, client: FlaskClient) -> None:
    car = catalogue.trim("a", name="甲", range_km=605)
    row = catalogue.parameter("range_cltc_km", "CLTC纯电续航里程", unit="km")
    catalogue.value(car, row, number=605)
    catalogue.publish()
    first = ask(client, "一")
    turn = turn_in(client.get(first.location).text)
    address = f"/assistant/{conversation_in(first)}/turns/{turn}/sources/2"
    shown = client.get(address, headers={"HX-Request": "true"}).text
    assert "<mark>605" in shown
    assert "星河官网" in shown
    assert client.get(address).location == "/cars/trims/1"
    assert 'id="spec-range_cltc_km"' in client.get("/cars/trims/1").text


def test_cards_are_rows_of_the_list_with_their_conditions(app: Flask, client: FlaskClient) -> None:
    car = catalogue.trim("a", name="甲", range_km=605).id
    catalogue.publish()
    condition = {"field": "energy", "operator": "==", "value": "BEV", "inferred": True}
    cards = Cards((car,), (condition,), address="/cars/?energy=BEV", total=12, unread=("炫酷",))
    script(app, lambda _: Answer("search", (cards,), conditions=(condition,), trims=(car,)))
    page = client.get(ask(client, "电车").location).text
    assert f'data-trim="{car}"' in page
    assert 'data-condition=\'{"field": "energy"' in page
    assert "chip-inferred" in page
    assert 'data-unread="炫酷"' in page
    assert "看全部 12 款" in page


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"text": " \n "}, "请先写下问题"),
        ({"text": "长" * 2001}, "2000 字以内"),
        ({"text": "一", "trim": "x"}, "trim"),
        ({"text": "一", "compare": "1,x"}, "compare"),
        ({"text": "一", "compare": "1,2,3,4,5,6,7"}, "compare"),
        ({"text": "一", "list": "https://evil.example/"}, "list"),
        ({"text": "一", "edit": "99999999999"}, "edit"),
    ],
)
def test_what_cannot_be_read_is_named(
    client: FlaskClient, form: dict[str, str], words: str
) -> None:
    sent = client.post("/assistant/", data=form)
    assert sent.status_code == 400
    assert words in sent.text


def test_another_site_cannot_ask_in_a_visitors_name(client: FlaskClient) -> None:
    sent = client.post("/assistant/", data={"text": "一"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert sent.status_code == 403


def test_the_21st_question_of_a_minute_has_to_wait(client: FlaskClient) -> None:
    client.get("/assistant/")
    answers = [ask(client, "一").status_code for _ in range(21)]
    assert answers == [303] * 20 + [429]


def test_public_pages_stay_the_same_for_everyone_and_the_own_ones_are_not_kept(
    client: FlaskClient,
) -> None:
    assert "Set-Cookie" not in client.get("/").headers
    for path in ("/assistant/", "/assistant/_panel"):
        client.delete_cookie("visitor")
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "private, no-store"
        # The socket, which is opened next, can set none.
        assert "Set-Cookie" in headers


def test_every_page_leads_to_the_assistant_and_says_which_page_it_is(client: FlaskClient) -> None:
    catalogue.trim("a")
    catalogue.publish()
    assert 'href="/assistant/"' in client.get("/").text
    assert 'href="/assistant/?trim=1"' in client.get("/cars/trims/1").text
    assert 'href="/assistant/?series=1"' in client.get("/cars/series/1").text
    page = client.get("/assistant/?trim=1").text
    assert 'name="trim" value="1"' in page


# --- the page one asks from ------------------------------------------------------------------
