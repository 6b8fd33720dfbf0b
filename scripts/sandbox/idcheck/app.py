"""The gateway and the two vendors behind it."""

from __future__ import annotations

import hashlib
import json
import threading
from typing import Any, Final

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import BadRequest

from scripts.sandbox import pages
from scripts.sandbox.control import control, sent_json
from scripts.sandbox.frame import Rule
from scripts.sandbox.hooks import Sandbox, disturb, reshaped, watch
from scripts.sandbox.idcheck.numbers import NAME, is_made_up, is_number
from scripts.sandbox.idcheck.outcomes import (
    BILLED,
    BY_NAME,
    OUTCOMES,
    UNKNOWN_PERSON,
    VENDORS,
    Outcome,
    Vendor,
    answer_a,
    answer_b,
    refusal,
)

APPCODE: Final = "sandbox0appcode0000000000000001"
ENDPOINTS: Final = frozenset(VENDORS)
PARAMETERS: Final[dict[Vendor, tuple[str, str]]] = {"a": ("idCard", "name"), "b": ("idNo", "name")}


class IdCheck(Sandbox):
    """State of both vendors."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        super().reset()
        with self._lock:
            self.billed: dict[str, int] = dict.fromkeys(VENDORS, 0)
            self.left: dict[str, int | None] = dict.fromkeys(VENDORS)
            self._people = {(v, name): kind for v in VENDORS for name, kind in BY_NAME.items()}

    def decide(self, name: str, **by_vendor: str) -> None:
        """Let vendors answer this outcome for a person. Raises KeyError for one unknown."""
        for vendor, kind in by_vendor.items():
            if vendor not in VENDORS or kind not in OUTCOMES:
                raise KeyError(f"{vendor}: {kind}")
        with self._lock:
            self._people |= {(v, name): kind for v, kind in by_vendor.items()}  # type: ignore[misc]

    def outcome(self, vendor: Vendor, name: str) -> Outcome:
        with self._lock:
            return OUTCOMES[self._people.get((vendor, name), UNKNOWN_PERSON)]

    def people(self) -> list[tuple[str, str, str]]:
        """Name and the outcomes of A and B."""
        with self._lock:
            names = dict.fromkeys(name for _, name in self._people)
            found = {v: [self._people.get((v, n), UNKNOWN_PERSON) for n in names] for v in VENDORS}
            return list(zip(names, found["a"], found["b"], strict=True))

    def limit(self, vendor: str, left: int | None) -> None:
        """Let a vendor's package have so many calls left; None is no limit. Raises KeyError."""
        with self._lock:
            self.left[vendor]
            self.left[vendor] = left

    def use_quota(self, vendor: Vendor) -> bool:
        """Whether the package still had a call."""
        with self._lock:
            left = self.left[vendor]
            if left is not None:
                self.left[vendor] = max(0, left - 1)
            return left is None or left > 0

    def bill(self, vendor: Vendor) -> None:
        with self._lock:
            self.billed[vendor] += 1


def named(name: str) -> list[Rule]:
    """The next call, to whichever vendor, has this outcome. Raises KeyError for no such one."""
    if name not in OUTCOMES:
        raise KeyError(name)
    return [Rule({}, {"outcome": name}, name=name)]


def create_app(idcheck: IdCheck | None = None) -> Flask:
    """The WSGI application of `idcheck`, or of a new one."""
    idcheck = idcheck or IdCheck()
    app = Flask(__name__, static_folder=None, template_folder=str(pages.TEMPLATES))
    watch(app, idcheck, endpoints=ENDPOINTS)

    @app.route("/idcard", endpoint="a", methods=["GET", "POST"])
    def vendor_a() -> Response:
        return _check(idcheck, "a")

    @app.route("/idenAuthentication", endpoint="b", methods=["GET", "POST"])
    def vendor_b() -> Response:
        return _check(idcheck, "b")

    @app.errorhandler(404)
    def no_api(_: Exception) -> Response:
        return _gateway(refusal(404, "Api not found", "I404NF"))

    app.register_blueprint(_control(idcheck))
    app.register_blueprint(
        pages.dashboard(
            idcheck,
            title="实名核验",
            theme="idcheck",
            labels={name: outcome.label for name, outcome in OUTCOMES.items()},
            named=named,
            template="idcheck.html",
            shown=lambda: {
                "people": idcheck.people(),
                "outcomes": OUTCOMES,
                "billed": idcheck.billed,
                "left": idcheck.left,
            },
            actions={
                "decide": lambda: idcheck.decide(
                    request.form.get("name", ""),
                    a=request.form.get("a", ""),
                    b=request.form.get("b", ""),
                )
            },
        )
    )
    return app


