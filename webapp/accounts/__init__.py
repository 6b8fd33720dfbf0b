"""People: login, sessions, identities, real-name check, own data."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.accounts import cli, login, queries, views
    from webapp.accounts.providers import clients
    from webapp.accounts.service import news
    from webapp.notices import kinds, reach
    from webapp.registry import Place, register

    login.init_app(app)
    clients.init_app(app)
    app.register_blueprint(views.bp)
    app.cli.add_command(cli.accounts)
    reach.register(app, queries.reach)
    kinds.register(app, news.EXPORT, news.REAL_NAME)
    menu = {"id": "accounts-menu", "hx-get": "/accounts/_menu", "hx-trigger": "load"}
    menu |= {"hx-swap": "outerHTML", "rel": "nofollow"}
    register(
        app,
        navigation=[
            Place(
                "account",
                "我的",
                "/accounts/",
                section="mine",
                icons=60,
                icon="person",
                attributes=menu,
            )
        ],
        task_labels={
            "tasks.accounts.build_export": "打包个人数据",
            "tasks.accounts.fetch_avatar": "取回头像",
            "tasks.accounts.retry_real_names": "补做实名核验",
            "tasks.accounts.sweep": "清理过期的账号和登录",
        },
    )
