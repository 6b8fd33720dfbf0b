"""How much background work waits."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, cast

from flask import current_app
from redis import RedisError

from webapp.backends.cache import cache_client

QUEUE: Final = "celery"
"""Celery's only queue here, under its default name."""
BROKER_SECONDS: Final = 1.0


class Length(NamedTuple):
    """`waiting` for a worker; `taken` by one and not finished, None where the broker does not
    say."""

    waiting: int
    taken: int | None


def length() -> Length:
    """Raises OSError where the broker is away, which takes about a second at most."""
    url = current_app.config["BROKER_URL"]
    if url.startswith("amqp"):
        return Length(cast(int, ask_rabbitmq(url, _declare)), None)
    pipe = cache_client(url).pipeline(transaction=False)
    pipe.llen(QUEUE)
    pipe.hlen("unacked")
    try:
        waiting, taken = pipe.execute()
    except RedisError as error:
        raise ConnectionError(type(error).__name__) from error
    return Length(waiting, taken)


def ask_rabbitmq(url: str, ask: Any) -> object:
    """What `ask(connection)` says, with py-amqp's connection. Raises ConnectionError."""
    from kombu import Connection

    connection = Connection(url, connect_timeout=BROKER_SECONDS)
    try:
        # Not `connect`, which tries again after two seconds.
        opened = connection.transport.establish_connection()
        try:
            return ask(opened)
        finally:
            opened.close()
    except (*connection.connection_errors, *connection.channel_errors) as error:
        raise ConnectionError(type(error).__name__) from error
    finally:
        connection.release()


def _declare(opened: Any) -> int:
    """Passively, so that nothing is made; a queue that nobody made yet holds nothing."""
    from amqp.exceptions import NotFound

    try:
        declared = opened.channel().queue_declare(queue=QUEUE, passive=True)
    except NotFound:
        return 0
    return int(declared.message_count)
