"""Where notices arrive: reads them by a channel and answers as each channel wants it."""

from __future__ import annotations

from flask import Flask, request

from webapp.backends.payments.port import BadNotice, Notice, PaymentChannel


class Receiver:
    """`read` is what was understood, `refused` why the others were not."""

    def __init__(self) -> None:
        self.url = ""
        self.app = Flask(__name__, static_folder=None)
        self.app.add_url_rule("/notices", view_func=self.take, methods=["POST"])
        self.reset()

    def reset(self) -> None:
        self.channel: PaymentChannel | None = None
        self.read: list[Notice] = []
        self.refused: list[str] = []

    def take(self) -> tuple[str, int]:
        assert self.channel is not None
        try:
            self.read.append(self.channel.read_notice(dict(request.headers), request.get_data()))
        except BadNotice as bad:
            self.refused.append(bad.reason)
            return "fail", 401
        return "success", 200
