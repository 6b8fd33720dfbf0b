"""The overview: live figures with what they count, and what it says when something is away."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Flask

from tasks.celery import celery
from tests.console.test_views import staff
from webapp.assistant.models import Conversation, Turn, TurnFeedback
from webapp.backends.cache import cache_client
from webapp.extensions import db
from webapp.operations import queues
from webapp.queue import enqueue
from webapp.registry import registry_of
from webapp.usage.counters import Counters

BROWSER = {"User-Agent": "Mozilla/5.0 Firefox/140.0", "Accept": "text/html"}


def shown(page: str) -> dict[str, tuple[str, str]]:
    """Label to (figure, what it counts)."""
    rows = re.findall(r"<dt>(.+?)</dt><dd[^>]*>(.+?)</dd><dd[^>]*>(.+?)</dd>", page)
    return {label: (figure, basis) for label, figure, basis in rows}


def count(app: Flask, **numbers: int) -> None:
    counters: Counters = app.extensions["usage"]
    for name, number in numbers.items():
        for _ in range(number):
            counters.count(name)  # type: ignore[arg-type]
    counters.flush()


def test_every_figure_says_what_it_counts(redis_url: str, app: Flask) -> None:
    count(
        app,
        requests=200,
        errors=3,
        views=40,
        views_robots=5,
        searches=8,
        searches_empty=2,
        questions=10,
        answers_rules=6,
        answers_model=2,
        answers_refused=1,
        answers_failed=1,
    )
    app.test_client().get("/", headers=BROWSER)
    app.extensions["usage"].flush()
    enqueue("tasks.cars.refresh_catalogue")
    figures = shown(staff(app, "editor").get("/console/").text)
    assert figures["今天的访客"] == ("1", "近 1 小时 1 位")
    assert figures["今天的页面浏览"] == ("41", "近 1 小时 41 次，机器人另计 5 次")
    assert figures["今天的搜索"] == ("8", "没有结果 2 次（25%）")
    written = "由规则写 6，由模型写 2，拒答 1，失败 1"
    assert figures["今天问助手"] == ("10", written)
    assert figures["出错率"] == ("1.49%", "近 1 小时 201 个请求中 3 个是 5xx")
    assert figures["排队的后台任务"] == ("1", "此刻，另有 0 个已被取走")


def test_the_figures_by_day_are_drawn_and_told_in_a_table(redis_url: str, app: Flask) -> None:
    count(app, views=7)
    page = staff(app, "editor").get("/console/").text
    assert page.count("<svg") - page.count('class="icon"') >= 3
    assert "每天的页面浏览，近 14 天" in page
    days = re.findall(r'<th scope="row">\d+ 月 \d+ 日</th><td class="num fig">(.+?)</td>', page)
    assert len(days) == 3 * 14
    assert days[14 + 13] == "7"
    assert "未知" in days[14 + 12]  # nothing was counted then, which is not 0


def test_thumbs_down_of_today_are_counted(app: Flask) -> None:
    now = datetime.now(UTC)
    db.session.add(Conversation(id="c", owner="guest:x", title="t"))
    db.session.flush()
    for number in (1, 2):
        db.session.add(
            Turn(id=number, conversation_id="c", question="q", state="done", lease_until=now)
        )
    db.session.flush()
    db.session.add(TurnFeedback(turn_id=1, thumb="down", created_at=now))
    db.session.add(TurnFeedback(turn_id=2, thumb="up", created_at=now))
    db.session.commit()
    figures = shown(staff(app, "operator").get("/console/").text)
    assert figures["今天点踩"] == ("1", "今天对助手的回答；点赞 1 次")


def test_an_editor_gets_from_a_sentence_that_found_nothing_to_how_it_is_read(
    redis_url: str, app: Flask
) -> None:
    app.extensions["usage"].count_empty("会飞的<车>")
    app.extensions["usage"].flush()
    client = staff(app, "editor")
    page = client.get("/console/").text
    (address,) = re.findall(r'href="(/console/words\?sentence=[^"]+)">会飞的&lt;车&gt;</a>', page)
    assert 'value="会飞的&lt;车&gt;"' in client.get(address).text


def test_sentences_of_visitors_are_shown_to_those_only_who_may_do_something_about_them(
    redis_url: str, app: Flask
) -> None:
    app.extensions["usage"].count_empty("会飞的车")
    app.extensions["usage"].flush()
    assert "会飞的车" not in staff(app, "operator").get("/console/").text


def test_without_redis_it_says_which_figures_are_missing_and_shows_the_rest(app: Flask) -> None:
    page = staff(app, "admin").get("/console/").text
    figures = shown(page)
    assert "缓存（Redis）没有应答" in page
    assert figures["今天的访客"] == ("未知", "缓存没有应答")
    assert figures["排队的后台任务"] == ("未知", "消息队列没有应答")
    assert figures["今天点踩"][0] == "0"
    assert "定时任务" in page


def test_a_refresh_gets_the_figures_without_the_frame(redis_url: str, app: Flask) -> None:
    fragment = staff(app, "admin").get("/console/", headers={"HX-Request": "true"}).text
    assert fragment.startswith('<div id="console-overview"')
    assert 'hx-trigger="every 10s"' in fragment


def test_the_queue_counts_what_waits_and_what_a_worker_holds(redis_url: str, app: Flask) -> None:
    store = cache_client(redis_url)
    store.rpush("celery", b"a", b"b")
    store.hset("unacked", "tag", b"c")
    assert queues.length() == (2, 1)


def test_of_a_rabbitmq_that_is_away_the_page_says_so(redis_url: str, app: Flask) -> None:
    app.config["BROKER_URL"] = "amqp://user:s3cret@127.0.0.1:1//"
    page = staff(app, "admin").get("/console/").text
    assert shown(page)["排队的后台任务"] == ("未知", "消息队列没有应答")
    assert shown(page)["今天的访客"][0] == "0"
    assert "s3cret" not in page


def test_every_task_has_a_name_for_staff(app: Flask) -> None:
    celery.loader.import_default_modules()
    tasks = {name for name in celery.tasks if name.startswith("tasks.")}
    assert set(registry_of(app).task_labels) == tasks


def test_metrics_tell_use_queue_and_visitors(redis_url: str, app: Flask) -> None:
    enqueue("tasks.cars.refresh_catalogue")
    client = app.test_client()
    client.get("/", headers=BROWSER)
    app.extensions["usage"].flush()
    text = client.get("/metrics").text
    assert 'chezhi_queue{state="waiting"} 1.0' in text
    assert 'chezhi_visitors{span="today"} 1.0' in text
    assert 'chezhi_use_total{what="views"}' in text


def test_metrics_leave_out_what_is_away(app: Flask) -> None:
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert "chezhi_queue" not in answer.text


def test_the_state_of_each_part_is_told_in_chinese(redis_url: str, app: Flask) -> None:
    app.config["EMBEDDER"] = "none"
    page = staff(app, "operator").get("/console/").text
    parts = re.findall(r'<p class="small muted">(.+?)，[\d.]+ ms</p>', page)
    assert len(parts) == 11
    assert parts[1] == "Redis"
    assert parts[3] == "60 秒没有报到"
    assert parts[6] == "本机磁盘"
    assert parts[8] == "知识库里还没有内容；只比较词，设置 EMBEDDER=none 关掉了含义比较"
    assert parts[9] == "没有配置支付渠道"
    assert parts[10] == "没有设置，回答由规则写成"
