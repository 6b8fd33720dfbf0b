"""Decisions and writes about notices; each function is one transaction, or joins the caller's."""

from webapp.notices.service.telling import Actor, notify, read, read_all

__all__ = ["Actor", "notify", "read", "read_all"]
