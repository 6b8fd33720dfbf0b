"""Alipay's gateway for one application: trades, refunds, notices and bills."""

from scripts.sandbox.alipay.app import create_app
from scripts.sandbox.alipay.state import Alipay

__all__ = ["Alipay", "create_app"]
