"""Handing work to the background never fails the visitor's own request."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from kombu import Producer
from kombu.exceptions import OperationalError

from webapp import queue
from webapp.backends.cache import cache_client
from webapp.queue import enqueue, send_now
from webapp.transactions import transaction


@pytest.fixture(autouse=True)
def _closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_closed_until", 0.0)


def test_a_task_is_sent_by_its_name(redis_url: str, app: Flask) -> None:
    assert send_now("tasks.cars.refresh_catalogue", 7, "x")
    (sent,) = cache_client(redis_url).lrange("celery", 0, -1)
    headers = json.loads(sent)["headers"]
    assert headers["task"] == "tasks.cars.refresh_catalogue"
    assert headers["argsrepr"] == "(7, 'x')"


def test_inside_a_transaction_a_task_is_sent_after_the_commit(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[object] = []
    monkeypatch.setattr(queue, "_send", lambda task, args: sent.append((task, args)))
    with transaction():
        enqueue("tasks.cars.refresh_catalogue", 7)
        assert sent == []
    assert sent == [("tasks.cars.refresh_catalogue", (7,))]
    with suppress(KeyError), transaction():
        enqueue("tasks.cars.refresh_catalogue", 8)
        raise KeyError
    with transaction(dry_run=True):
        enqueue("tasks.cars.refresh_catalogue", 9)
    assert len(sent) == 1


def test_who_has_to_know_whether_it_was_sent_asks_after_the_commit(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="after the commit"), transaction():
        send_now("tasks.cars.refresh_catalogue")


def test_a_broker_that_is_away_is_said_and_logged(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    assert not send_now("tasks.cars.refresh_catalogue")
    assert "not enqueued" in caplog.text
    assert "tasks.cars.refresh_catalogue" in caplog.text


def test_a_broker_that_refuses_the_sender_is_no_failure_either(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OperationalError from ConnectionRefusedError()

    app.config["CELERY_BROKER_URL"] = url = "amqp://127.0.0.1:1//"
    monkeypatch.setattr(queue.sender(url), "send_task", refuse)
    assert not send_now("tasks.cars.refresh_catalogue")


def test_a_connection_that_ended_with_the_brokers_restart_costs_a_second_try_and_no_task(
    redis_url: str, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [ConnectionResetError()]
    monkeypatch.setattr(Producer, "_publish", _before(Producer._publish, broken))
    assert send_now("tasks.cars.refresh_catalogue")
    assert broken == []
    assert cache_client(redis_url).llen("celery") == 1


def test_rabbitmq_says_what_it_has_taken() -> None:
    options = queue.broker_settings("amqp://127.0.0.1//")["broker_transport_options"]
    assert options["confirm_publish"]


def _before(publish: Any, errors: list[ConnectionResetError]) -> Any:
    """`publish` once the errors were raised."""

    def published(*args: Any, **options: Any) -> object:
        if errors:
            raise errors.pop()
        return publish(*args, **options)

    return published


def test_after_a_failure_the_broker_is_left_alone_for_a_moment(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not send_now("tasks.cars.refresh_catalogue")

    def refuse(*_: object) -> None:
        raise AssertionError("tried again")

    monkeypatch.setattr(queue, "_send", refuse)
    assert not send_now("tasks.cars.refresh_catalogue")
