"""Write docs/limits.md from the code's own numbers: `python -m scripts.limits_doc`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Final, NamedTuple

from scripts import web_worker
from webapp import assets, pagecache, pagestore, pageviews, turns
from webapp.assistant import crowd, forms, quota, socket, wire
from webapp.cars import cardviews
from webapp.cars.cards import keeping
from webapp.config import ROOT
from webapp.config import load as load_config
from webapp.garage import service as garage
from webapp.knowledge import apart, extract
from webapp.recommend import service as recommend
from webapp.saved import service as saved
from webapp.search.understanding import reading
from webapp.usage import counters
from webapp.videos import forms as videos
from webapp.videos.service import sweeping, uploads
from webapp.videos.transcoding import probing

FILE: Final = ROOT / "docs" / "limits.md"

HEAD: Final = """\
# Limits

What somebody without an account may take, from one network: an IPv4 address, or the /64 an IPv6
address is in. With `TRUSTED_PROXIES` it is the address the proxies tell; connections are then
theirs to limit. Each worker counts for itself, but for what is in Redis. This page is generated
from the code by `.venv/bin/python -m scripts.limits_doc`; `scripts/drill hostile` attacks a
product of its own and shows what a second visitor sees meanwhile.

| what | at most | of | beyond that |
| --- | --- | --- | --- |
"""
MEGABYTE: Final = 1024 * 1024


class Limit(NamedTuple):
    what: str
    most: str
    of: str
    beyond: str


def limits() -> Iterable[Limit]:
    config = load_config({"APP_ENV": "testing", "SECRET_KEY": "x" * 16 + "0123456789abcdef"})
    yield from _connections()
    yield from _sockets()
    yield Limit("head line of a request", "32 KB", "a request", "414 or 400")
    body = f"{config['MAX_CONTENT_LENGTH'] // 1024} KB"
    yield Limit("body of a request", body, "a request; staff's uploads 200 MB", "413")
    yield Limit(
        "fields of a form", f"{config['MAX_FORM_MEMORY_SIZE'] // 1024} KB", "a request", "413"
    )
    yield Limit(
        "sentence that is read", f"{reading.LONGEST} characters", "a search", "the rest is left out"
    )
    yield Limit("question", f"{forms.QUESTION_LENGTH} characters", "a question", "a named error")
    yield Limit(
        "pictures of shared links",
        str(cardviews.CARDS).replace("/", " a "),
        "a network",
        f"429; a worker draws {keeping.AT_ONCE} at a time, others get the site's own picture",
    )
    yield from _questions()
    yield from _kept()
    yield from _files()
    yield from _videos()


def _connections() -> Iterable[Limit]:
    yield Limit("connections", str(web_worker.CONNECTIONS), "a worker", "wait to be accepted")
    yield Limit(
        "connections",
        str(web_worker.PER_NETWORK),
        "a network in a worker",
        "503 and closed; not behind proxies",
    )
    yield Limit(
        "time for the head of a request", f"{web_worker.HEAD_SECONDS} s", "a connection", "closed"
    )
    rate = web_worker.BODY_BYTES_A_SECOND // 1024
    yield Limit(
        "time for a body", f"{web_worker.BODY_SECONDS:g} s, then {rate} KB/s", "a request", "408"
    )
    yield Limit(
        "time without reading an answer",
        f"{web_worker.UNREAD_SECONDS:g} s",
        "a connection",
        "closed",
    )
    yield Limit(
        "of an answer written and not yet read",
        f"{web_worker.UNREAD_BYTES // 1024} KB",
        "a connection",
        "the rest waits in the worker",
    )
    yield Limit(
        "requests worked on",
        str(turns.AT_ONCE),
        "a network in a worker",
        f"wait in line, 503 after {turns.WAIT_SECONDS:g} s",
    )
    yield Limit(
        "pages from memory that pass the line, while others visit",
        f"{turns.PASSING / turns.PASS_SECONDS:.0f} a second",
        "a network in a worker",
        "wait in line",
    )
    yield Limit(
        "share of a worker's time with a line, while others visit",
        f"at most 1 / {turns.REST_TIMES + 1}",
        "a network in a worker, with one place",
        "wait in line",
    )


def _sockets() -> Iterable[Limit]:
    full = "`too_many_sockets` and closed (1013)"
    yield Limit("sockets", str(crowd.PER_PROCESS), "a worker", full)
    yield Limit("sockets", str(crowd.PER_NETWORK), "a network in a worker", full)
    yield Limit(
        "sockets",
        str(crowd.PER_OWNER),
        "a visitor in a worker; all without a cookie of a network are one",
        full,
    )
    yield Limit(
        "silence on a socket",
        f"{socket.FIRST_SECONDS:g} s at first, then {socket.IDLE_SECONDS:g} s",
        "a socket",
        "closed (1012)",
    )
    many = f"{crowd.MESSAGES_A_SECOND:g} a second, twice as many at once"
    yield Limit("messages", many, "a socket", "`too_fast` and closed (1008)")
    yield Limit(
        "messages",
        f"{crowd.NETWORK_MESSAGES_A_SECOND:g} a second",
        "a network in a worker",
        "`too_fast` and closed (1008)",
    )
    yield Limit("a message", f"{wire.MESSAGE_BYTES // 1024} KB", "a message", "closed (1009)")
    yield Limit("bytes read", f"{crowd.BYTES_A_SECOND / 1024:g} KB/s", "a socket", "read later")
    yield Limit(
        "bytes read",
        f"{crowd.NETWORK_BYTES_A_SECOND / 1024:g} KB/s",
        "a network's sockets in a worker",
        "read later",
    )


def _questions() -> Iterable[Limit]:
    for item, whose in ((quota.PER_VISITOR, "a visitor"), (quota.PER_NETWORK, "a network")):
        yield Limit("questions", f"{item.amount} a minute", whose, "`rate_limited`")
    yield Limit("suggestions", "300 a minute", "a network", "429")
    yield Limit("changes of the basket and the garage", "120 a minute each", "a network", "429")
    yield Limit("favourites", str(garage.MOST_FAVOURITES), "a visitor", "a named error")
    yield Limit("changes of saved searches", "60 a minute", "a network", "429")
    yield Limit(
        "saved searches before the login",
        f"{saved.MOST_BEFORE_LOGIN}, for {saved.GUESTS_KEPT.days} days",
        "a visitor",
        "a named error",
    )
    yield Limit("cars and reasons left out", "120 changes a minute", "a network", "429")
    yield Limit("the same in all", str(recommend.MOST_CHOICES), "a visitor", "the oldest go")
    yield Limit("visits", str(garage.MOST_VISITS), "a visitor", "the oldest go")


def _kept() -> Iterable[Limit]:
    for what, size in (("without", pagecache.MEMORY_BYTES), ("with", pagecache.QUERY_BYTES)):
        yield Limit(
            f"pages {what} a query in memory",
            f"{size // MEGABYTE} MB",
            "a worker",
            "the least used go",
        )
    yield Limit(
        "marks of personal pages",
        f"{pagecache.PERSONAL_KEYS}, for {pagecache.PERSONAL_SECONDS:g} s",
        "a worker",
        "the oldest go",
    )
    for what, size in (("without", pagestore.PAGES_BYTES), ("with", pagestore.QUERIES_BYTES)):
        yield Limit(
            f"pages {what} a query in Redis",
            f"{size // MEGABYTE} MB",
            "all workers",
            "those that expire first go",
        )
    yield Limit("digests of static files", str(assets.MOST_FILES), "a worker", "the oldest go")
    yield Limit(
        "page views that wait for Redis", str(pageviews.MOST_WAITING), "a worker", "forgotten"
    )
    yield Limit(
        "visitors, and sentences, that wait for Redis",
        str(counters.MOST_WAITING),
        "a worker",
        "forgotten",
    )
    yield Limit(
        "sentences that found nothing", str(counters.SENTENCES_A_DAY), "a day", "the rarest go"
    )


def _files() -> Iterable[Limit]:
    yield Limit("files", "none", "anybody but staff", "403")
    yield Limit(
        "size of staff's documents",
        f"{extract.FILE_BYTES // MEGABYTE} MB",
        "a file",
        "a named error",
    )
    memory = f"{apart.MEMORY_BYTES // MEGABYTE} MB and {apart.MEMORY_TIMES} times the file"
    yield Limit("memory to read one", memory, "a process of its own", "a named error")
    yield Limit(
        "processor to read one", f"{apart.CPU_SECONDS} s", "a process of its own", "a named error"
    )


def _videos() -> Iterable[Limit]:
    """Of people with an account."""
    gigabytes = f"{videos.MOST_BYTES // 1024**3} GB"
    yield Limit("video", gigabytes, "a file", "413")
    yield Limit("videos in all", "`VIDEO_QUOTA_GB`", "an account", "413")
    yield Limit("uploads under way", str(uploads.MOST_OPEN), "an account", "409")
    yield Limit("upload nobody goes on with", f"{sweeping.RESUMED.days} days", "a file", "removed")
    yield Limit(
        "length of a video", f"{probing.LONGEST_SECONDS // 3600} h", "a file", "a named error"
    )
    yield Limit("side of a video", f"{probing.LONGEST_SIDE} pixels", "a file", "a named error")


def render() -> str:
    """The whole page."""
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in limits())


if __name__ == "__main__":
    argparse.ArgumentParser(
        prog="python -m scripts.limits_doc", description="Write docs/limits.md."
    ).parse_args()
    FILE.write_text(render(), encoding="utf-8")
