"""WeChat login: website QR login and OAuth inside WeChat, as the open platform answers."""

from scripts.sandbox.wechat.app import WeChat, create_app

__all__ = ["WeChat", "create_app"]
