"""QQ login as QQ Connect answers."""

from scripts.sandbox.qq.app import create_app
from scripts.sandbox.qq.calls import QQ

__all__ = ["QQ", "create_app"]
