"""The staff's side: figures, catalogue, words, indexes, people, tasks, audit log."""

from __future__ import annotations

import re

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.console import views
    from webapp.registry import ConsolePage, StaffLink, register

    app.register_blueprint(views.bp)
    register(
        app,
        console=[
            ConsolePage("overview", "概览", "console.index", "console", 10),
            ConsolePage(
                "catalogue", "车库", "console.catalogue", "catalogue", 20, finds="车系或车型名称"
            ),
            ConsolePage("doubts", "疑点", "console.doubts", "catalogue", 25),
            ConsolePage("rankings", "榜单", "console.rankings", "catalogue", 27),
            ConsolePage("words", "词表", "console.words", "words", 30, finds="别名或名称"),
            ConsolePage(
                "knowledge",
                "知识库",
                "console.knowledge",
                "knowledge",
                40,
                finds="标题或来源",
            ),
            ConsolePage("rules", "规则", "console.rules", "rules", 45, finds="名称或文号"),
            ConsolePage("indexes", "索引", "console.indexes", "index", 50, "系统"),
            ConsolePage("accounts", "账号", "console.accounts", "accounts", 60, "人", finds="昵称"),
            ConsolePage("tasks", "任务", "console.tasks", "tasks", 70, "系统"),
            ConsolePage("notices", "消息投递", "console.notices", "tasks", 75, "系统"),
            ConsolePage("backups", "备份", "console.backups", "tasks", 77, "系统"),
            ConsolePage("settings", "设置", "console.settings", "settings", 80, "系统"),
            ConsolePage("audit", "操作记录", "console.audit", "audit", 90, "系统"),
        ],
        staff_links=[
            StaffLink(
                re.compile(r"/cars/trims/(?P<number>[1-9][0-9]{0,8})"),
                "在控制台修改这款车",
                "console.trim",
                "catalogue",
            ),
            StaffLink(
                re.compile(r"/cars/series/(?P<number>[1-9][0-9]{0,8})"),
                "在控制台管理图片",
                "console.pictures",
                "catalogue",
            ),
        ],
    )
