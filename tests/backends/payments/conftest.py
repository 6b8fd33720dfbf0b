"""Both channels in all their modes, assembled from settings, and the payer at their cashiers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
import pytest

from scripts.sandbox import serving
from scripts.sandbox.paying import PaySandbox
from scripts.sandbox.together import Providers
from tests.backends.payments.given import vectors
from tests.backends.payments.receiver import Receiver
from webapp.backends.payments import channels
from webapp.backends.payments.port import Action, Channel, Order, PaymentChannel, Scene
from webapp.config import load

MODES: Final[dict[str, Channel]] = {
    "wechatpay-key": "wechatpay",
    "wechatpay-certificate": "wechatpay",
    "alipay-key": "alipay",
    "alipay-certificate": "alipay",
}
FEN: Final = 9900


def settings(providers: Providers, mode: str, var_dir: str) -> dict[str, Any]:
    """Those of development, at these stand-ins, in one mode."""
    given = load({"VAR_DIR": var_dir}) | providers.settings()
    if mode == "wechatpay-key":
        given |= {"WXPAY_CERTIFICATES": None}
    if mode == "wechatpay-certificate":
        given |= {"WXPAY_PUBLIC_KEY_ID": None, "WXPAY_PUBLIC_KEY": None}
    if mode == "alipay-certificate":
        own = vectors("alipay")["certificate_mode"]
        given |= {
            "ALIPAY_PUBLIC_KEY": None,
            "ALIPAY_APP_CERT": own["app_cert"],
            "ALIPAY_PUBLIC_CERT": own["alipay_cert"],
            "ALIPAY_ROOT_CERT": own["alipay_root_cert"],
        }
    return given


@dataclass
class Bench:
    """One channel, its sandbox, and the product's side that only listens."""

    channel: PaymentChannel
    sandbox: PaySandbox
    receiver: Receiver
    http: httpx.Client
    made: int = field(default=0)

    def order(self, **changed: Any) -> Order:
        self.made += 1
        given: dict[str, Any] = {
            "number": f"D20261201{self.made:08d}",
            "fen": FEN,
            "subject": "看车订金",
            "expires_at": datetime.now(UTC) + timedelta(minutes=10),
            "notify_url": self.receiver.url,
            "back": "http://127.0.0.1/back",
            "address": "127.0.0.1",
            "payer": "oSandboxPayer",
        }
        return Order(**given | changed)

    def created(self, scene: Scene = "desktop", **changed: Any) -> Order:
        """An order whose payer stands before the cashier."""
        order = self.order(**changed)
        self.open(self.channel.create(order, scene))
        return order

    def open(self, action: Action) -> httpx.Response | None:
        if action.kind != "redirect":
            return None
        return self.http.get(action.value, headers={"Referer": "http://127.0.0.1/"})

    def paid(self, scene: Scene = "desktop", **changed: Any) -> Order:
        order = self.created(scene, **changed)
        self.sandbox.pay(order.number)
        return order

    def fault(self, method: str, action: dict[str, Any], times: int = 1) -> None:
        """What the next call does: create, query, close, refund."""
        match: dict[str, Any] = {"endpoint": method}
        if self.channel.name == "alipay":
            match = {"endpoint": "gateway", "method": f"alipay.trade.{method}"}
        base = re.sub(r"/gateway\.do$", "", str(getattr(self.channel, "gateway", "")))
        base = base or str(getattr(self.channel, "base", ""))
        sent = {"match": match, "action": action, "times": times}
        assert self.http.post(f"{base}/_sandbox/faults", json=sent).status_code == 201


@pytest.fixture(scope="session")
def _receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    with serving.running(receiver.app) as address:
        receiver.url = f"{address}/notices"
        yield receiver


@pytest.fixture
def receiver(_receiver: Receiver) -> Receiver:
    _receiver.reset()
    return _receiver


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=60.0, trust_env=False) as http:
        yield http


@pytest.fixture(scope="session")
def assembled() -> dict[str, PaymentChannel]:
    """Channels by mode."""
    return {}


@pytest.fixture
def bench(
    request: pytest.FixtureRequest,
    providers: Providers,
    receiver: Receiver,
    client: httpx.Client,
    tmp_path_factory: pytest.TempPathFactory,
    assembled: dict[str, PaymentChannel],
) -> Bench:
    """`request.param` is the mode; "wechatpay-both" verifies by either kind of key."""
    mode = request.param
    name = MODES.get(mode, "wechatpay")
    if mode not in assembled:  # reading a private key takes a tenth of a second
        given = settings(providers, mode, str(tmp_path_factory.getbasetemp() / "payments"))
        assembled[mode] = channels(given)[name]
    channel = assembled[mode]
    sandbox: PaySandbox = getattr(providers, name)
    if mode == "wechatpay-certificate":
        providers.wechatpay.serial = vectors("wechatpay")["platform"]["serial"]
    receiver.channel = channel
    return Bench(channel, sandbox, receiver, client)
