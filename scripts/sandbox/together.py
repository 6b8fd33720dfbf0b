"""All sandboxes behind one server, each below a path of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Flask, render_template
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from scripts.sandbox import alipay, idcheck, llm, pages, qq, serving, wechat, wechatpay
from scripts.sandbox.alipay import wire as alipay_wire
from scripts.sandbox.control import loopback_only
from scripts.sandbox.idcheck.app import APPCODE
from scripts.sandbox.paying import PaySandbox
from scripts.sandbox.qq.state import APPS as QQ_APPS
from scripts.sandbox.redirects import LOOPBACK
from scripts.sandbox.wechat.state import APPS as WECHAT_APPS
from scripts.sandbox.wechat.state import MESSAGE_KEY, MESSAGE_TOKEN, TEMPLATE
from scripts.sandbox.wechatpay import wire as wechatpay_wire

SERVICES: Final = (
    ("wechat", "微信", "网站扫码登录、微信内网页授权、给服务号发消息"),
    ("qq", "QQ 登录", "QQ 互联"),
    ("idcheck", "实名核验", "两家服务商，姓名与身份证号二要素"),
    ("wechatpay", "微信支付", "扫码、手机网页、微信内，退款和账单"),
    ("alipay", "支付宝", "电脑和手机网站支付，退款和账单"),
    ("llm", "语言模型", "兼容 OpenAI 的接口，按规则作答"),
)


@dataclass
class Providers:
    """The state of each, for tests that hold it in their hands; `url` has no slash at its end."""

    wechat: wechat.WeChat = field(default_factory=wechat.WeChat)
    qq: qq.QQ = field(default_factory=qq.QQ)
    idcheck: idcheck.IdCheck = field(default_factory=idcheck.IdCheck)
    wechatpay: wechatpay.WeChatPay = field(default_factory=wechatpay.WeChatPay)
    alipay: alipay.Alipay = field(default_factory=alipay.Alipay)
    model: llm.Model = field(default_factory=llm.Model)
    url: str = ""

    def reset(self) -> None:
        for sandbox in (self.wechat, self.qq, self.idcheck, self.model):
            sandbox.reset()
        for channel in self.channels:
            channel.reset()

    @property
    def channels(self) -> tuple[PaySandbox, ...]:
        return self.wechatpay, self.alipay

    def settings(self) -> dict[str, str]:
        """The environment that points the product at these providers; not at the model."""
        website, service, _ = WECHAT_APPS.values()
        own = next(iter(QQ_APPS.values()))
        return {
            "WECHAT_OPEN_BASE": f"{self.url}/wechat",
            "WECHAT_API_BASE": f"{self.url}/wechat",
            "WECHAT_APP_ID": website.appid,
            "WECHAT_APP_SECRET": website.secret,
            "WECHAT_MP_APP_ID": service.appid,
            "WECHAT_MP_APP_SECRET": service.secret,
            "WECHAT_MP_TOKEN": MESSAGE_TOKEN,
            "WECHAT_MP_AES_KEY": MESSAGE_KEY,
            "WECHAT_MP_NOTICE_TEMPLATE": TEMPLATE,
            "QQ_BASE": f"{self.url}/qq",
            "QQ_APP_ID": own.client_id,
            "QQ_APP_KEY": own.secret,
            "IDCHECK_A_URL": f"{self.url}/idcheck",
            "IDCHECK_B_URL": f"{self.url}/idcheck",
            "IDCHECK_APPCODE": APPCODE,
            "WXPAY_BASE": f"{self.url}/wechatpay",
            "WXPAY_MCHID": wechatpay_wire.MERCHANT,
            "WXPAY_APPID": wechatpay_wire.APPID,
            "WXPAY_SERIAL": wechatpay_wire.SERIAL,
            "WXPAY_APIV3_KEY": wechatpay_wire.APIV3_KEY,
            "WXPAY_PUBLIC_KEY_ID": wechatpay_wire.KEY_ID,
            "ALIPAY_GATEWAY": f"{self.url}/alipay/gateway.do",
            "ALIPAY_APP_ID": alipay_wire.APP,
            "ALIPAY_SELLER_ID": alipay_wire.SELLER,
        }


def create_app(providers: Providers) -> Any:
    """The WSGI application of all of them."""
    index = Flask(__name__, static_folder=None, template_folder=str(pages.TEMPLATES))
    index.before_request(loopback_only)

    @index.get("/")
    def show() -> str:
        return render_template("index.html", title="演示服务", theme="", services=SERVICES)

    @index.get("/healthz")
    def health() -> str:
        return "ok"

    return DispatcherMiddleware(
        index,
        {
            "/wechat": wechat.create_app(providers.wechat),
            "/qq": qq.create_app(providers.qq),
            "/idcheck": idcheck.create_app(providers.idcheck),
            "/wechatpay": wechatpay.create_app(providers.wechatpay),
            "/alipay": alipay.create_app(providers.alipay),
            "/llm": llm.create_app(providers.model),
        },
    )


def registered(*hosts: str, product: str = "") -> Providers:
    """Providers that lead back to these hosts too, with any port, besides loopback; `product` is
    where messages to the service account go."""
    known = (*LOOPBACK, *hosts)
    made = Providers(
        wechat=wechat.WeChat(redirect_hosts=known, local=known),
        qq=qq.QQ(redirect_hosts=known, local=known),
        wechatpay=wechatpay.WeChatPay(known),
        alipay=alipay.Alipay(known),
    )
    made.wechat.messages.product = product
    return made


@contextlib.contextmanager
def running(port: int = 0) -> Iterator[Providers]:
    """All providers behind a server on loopback until the block ends."""
    providers = Providers()
    with serving.running(create_app(providers), port) as address:
        providers.url = address
        providers.model.url = f"{address}/llm/v1"
        yield providers
