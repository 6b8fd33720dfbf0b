"""Deposits: what is offered, what people put down, how it is paid and how it goes back."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.deposits import cli, health, notices, personal_data, showing, telling
    from webapp.notices import kinds
    from webapp.registry import register

    app.register_blueprint(notices.bp)
    app.cli.add_command(cli.deposits)
    showing.init_app(app)
    kinds.register(app, telling.KIND)
    register(
        app,
        personal=[personal_data.DEPOSITS],
        health=[health.PAYMENTS],
        task_labels={
            "tasks.deposits.tend": "查询付款、退款和到期的订金",
            "tasks.deposits.send_refund": "提交退款",
            "tasks.deposits.compare_bills": "核对支付账单",
        },
    )
