"""What the sandboxes of payment channels share: orders, notices, the cashier and its control."""

from __future__ import annotations

import itertools
import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

from flask import Blueprint, Flask, Response, abort, jsonify, redirect, render_template, request
from flask import url_for as address_of
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as Answer

from scripts.sandbox import pages
from scripts.sandbox.control import control, loopback_only, sent_json
from scripts.sandbox.frame import Catalogue, Rule, labels_of
from scripts.sandbox.hooks import Sandbox, watch
from scripts.sandbox.notices import Notice, Notices
from scripts.sandbox.redirects import LOOPBACK

KEYS: Final[dict[str, dict[str, str]]] = json.loads(
    Path(__file__).with_name("pay_keys.json").read_text("utf-8")
)
DELAY_SECONDS: Final = 60
DECISIONS: Final = {
    "pay": "付款",
    "refuse": "拒绝",
    "duplicate": "付款，重复通知",
    "delay": "付款，延迟 1 分钟通知",
}


@dataclass
class Return:
    """Money given back. `ready` is when it has arrived, `outcome` what it then is."""

    number: str
    id: str
    fen: int
    made: float
    ready: float
    outcome: str = "SUCCESS"
    told_to: str = ""
    told: bool = False


@dataclass
class Order:
    """One order as it was created; times are by the sandbox's clock."""

    number: str
    scene: str
    fen: int
    subject: str
    notify_url: str
    expires: float
    made: float
    sent: dict[str, Any]
    back: str = ""
    state: str = ""
    trade: str = ""
    paid_at: float | None = None
    closed_at: float | None = None
    returns: dict[str, Return] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return vars(self) | {"returns": [vars(one) for one in self.returns.values()]}


class NotNow(Exception):
    """What a payer cannot do with an order as it is; the text says so on the page."""


class PaySandbox(Sandbox, ABC):
    """A channel's orders. A subclass says how they are paid and what is told of it."""

    words: ClassVar[dict[str, str]]
    waits: ClassVar[tuple[int, ...]]

    def __init__(self, local: tuple[str, ...] = LOOPBACK) -> None:
        super().__init__()
        self.lock = threading.RLock()
        self.notices = Notices(self.clock.now, self.waits, self.takes, local)
        self.clock.after = self.run
        self._reset()

    def _reset(self) -> None:
        self.orders: dict[str, Order] = {}
        # Not those of a sandbox before this one, whose events the product has kept.
        self.numbers = itertools.count(time.time_ns())
        self.refund_outcome = "SUCCESS"
        """What the next refund becomes."""
        self.balance_short = False

    def reset(self) -> None:
        super().reset()
        self.notices.reset()
        self._reset()

    def run(self) -> None:
        """What has fallen due by now."""
        self.notices.run()

    @abstractmethod
    def takes(self, status: int, body: str) -> bool:
        """Whether the shop took a notice, by its answer."""

    @abstractmethod
    def pay(self, number: str, *, wait: float = 0.0, fault: str = "") -> Notice:
        """The payer pays. Raises KeyError for no such order and NotNow."""

    @abstractmethod
    def told(self, number: str, *, fault: str = "", wait: float = 0.0, event: str = "") -> Notice:
        """A notice of the order as it is."""

    def state_of(self, order: Order) -> str:
        return order.state

    def back(self, number: str) -> str:
        """Where the payer's browser goes afterwards, "" nowhere."""
        return self.orders[number].back

    def decide(self, number: str, decision: str) -> None:
        """A button of the cashier. Raises KeyError and NotNow."""
        order = self.orders[number]
        if decision == "refuse":
            return
        if decision not in DECISIONS:
            raise KeyError(decision)
        notice = self.pay(order.number, wait=DELAY_SECONDS if decision == "delay" else 0.0)
        if decision == "duplicate":
            self.notices.again(notice, 2)


def application(
    sandbox: PaySandbox,
    *,
    title: str,
    theme: str,
    endpoints: frozenset[str],
    faults: Catalogue,
    named: Callable[[str], list[Rule]],
    about: Callable[[], dict[str, Any]],
) -> Flask:
    """The channel's application without its own routes."""
    app = Flask(__name__, static_folder=None, template_folder=str(pages.TEMPLATES))
    watch(app, sandbox, endpoints=endpoints, about=about)
    steering = control(sandbox.log, sandbox.clock, sandbox.faults, named=named, reset=sandbox.reset)
    _steer(steering, sandbox)
    app.register_blueprint(steering)
    app.register_blueprint(
        pages.dashboard(
            sandbox,
            title=title,
            theme=theme,
            labels=labels_of(faults),
            named=named,
            template="payments.html",
            timed=True,
            shown=lambda: {
                "orders": list(sandbox.orders.values())[::-1],
                "states": {o.number: _words(sandbox, o) for o in sandbox.orders.values()},
                "notices": sandbox.notices,
            },
        )
    )
    app.register_blueprint(_cashier(sandbox, title, theme))
    return app


def _words(sandbox: PaySandbox, order: Order) -> str:
    return sandbox.words[sandbox.state_of(order)]


def _steer(bp: Blueprint, sandbox: PaySandbox) -> None:
    @bp.get("/orders")
    def orders() -> Response:
        return jsonify([order.as_json() for order in sandbox.orders.values()])

    @bp.get("/notices")
    def notices() -> Response:
        return jsonify([notice.as_json() for notice in sandbox.notices.sent])

    @bp.post("/pay")
    def pay() -> Response:
        sent = sent_json()
        return _done(lambda: sandbox.pay(sent.pop("order"), **sent))

    @bp.post("/notify")
    def notify() -> Response:
        sent = sent_json()
        return _done(lambda: sandbox.told(sent.pop("order"), **sent))

    @bp.post("/settings")
    def settings() -> tuple[str, int]:
        sent = sent_json()
        sandbox.notices.silent = bool(sent.get("silent", sandbox.notices.silent))
        sandbox.notices.limit = float(sent.get("limit", sandbox.notices.limit))
        sandbox.refund_outcome = str(sent.get("refund_outcome", sandbox.refund_outcome))
        sandbox.balance_short = bool(sent.get("balance_short", sandbox.balance_short))
        return "", 204


def _done(act: Callable[[], Notice]) -> Response:
    try:
        return jsonify(act().as_json())
    except (KeyError, TypeError, ValueError, NotNow) as error:
        raise BadRequest(f"{type(error).__name__}: {error}") from error


def _cashier(sandbox: PaySandbox, title: str, theme: str) -> Blueprint:
    bp = Blueprint("cashier", __name__, url_prefix="/cashier")
    bp.before_request(loopback_only)

    @bp.get("/<number>")
    def show(number: str) -> str:
        order = sandbox.orders.get(number) or abort(404)
        return render_template(
            "cashier.html",
            title=f"{title}收银台",
            theme=theme,
            order=order,
            state=_words(sandbox, order),
            decisions=DECISIONS,
            problem=request.args.get("problem", ""),
        )

    @bp.post("/<number>")
    def decide(number: str) -> Answer:
        try:
            sandbox.decide(number, request.form.get("decision", ""))
        except KeyError:
            abort(404)
        except NotNow as refused:
            return redirect(address_of(".show", number=number, problem=str(refused)), 303)
        return redirect(sandbox.back(number) or address_of(".show", number=number), 303)

    return bp
