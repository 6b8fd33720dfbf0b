"""The real-name check of two vendors behind one API gateway."""

from scripts.sandbox.idcheck.app import IdCheck, create_app

__all__ = ["IdCheck", "create_app"]
