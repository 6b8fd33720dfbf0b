"""Turns: how they begin, how they end, whose they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from webapp.assistant import frames, queries, rendering, service, stored
from webapp.assistant.events import (
    Answer,
    Asks,
    Bullets,
    Cards,
    Cell,
    Citation,
    Links,
    Note,
    Number,
    Paragraph,
    Row,
    Sentence,
    Table,
    Withheld,
)
from webapp.assistant.models import Conversation, TurnFrame
from webapp.assistant.service import Ask, Busy, TurnLost
from webapp.errors import NotFound
from webapp.extensions import db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=service.LEASE_SECONDS + 1)


def start(text: str = "一", owner: str = "guest:a", **more: object) -> service.Started:
    return service.start_turn(owner=owner, ask=Ask(text, **more), now=NOW)  # type: ignore[arg-type]


def say(started: service.Started, seq: int, text: str) -> None:
    body = frames.text(started.conversation_id, started.turn_id, seq, text, "model")
    service.store_frame(turn_id=started.turn_id, seq=seq, body=body)


def end(started: service.Started, seq: int, state: str = "done") -> None:
    body = frames.done(started.conversation_id, started.turn_id, seq, state=state, html="")
    service.finish_turn(
        turn_id=started.turn_id,
        seq=seq,
        body=body,
        state=state,
        answer=stored.dump(Answer("other", ())),
        now=NOW,
    )


def test_an_answer_is_read_as_it_was_written() -> None:
    answer = Answer(
        "compare",
        (
            Paragraph((Sentence("甲。", (1, 2)),)),
            Bullets((Sentence("乙"),), ordered=True),
            Table("比", ("甲", "乙"), (Row("长", (Cell("1", (1,), True), Cell("2"))),), "/cars/"),
            Cards(
                (1, 2),
                ({"field": "seats", "operator": ">=", "value": 6},),
                "price",
                "/c",
                9,
                ("炫",),
            ),
            Note("少", "weak"),
            Links((("去", "/cars/"),)),
            Asks(("再问",)),
        ),
        citations=(Citation(1, "页", "车知", "2025-11", passage_id=3),),
        numbers=(Number("1", "trim:1:length_mm"),),
        conditions=({"field": "energy", "operator": "in", "value": ["BEV"]},),
        sort="price",
        trims=(1, 2),
        refused=True,
        writer="model",
        withheld=(Withheld("跑 987 公里。", "number"),),
    )
    assert stored.load(stored.dump(answer)) == answer


def test_a_turn_whose_writer_is_alive_is_left_alone(app: Flask) -> None:
    started = start()
    assert not service.end_dead_turn(turn_id=started.turn_id, now=NOW)
    service.renew_leases(turn_ids=[started.turn_id], now=LATER)
    assert not service.end_dead_turn(turn_id=started.turn_id, now=LATER)


def test_a_turn_whose_writer_died_ends_once_with_what_was_shown(app: Flask) -> None:
    started = start()
    say(started, 2, "说到一半")
    assert service.end_dead_turn(turn_id=started.turn_id, now=LATER)
    assert service.end_dead_turn(turn_id=started.turn_id, now=LATER)
    rows = queries.frames_after(started.turn_id, 0)
    assert [seq for seq, _ in rows] == [1, 2, 3]
    assert frames.type_of(rows[-1][1]) == "error"
    turn = queries.turn_by_id(started.turn_id)
    assert turn is not None
    assert turn.state == "failed"
    kept = stored.load(turn.answer or "")
    assert (kept.text, kept.writer) == ("说到一半", "model")
    with pytest.raises(TurnLost):
        say(started, 3, "还活着")
    with pytest.raises(TurnLost):
        end(started, 4)


def test_a_turn_whose_writer_wakes_up_just_then_goes_on(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = start()
    frames_after = queries.frames_after

    def wake(turn_id: int, seq: int) -> list[tuple[int, str]]:
        service.renew_leases(turn_ids=[turn_id], now=LATER)
        return frames_after(turn_id, seq)

    monkeypatch.setattr(queries, "frames_after", wake)
    assert not service.end_dead_turn(turn_id=started.turn_id, now=LATER)
    end(started, 2)
    assert service.end_dead_turn(turn_id=started.turn_id, now=LATER)


def test_a_page_made_while_the_answer_ends_goes_on_before_its_last_frame(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = start()
    frames_after = queries.frames_after

    def end_first(turn_id: int, seq: int) -> list[tuple[int, str]]:
        """The answer ends after the page has read that it is being written."""
        with app.app_context():
            end(started, 2)
        return frames_after(turn_id, seq)

    path = queries.path_to(queries.turns_of(started.conversation_id), None)
    monkeypatch.setattr(queries, "frames_after", end_first)
    (shown,) = rendering.shown_turns(path)
    assert (shown.state, shown.seq) == ("running", 1)
    (rest,) = frames_after(started.turn_id, shown.seq)
    assert frames.type_of(rest[1]) == "done"


def test_a_conversation_goes_on_after_a_dead_turn_and_waits_for_a_live_one(app: Flask) -> None:
    first = start()
    with pytest.raises(Busy):
        start("二", conversation=first.conversation_id)
    ask = Ask("三", conversation=first.conversation_id)
    assert service.start_turn(owner="guest:a", ask=ask, now=LATER).first


def test_a_key_belongs_to_its_owner(app: Flask) -> None:
    one = start(key="k")
    assert start(key="k") == service.Started(one.conversation_id, one.turn_id, None)
    assert start(owner="guest:b", key="k").first


def test_nothing_of_another_owner_can_be_followed_on(app: Flask) -> None:
    mine, theirs = start(), start(owner="guest:b")
    end(mine, 2)
    end(theirs, 2)
    with pytest.raises(NotFound):
        start("二", conversation=theirs.conversation_id)
    for name in ("reply_to", "edit", "again"):
        with pytest.raises(NotFound):
            start("二", conversation=mine.conversation_id, **{name: theirs.turn_id})


def test_a_number_of_a_deleted_turn_is_never_used_again(app: Flask) -> None:
    gone = start()
    service.delete_conversation(conversation_id=gone.conversation_id)
    with pytest.raises(TurnLost):
        say(gone, 2, "太晚了")
    assert start().turn_id > gone.turn_id


def test_a_guest_s_conversations_move_to_the_account(app: Flask) -> None:
    started = start()
    service.adopt_conversations(owner="guest:a", new_owner="account:7")
    assert queries.conversation_of(started.conversation_id, "guest:a") is None
    assert queries.conversation_of(started.conversation_id, "account:7") is not None
    (told,) = queries.exported("account:7")[0]["turns"]
    assert (told["question"], told["ai_generated"]) == ("一", False)
    service.erase_conversations(owner="account:7")
    assert queries.conversations_of("account:7") == []


def test_old_frames_go_but_for_the_last_and_so_do_conversations_of_guests_long_gone(
    app: Flask,
) -> None:
    guest, member = start(), start(owner="account:7")
    for started in (guest, member):
        say(started, 2, "一")
        end(started, 3)
    service.clean_up(now=NOW + timedelta(days=8))
    assert [frame.seq for frame in db.session.query(TurnFrame)] == [3, 3]
    service.clean_up(now=NOW + timedelta(days=181))
    assert [row.owner for row in db.session.query(Conversation)] == ["account:7"]


def test_frames_of_several_turns_are_kept_together_but_for_those_of_a_turn_that_ended(
    app: Flask,
) -> None:
    gone, here = start(), start(owner="guest:b")
    service.delete_conversation(conversation_id=gone.conversation_id)
    kept, lost = (service.NewFrame(turn.turn_id, 2, "{}") for turn in (here, gone))
    assert service.store_frames(frames=[kept, lost]) == {lost}
    assert [seq for seq, _ in queries.frames_after(here.turn_id, 0)] == [1, 2]
