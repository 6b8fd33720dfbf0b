"""Whether money can come in: the channels answer, and agree with us on what time it is."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from flask import current_app

from webapp.backends.payments.skew import skew_of
from webapp.deposits.models import CHANNELS
from webapp.registry import Answer, HealthCheck

ADDRESSES: Final = {
    "wechatpay": ("WXPAY_MCHID", "WXPAY_BASE"),
    "alipay": ("ALIPAY_APP_ID", "ALIPAY_GATEWAY"),
}
OFF_SECONDS: Final = 120
"""From so far off on it is told; at 300 WeChat Pay refuses every request."""
KEPT_SECONDS: Final = 300.0
"""A good answer is kept so long: probes must not become calls to the channels."""
_EXTENSION: Final = "chezhi.payment_clocks"


@dataclass
class _Kept:
    until: dict[str, float] = field(default_factory=dict)


def ask() -> Answer:
    known = [
        (name, current_app.config[base])
        for name, (own, base) in ADDRESSES.items()
        if current_app.config[own]
    ]
    if not known:
        return Answer("ok", "not configured", "没有配置支付渠道")
    kept: _Kept = current_app.extensions.setdefault(_EXTENSION, _Kept())
    asked = [one for one in known if kept.until.get(one[0], 0.0) <= time.monotonic()]
    if asked:
        # At once: one that hangs costs its own time and not the other's as well.
        with ThreadPoolExecutor(len(asked)) as pool:
            problems = list(pool.map(lambda one: _problem(*one), asked))
        for (name, _), problem in zip(asked, problems, strict=True):
            if problem is None:
                kept.until[name] = time.monotonic() + KEPT_SECONDS
        if (first := next(filter(None, problems), None)) is not None:
            return first
    names = ", ".join(name for name, _ in known)
    return Answer("ok", names, "、".join(CHANNELS[name] for name, _ in known))


def _problem(name: str, address: str) -> Answer | None:
    label = CHANNELS[name]
    try:
        ahead = skew_of(address)
    except (OSError, ValueError) as error:
        kind = type(error).__name__
        return Answer("degraded", f"{name}: {kind}", f"{label}没有应答（{kind}）")
    if abs(ahead) < OFF_SECONDS:
        return None
    english = "ahead of" if ahead > 0 else "behind"
    chinese = "快" if ahead > 0 else "慢"
    said = (
        f"服务器时钟比{label}{chinese} {abs(ahead) / 60:.0f} 分钟，到 5 分钟就收不了款："
        "请打开时间同步（NTP）"
    )
    return Answer("degraded", f"clock {abs(ahead):.0f} s {english} {name}", said)


PAYMENTS: Final = HealthCheck("payments", "支付渠道", ask)