def _control(idcheck: IdCheck) -> Any:
    bp = control(idcheck.log, idcheck.clock, idcheck.faults, named=named, reset=idcheck.reset)

    @bp.get("/billed")
    def billed() -> Response:
        return jsonify(idcheck.billed)

    @bp.post("/people")
    def decide() -> tuple[str, int]:
        sent = sent_json()
        try:
            idcheck.decide(**sent)
        except (KeyError, TypeError) as error:
            raise BadRequest(f"name, a and b are expected: {error}") from error
        return "", 204

    @bp.post("/quota")
    def limit() -> tuple[str, int]:
        sent = sent_json()
        left = sent.get("left")
        if sent.get("vendor") not in VENDORS or not (left is None or isinstance(left, int)):
            raise BadRequest("vendor (a or b) and left (a number, or null) are expected")
        idcheck.limit(sent["vendor"], left)
        return "", 204

    return bp


def _check(idcheck: IdCheck, vendor: Vendor) -> Response:
    method, sent = ("GET", request.args) if vendor == "a" else ("POST", request.form)
    number_key, name_key = PARAMETERS[vendor]
    number, name = sent.get(number_key, ""), sent.get(name_key, "")
    _forget_real_numbers(number)
    if request.method != method:
        return _gateway(refusal(404, "Api not found", "I404NF"))
    if not request.headers.get("Authorization"):
        return _gateway(refusal(401, "Empty Signature", "A401ES"))
    if request.headers["Authorization"] != f"APPCODE {APPCODE}":
        return _gateway(refusal(401, "Invalid AppCode", "A401AC"))
    for key in (number_key, name_key):
        if vendor == "a" and key not in sent:
            return _gateway(refusal(400, f"Invalid Parameter Required `{key}`", "I400MP"))
    if not idcheck.use_quota(vendor):
        return _gateway(OUTCOMES["quota"].action)
    return _answer(idcheck, vendor, number, name)


def _answer(idcheck: IdCheck, vendor: Vendor, number: str, name: str) -> Response:
    kind = g.action.get("outcome")
    outcome = OUTCOMES[kind] if kind else idcheck.outcome(vendor, name)
    code = None if kind else _input_error(vendor, number, name)
    if code is None:
        early = disturb(idcheck, outcome.action)
        if early is not None:
            g.entry.verdict = outcome.label
            return _stamped(early)
        code = outcome.codes[VENDORS.index(vendor)] if outcome.codes else ""
    if code in BILLED[vendor]:
        idcheck.bill(vendor)
    g.entry.verdict = code
    made = (
        answer_a(code, name, number, _request_id())
        if vendor == "a"
        else answer_b(code, name, number)
    )
    body = json.dumps(reshaped(made), ensure_ascii=False)
    return _stamped(Response(body, content_type="application/json; charset=UTF-8"))


def _input_error(vendor: Vendor, number: str, name: str) -> str | None:
    """The vendor's code for input it refuses; numbers that could be somebody's are refused too."""
    if vendor == "b" and not name:
        return "0001"
    if vendor == "b" and not number:
        return "0003"
    if not NAME.fullmatch(name):
        return "204" if vendor == "a" else "0002"
    if not is_number(number) or not is_made_up(number):
        return "205" if vendor == "a" else "0004"
    return None


def _forget_real_numbers(number: str) -> None:
    """A number that is not made up stays out of the log, with the name beside it."""
    if number and not is_made_up(number):
        g.entry.query = dict.fromkeys(g.entry.query, "***")
        g.entry.body = "***"


def _gateway(action: dict[str, Any]) -> Response:
    response = Response("", action["status"], headers=action["headers"])
    if "entry" in g:
        g.entry.verdict = action["headers"]["X-Ca-Error-Message"]
    return _stamped(response)


def _request_id() -> str:
    digest = hashlib.sha256(f"request:{g.entry.id if 'entry' in g else 0}".encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}".upper()


def _stamped(response: Response) -> Response:
    response.headers["X-Ca-Request-Id"] = _request_id()
    return response
