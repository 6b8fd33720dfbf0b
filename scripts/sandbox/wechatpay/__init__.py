"""WeChat Pay, API v3, for one merchant: orders, refunds, notices and bills."""

from scripts.sandbox.wechatpay.app import create_app
from scripts.sandbox.wechatpay.state import WeChatPay

__all__ = ["WeChatPay", "create_app"]
