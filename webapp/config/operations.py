"""Settings of whoever runs the product."""

from __future__ import annotations

from typing import Final

from .settings import Kind, Setting, choice, integer, path_of

OPERATIONS: Final[tuple[Setting, ...]] = (
    Setting(
        "STAFF_SESSION_HOURS",
        integer(1, 720),
        12,
        "Hours after which staff have to sign in again, however busy they are.",
        "工作人员登录后最多多少小时，过了要重新登录。",
    ),
    Setting(
        "DRAIN_SECONDS",
        integer(0, 120),
        30,
        "How long a web server that is told to end goes on writing the answers it is at; it ends "
        "as soon as there are none. Whatever stops it has to wait 15 seconds longer.",
        "网站服务收到停止信号后，最多用多少秒写完正在写的回答；写完就退出。"
        "停止它的程序（systemd、容器）要再多等 15 秒。",
    ),
    Setting(
        "BACKUP_DIR",
        Kind(path_of, "the path of a folder"),
        None,
        "Where the worker puts a backup every night and tries it out; best on another disk. "
        "Unset: no nightly backup.",
        "后台每晚把备份写到这个文件夹并试着恢复，最好在另一块磁盘上。不设就没有每晚的备份。",
        default_text="unset",
    ),
    Setting(
        "BACKUP_KEEP",
        integer(1, 400),
        7,
        "How many nightly backups are kept.",
        "保留最近多少份每晚的备份。",
    ),
    Setting(
        "HSTS_SUBDOMAINS",
        choice("0", "1"),
        "0",
        "`1` also tells browsers to reach every subdomain of `BASE_URL`'s host by https only, for "
        "a year; not before all of them have it.",
        "1：还让浏览器一年内只用 https 访问 BASE_URL 域名的所有子域名；它们都有 https 之后再开。",
    ),
)
