"""What `scripts/run` tells the operator once the product serves: three lines in Chinese."""

from __future__ import annotations

import http.client
import json
import os
from typing import Any, Final
from urllib.parse import urlsplit

from scripts.settings import config

ASK_SECONDS: Final = 20.0
"""While everything starts, the first answer may take some seconds."""

Readiness = dict[str, Any]
"""The JSON of `/readyz`."""


def lines(settings: dict[str, Any]) -> list[str]:
    """How to log in, and how to become staff."""
    return [f"登录：{_login(settings)}", f"员工：{_staff(settings)}"]


def index_line(readiness: Readiness | None) -> str:
    """How far the indexes are; None where nobody knows."""
    checks = (readiness or {}).get("checks", {})
    told = [
        _how_far("搜索", checks.get("search", {}), "款车型"),
        _how_far("知识库", checks.get("knowledge", {}), "段"),
    ]
    return f"索引：{'，'.join(told)}"


def clock_line(readiness: Readiness | None) -> str | None:
    """That this machine's clock is not that of the payment channels; None where it is."""
    found = (readiness or {}).get("checks", {}).get("payments", {})
    detail = str(found.get("detail", ""))
    if not detail.startswith("clock "):
        return None
    return f"时钟：服务器时钟与支付渠道差得太多（{detail}），收不了款：请打开时间同步（NTP）"


def tell_index(origin: str, host: str) -> None:
    """Print what the server at `origin` knows of itself, once it has told."""
    readiness = ask(origin, host=host)
    print(*filter(None, [index_line(readiness), clock_line(readiness)]), sep="\n", flush=True)


def ask(origin: str, *, host: str) -> Readiness | None:
    """What `/readyz` at `origin` answers to the name `host`, or None where it does not."""
    address = urlsplit(origin)
    client = http.client.HTTPConnection(address.hostname or "", address.port, timeout=ASK_SECONDS)
    try:
        client.request("GET", "/readyz", headers={"Host": host})
        answer = json.loads(client.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        client.close()
    return answer if isinstance(answer, dict) else None


def _login(settings: dict[str, Any]) -> str:
    page = f"{settings['BASE_URL']}/accounts/login"
    standins = ("WECHAT_OPEN_BASE", "QQ_BASE")
    if any(config.standin_page(name, settings) for name in standins):
        return f"{page}（开发环境，微信和 QQ 是本机替身：点登录后选“张测试”，不需要真实账号）"
    if settings["WECHAT_APP_ID"] or settings["QQ_APP_ID"]:
        return page
    return "还没有开通，设置 WECHAT_APP_ID 或 QQ_APP_ID 后可用，见 docs/login.md"


def _staff(settings: dict[str, Any]) -> str:
    folder = f"VAR_DIR={settings['VAR_DIR']} " if os.environ.get("VAR_DIR") else ""
    standins = any(config.standin_page(name, settings) for name in ("WECHAT_OPEN_BASE", "QQ_BASE"))
    if not (standins or settings["WECHAT_APP_ID"] or settings["QQ_APP_ID"]):
        return f"运行 {folder}scripts/manage accounts invite --role admin，打开它打印的地址"
    return (
        f"登录一次后运行 {folder}scripts/manage accounts staff 昵称 --role admin，"
        f"再打开 {settings['BASE_URL']}/console/"
    )


def _how_far(name: str, check: dict[str, Any], unit: str) -> str:
    done, total = check.get("done"), check.get("total")
    if done is None or total is None:
        return f"{name}还没有建好（后台会补，进度见 /console/ 和 /readyz）"
    rest = "" if done >= total else "，后台继续"
    return f"{name} {done:,} / {total:,} {unit}{rest}"
