"""The socket, on the real server with two workers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from simple_websocket import ConnectionClosed

from tests.assistant.conftest import Talker, visitor_cookie
from tests.live import LiveServer

Talk = Callable[..., Talker]


def test_an_answer_streams_in_numbered_frames_and_ends_with_its_final_html(talk: Talk) -> None:
    frames = talk().ask("pieces 5 0.06")

    assert [frame["seq"] for frame in frames] == list(range(1, len(frames) + 1))
    assert len({(frame["conversation"], frame["turn"]) for frame in frames}) == 1
    kinds = [frame["type"] for frame in frames]
    assert kinds[:2] == ["status", "status"]
    assert kinds[-2:] == ["citations", "done"]
    assert kinds.count("text") > 1
    text = "".join(frame["text"] for frame in frames if frame["type"] == "text")
    assert text == "第1句。第2句。第3句。第4句。第5句。"
    assert "第5句。" in frames[-1]["html"]
    assert "/knowledge/passages/1" in frames[-1]["html"]


@pytest.mark.parametrize(
    ("word", "writer", "label"),
    [("pieces", "rules", "由程序按数据与资料整理"), ("written", "model", "AI 生成")],
)
def test_each_piece_and_the_whole_say_who_wrote_them(
    talk: Talk, word: str, writer: str, label: str
) -> None:
    frames = talk().ask(f"{word} 3 0.01")

    assert {frame["writer"] for frame in frames if frame["type"] == "text"} == {writer}
    assert f'<span class="ai-label">{label}</span>' in frames[-1]["html"]
    assert ("data-aigc=" in frames[-1]["html"]) == (writer == "model")


def test_a_connection_dropped_after_any_frame_resumes_with_exactly_the_rest(talk: Talk) -> None:
    ended, after = False, 0
    while not ended:  # how many frames there are depends on how busy the machine is
        after += 1
        first = talk()
        first.send(type="ask", text="pieces 6 0.05")
        seen = first.frames(after)
        ended = seen[-1]["type"] == "done"
        first.drop()

        second = talk()
        second.send(type="resume", conversation=seen[0]["conversation"], after=len(seen))
        if ended:
            second.send(type="ping")
            assert second.frame()["type"] == "pong"
        rest = [] if ended else second.frames()

        assert [frame["seq"] for frame in seen + rest] == list(range(1, len(seen + rest) + 1))
        said = "".join(frame["text"] for frame in seen + rest if frame["type"] == "text")
        assert said == "第1句。第2句。第3句。第4句。第5句。第6句。"
        assert (seen + rest)[-1]["type"] == "done"
        second.drop()
    assert after >= 4


def test_a_finished_turn_repeats_word_for_word_from_any_frame(talk: Talk) -> None:
    told = talk().ask("pieces 3 0.01")
    again = talk()
    for after in range(len(told)):
        again.send(
            type="resume", conversation=told[0]["conversation"], turn=told[0]["turn"], after=after
        )
        assert again.frames() == told[after:]


def test_who_has_heard_more_than_there_is_learns_that_the_answer_broke_off(talk: Talk) -> None:
    told = talk().ask("pieces 1 0")
    again = talk()
    again.send(type="resume", conversation=told[0]["conversation"], after=len(told) + 1)
    frame = again.frame()
    assert (frame["type"], frame["code"], frame["turn"]) == (
        "error",
        "interrupted",
        told[0]["turn"],
    )
    assert frame["seq"] == len(told) + 2


def test_every_tab_learns_that_the_conversation_was_deleted_while_it_is_answered(
    talk: Talk, server: LiveServer, cookie: str, folder: Path
) -> None:
    (folder / "closed").unlink(missing_ok=True)
    one = talk()
    one.send(type="ask", text="deaf")
    seen = one.frames(3)
    where = {"conversation": seen[0]["conversation"]}
    tabs = [talk() for _ in range(4)]  # with two workers, one of them is the other's surely
    for tab in tabs:
        tab.send(type="resume", after=len(seen) - 1, **where)
        assert tab.frame() == seen[-1]  # from here on it follows
    address = f"{server.url}/assistant/{where['conversation']}/delete"
    requests.post(address, headers={"Cookie": cookie}, timeout=60).raise_for_status()
    for tab in (one, *tabs):
        frame = tab.frame()
        assert (frame["type"], frame["code"], frame["turn"]) == (
            "error",
            "not_found",
            seen[0]["turn"],
        )
        assert frame["seq"] == len(seen) + 1
    assert (folder / "closed").exists()  # nobody pays for a model's answer to nobody


def test_a_second_tab_follows_from_the_first_frame_while_the_answer_is_written(talk: Talk) -> None:
    one = talk()
    one.send(type="ask", text="pieces 12 0.1")
    first = one.frame()
    tabs = [talk() for _ in range(4)]  # with two workers, one of them is the other's surely
    for tab in tabs:
        tab.send(type="resume", conversation=first["conversation"], after=0)
    told = [first, *one.frames()]
    for tab in tabs:
        assert tab.frames() == told


def test_stop_ends_the_model_call_first_and_keeps_what_was_shown(talk: Talk, folder: Path) -> None:
    for word in ("endless", "deaf"):
        (folder / "closed").unlink(missing_ok=True)
        talker = talk()
        talker.send(type="ask", text=word)
        shown = talker.frames(3)
        assert shown[-1]["type"] == "text"
        talker.send(type="stop")
        rest = talker.frames()

        assert rest[-1]["type"] == "done"
        assert rest[-1]["state"] == "stopped"
        said = "".join(frame["text"] for frame in shown + rest if frame["type"] == "text")
        assert said in rest[-1]["html"].replace("\n", "")
        # Closed before the visitor hears of it; how fast that is, `scripts/bench sockets` measures.
        assert (folder / "closed").exists()


def test_another_tab_stops_the_answer_wherever_it_is_written(talk: Talk) -> None:
    one = talk()
    one.send(type="ask", text="endless")
    first = one.frame()
    for _ in range(3):
        other = talk()
        other.send(type="resume", conversation=first["conversation"], after=0)
        other.frame()
    other.send(type="stop")
    assert one.frames()[-1]["state"] == "stopped"


def test_what_is_asked_elsewhere_is_told_to_whoever_watches_the_conversation(talk: Talk) -> None:
    one = talk()
    told = one.ask("pieces 1 0")
    where = {"conversation": told[0]["conversation"]}
    watchers = [talk() for _ in range(4)]  # with two workers, one of them is the other's surely
    for watcher in watchers:
        watcher.send(type="watch", turn=told[0]["turn"], **where)
    second = one.ask("pieces 2 0", **where)[0]["turn"]
    for watcher in watchers:
        news = watcher.frame()
        assert (news["type"], news["turn"], news["seq"]) == ("news", None, 1)
        assert (news["newest"], news["turns"]) == (second, [second])

    edited = one.ask("pieces 3 0", edit=second, **where)[0]["turn"]
    late = talk()
    late.send(type="watch", turn=told[0]["turn"], **where)
    late_news = late.frame()
    assert (late_news["newest"], late_news["turns"]) == (edited, [edited])
    for watcher in watchers:
        news = watcher.frame()
        assert (news["newest"], news["turns"]) == (edited, None)


def test_who_asks_hears_no_news_of_it(talk: Talk) -> None:
    talker = talk()
    told = talker.ask("pieces 1 0")
    where = {"conversation": told[0]["conversation"]}
    talker.send(type="watch", turn=told[0]["turn"], **where)
    assert [frame["type"] for frame in talker.ask("pieces 30 0.1", **where)][-1] == "done"
    talker.send(type="ping")
    assert talker.frame()["type"] == "pong"


def test_another_visitor_finds_nothing(talk: Talk, server: LiveServer) -> None:
    told = talk().ask("你好")
    conversation, turn = told[0]["conversation"], told[0]["turn"]
    stranger = talk(cookie=visitor_cookie(server))
    nobody = talk(cookie="")
    for other in (stranger, nobody):
        for message in (
            {"type": "resume", "conversation": conversation, "after": 0},
            {"type": "resume", "conversation": conversation, "turn": turn, "after": 0},
            {"type": "ask", "text": "我是谁", "conversation": conversation},
            {"type": "watch", "conversation": conversation},
            {"type": "resume", "conversation": "no-such-conversation", "after": 0},
        ):
            other.send(**message)
            frame = other.frame()
            assert (frame["type"], frame["code"]) == ("error", "not_found")
            assert frame["conversation"] == message["conversation"]


def test_cars_side_by_side_are_a_page_too_and_an_edit_stays_on_it(talk: Talk) -> None:
    talker = talk()
    told = talker.ask("pieces 1 0", compare="3,4")
    where = {"conversation": told[0]["conversation"]}
    edited = talker.ask("pieces 2 0", edit=told[0]["turn"], trim=9, **where)
    talker.send(type="ask", text="pieces 1 0", compare="3,,x")

    assert "compare=(3, 4)" in told[-1]["html"]
    assert "compare=(3, 4)" in edited[-1]["html"]
    assert "trim_id=None" in edited[-1]["html"]
    assert talker.frame()["code"] == "bad_message"


def test_a_follow_up_knows_what_went_before_and_the_page_it_was_asked_from(talk: Talk) -> None:
    talker = talk()
    first = talker.ask("pieces 1 0")
    conversation = first[0]["conversation"]
    second = talker.ask("pieces 2 0", conversation=conversation, trim=7)
    assert second[0]["conversation"] == conversation
    assert second[0]["turn"] != first[0]["turn"]
    assert "之前问过：pieces 1 0；" in second[-1]["html"]
    assert "trim_id=7" in second[-1]["html"]


def test_an_edited_question_starts_a_branch_and_a_repeated_one_a_version(talk: Talk) -> None:
    talker = talk()
    first = talker.ask("pieces 1 0")
    where = {"conversation": first[0]["conversation"]}
    second = talker.ask("pieces 2 0", **where)

    edited = talker.ask("pieces 3 0", edit=second[0]["turn"], **where)
    assert "之前问过：pieces 1 0；" in edited[-1]["html"]
    assert "2 / 2" in edited[-1]["html"]

    talker.send(type="ask", again=edited[0]["turn"], **where)
    again = talker.frames()
    assert "第3句。" in again[-1]["html"]
    assert "3 / 3" in again[-1]["html"]


def test_the_same_ask_sent_twice_is_one_turn(talk: Talk) -> None:
    one, two = talk(), talk()
    one.send(type="ask", text="pieces 3 0.05", key="k-1")
    two.send(type="ask", text="pieces 3 0.05", key="k-1")
    assert one.frames() == two.frames()


def test_a_conversation_takes_one_question_at_a_time(talk: Talk) -> None:
    talker, other = talk(), talk()
    talker.send(type="ask", text="endless")
    conversation = talker.frame()["conversation"]
    other.send(type="ask", text="你好", conversation=conversation)
    assert other.frame()["code"] == "busy"
    talker.send(type="stop")
    talker.frames()
    assert talker.ask("你好", conversation=conversation)[-1]["type"] == "done"


def test_an_answer_that_fails_says_so_and_keeps_what_was_shown(talk: Talk) -> None:
    told = talk().ask("fail")
    assert [frame["seq"] for frame in told] == list(range(1, len(told) + 1))
    assert (told[-1]["type"], told[-1]["code"]) == ("error", "failed")
    assert told[-1]["retry_after"] >= 0
    assert "as the script says" not in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "not json",
        "[]",
        "null",
        '"ask"',
        "{}",
        '{"type":"dance"}',
        '{"type":"ask"}',
        '{"type":"ask","text":"   "}',
        '{"type":"ask","text":7}',
        '{"type":"ask","text":"a","edit":"x"}',
        '{"type":"resume"}',
        '{"type":"resume","conversation":"a","after":-1}',
        '{"type":"resume","conversation":"a","after":true}',
        '{"type":"resume","conversation":"a","after":99999999999999999999}',
        "[" * 4000,
        r'{"type":"watch","conversation":"\ud800"}',
        r'{"type":"ask","text":"a\udfff"}',
        r'{"type":"ask","text":"a","key":"\ud83d"}',
        r'{"type":"\ud800"}',
        r'{"\ud800":"ask"}',
        r'{"type":"ask","text":"a","page":{"list":["\udc00"]}}',
    ],
)
def test_an_unreadable_message_is_named_and_the_socket_goes_on(talk: Talk, raw: str) -> None:
    talker = talk()
    talker.socket.send(raw)
    frame = talker.frame()
    assert (frame["type"], frame["code"]) == ("error", "bad_message")
    assert frame["message"]
    talker.send(type="ping")
    assert talker.frame()["type"] == "pong"


@pytest.mark.parametrize("text", ["a" * 17_000, "长" * 6_000])
def test_a_message_over_sixteen_kilobytes_closes_the_socket(talk: Talk, text: str) -> None:
    talker = talk()
    talker.send(type="ask", text=text)
    assert talker.closed_with() == 1009


def test_the_21st_question_of_a_minute_has_to_wait(talk: Talk, server: LiveServer) -> None:
    talker = talk()
    told = [talker.ask("你好")[-1] for _ in range(40)]
    refused = [frame for frame in told if frame["type"] == "error"]
    # Without Redis each worker counts for itself; one socket is at one worker.
    assert len(told) - len(refused) == 20
    assert {frame["code"] for frame in refused} == {"rate_limited"}
    assert all(1 <= frame["retry_after"] <= 60 for frame in refused)
    assert talk(cookie=visitor_cookie(server)).ask("你好")[-1]["type"] == "done"


def test_a_page_of_another_site_cannot_open_a_socket(talk: Talk, server: LiveServer) -> None:
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        address = server.url + "/assistant/socket"
        answer = requests.get(address, headers={"Origin": origin, **handshake}, timeout=60)
        assert answer.status_code == 403
    assert talk(Origin=server.url).ask("你好")[-1]["type"] == "done"


def test_a_visitor_with_too_many_sockets_is_told_so(talk: Talk, server: LiveServer) -> None:
    own = visitor_cookie(server)
    talkers = [talk(cookie=own) for _ in range(30)]
    # 12 at each of the two workers. (This client loses what comes together with the handshake,
    # so that only the end is seen of those refused.)
    assert 12 <= sum(map(answers, talkers)) <= 24


def test_those_without_a_cookie_share_what_one_visitor_may_have(
    talk: Talk, server: LiveServer
) -> None:
    talkers = [talk(cookie="") for _ in range(30)]
    assert 12 <= sum(map(answers, talkers)) <= 24


def test_half_a_character_is_named_and_leaves_no_traceback(talk: Talk, server: LiveServer) -> None:
    talker = talk()
    talker.socket.send(r'{"type":"watch","conversation":"\ud800"}')
    assert "conversation：" in talker.frame()["message"]
    assert "UnicodeEncodeError" not in server.log.read_text("utf-8")


def answers(talker: Talker) -> bool:
    try:
        talker.send(type="ping")
        return talker.frame()["type"] == "pong"
    except ConnectionClosed:
        return False
