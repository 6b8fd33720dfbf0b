"""How gunicorn serves the product: `python -m gunicorn --config scripts/gunicorn.conf.py wsgi:app`

Patching comes before anything can import a socket. The master imports the product's modules, so
that a worker that takes the place of a dead one serves at once; the workers make the application.
"""
# ruff: noqa: E402

from gevent import monkey

monkey.patch_all()

import gc
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from gunicorn.arbiter import Arbiter
from gunicorn.http import message

from scripts import doorkeeper, metrics
from scripts import settings as _source
from scripts import web_worker as _worker
from scripts.parent import end_with

try:
    _settings = _source.config.load()
except _source.ConfigError as error:
    raise SystemExit(str(error)) from None
_metrics = metrics.folder(_settings["VAR_DIR"])
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_metrics)
# As in wsgi.py: before numpy or haystack can be imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "false")

_door = os.environ.get(doorkeeper.PATH)
if _door:
    # Not with gevent's sockets: the master has no loop of its own.
    bind = f"fd://{doorkeeper.ask_address(_door, monkey.get_original('socket', 'socket'))}"
else:
    bind = f"{_settings['HOST']}:{_settings['PORT']}"
workers = _settings["WEB_WORKERS"]
_worker.Worker.behind_proxies = _settings["TRUSTED_PROXIES"] > 0
worker_class = _worker.Worker
worker_connections = _worker.CONNECTIONS
# Clients are made after the fork, and recycled workers would cut sockets off.
preload_app = False
max_requests = 0
# A sentence of 2,000 characters is 18 kB in an address; gunicorn itself stops at 8 kB.
message.MAX_REQUEST_LINE = limit_request_line = 32_768
# A request that keeps the processor this long without a pause is taken for a hang.
timeout = 60
# Less than whatever stops it waits before it kills (docs/operations.md).
graceful_timeout = _settings["DRAIN_SECONDS"] + doorkeeper.LEAVE_SECONDS
keepalive = _worker.HEAD_SECONDS
WARM_UP_AFTER_SECONDS = 0.2
PREPARE_AFTER_SECONDS = 2.0
control_socket_disable = True
accesslog = None
loglevel = _settings["LOG_LEVEL"].lower()
# Whose word on scheme and address counts is decided by ProxyFix in wsgi.py alone.
forwarded_allow_ips = ""


def on_starting(server: Any) -> None:
    """Counters start at zero with the server; files of former processes would add up."""
    metrics.clear(_settings["VAR_DIR"])
    server.metrics_in_use = metrics.make(_metrics)  # the workers inherit it


def on_exit(server: Any) -> None:
    shutil.rmtree(_metrics, ignore_errors=True)


def when_ready(server: Any) -> None:
    """Import what every worker needs, once the address is bound: visitors who come meanwhile wait
    instead of being turned away."""
    from webapp import features

    features.import_all()
    # What it has begun ends here: a fork in the middle would leave it broken in each worker.
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            thread.join(1)
    # What is there now stays as it is, and shared with the workers.
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    """Workers of a killed master would keep the address from the next one for seconds, unless
    the supervisor holds it."""
    if not _door:
        end_with(worker.ppid, signal.SIGKILL)


def post_worker_init(worker: Any) -> None:
    """Answers look at `worker.told_to_end`, and the worker at them; counters go to Redis by the
    clock; what the first question needs is made ahead of it, once the worker answers requests."""
    import gevent

    if worker.age <= workers:
        _refuse_others_tables()
    from webapp import draining
    from webapp.assistant import live
    from webapp.assistant.answering.warming import warm_up
    from webapp.assistant.answering.writing import prepare
    from webapp.operations import copies, health
    from webapp.usage import traffic

    draining.watch(lambda: worker.told_to_end, limit=_settings["DRAIN_SECONDS"])
    worker.is_needed = lambda: live.writing(worker.wsgi) and not draining.over()
    if _door:
        # The kernel sends it to a group that loses its leader while one of it is stopped.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        gevent.spawn(doorkeeper.say_serving, _door)
    if "usage" not in worker.wsgi.extensions:
        return  # the yardstick of a benchmark, not the product
    traffic.keep_flushing(worker.wsgi)
    copies.keep(worker.wsgi)
    gevent.spawn_later(WARM_UP_AFTER_SECONDS, _make, "answers", warm_up, worker.wsgi)
    gevent.spawn_later(WARM_UP_AFTER_SECONDS, _make, "health", health.warm_up, worker.wsgi)
    gevent.spawn_later(PREPARE_AFTER_SECONDS, _make, "model client", prepare, worker.wsgi)


def _refuse_others_tables() -> None:
    """End the server that starts on a database which a newer version has changed."""
    from scripts import prepare  # not above: the address is bound before

    try:
        prepare.refuse_others_tables(_settings)
    except SystemExit as error:
        print(error, file=sys.stderr, flush=True)
        sys.exit(Arbiter.APP_LOAD_ERROR)


def _make(name: str, make: Callable[[], bool], app: Any) -> None:
    """Where it fails the first question will try again, and say so."""
    from structlog import get_logger

    log = get_logger("webapp.assistant")
    started = time.monotonic()
    try:
        with app.app_context():
            made = make()
    except Exception:
        log.exception(f"{name} not prepared")
    else:
        if made:
            log.info(f"{name} prepared", seconds=round(time.monotonic() - started, 1))


def child_exit(server: Any, worker: Any) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
