"""Every setting of the product, read once from the environment.

`load` turns the environment into Flask's configuration. This package needs the standard
library only and imports within itself relatively, so that the start script can read the
settings by file without importing the application. `docs/settings.md` is generated from
`SETTINGS`.
"""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from .database import DATABASE_SETTINGS, engine_options
from .knowledge import KNOWLEDGE
from .notices import NOTICES, unsafe_notices
from .operations import OPERATIONS
from .payments import PAYMENTS, unsafe_payments
from .providers import LOOPBACK, PROVIDERS, unsafe_providers
from .settings import (
    ROOT,
    SECRET,
    SECRET_LENGTH,
    Setting,
    Values,
    bracketed,
    socket_folder,
)
from .settings import SETTINGS as OWN
from .sqlite import caution as _sqlite_caution
from .sqlite import library as sqlite_library
from .sqlite import prepare as prepare_sqlite
from .standins import standin_page, standin_port
from .storage import STORAGE
from .videos import VIDEOS

__all__ = [
    "ROOT",
    "SETTINGS",
    "ConfigError",
    "cautions",
    "engine_options",
    "load",
    "prepare_sqlite",
    "socket_folder",
    "sqlite_library",
    "standin_page",
    "standin_port",
]

SETTINGS: Final = (
    OWN
    + DATABASE_SETTINGS
    + OPERATIONS
    + STORAGE
    + KNOWLEDGE
    + VIDEOS
    + PROVIDERS
    + NOTICES
    + PAYMENTS
)
SECRET_DISTINCT: Final = 8


class ConfigError(Exception):
    """Settings that cannot be used; `problems` has one line for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Flask's configuration from environment variables (`os.environ` unless given).

    Outside production a missing SECRET_KEY or IDENTITY_KEY is made once and kept in VAR_DIR;
    nothing else is written. Raises ConfigError with every problem at once.
    """
    environ = os.environ if environ is None else environ
    values: Values = {}
    problems: list[str] = []
    for setting in SETTINGS:
        try:
            text = _text(setting, environ)
            values[setting.name] = (
                setting.default_for(values) if text is None else setting.kind.parse(text)
            )
        except _Unreadable as error:
            problems.append(str(error))
        except ValueError:
            problems.append(_refusal(setting, text))
        if setting.name not in values:
            values[setting.name] = setting.default_for(values)
    problems += _unsafe(values)
    made = [name for name in _needed(values) if values[name] is None]
    if not problems and values["APP_ENV"] != "production" and made:
        try:
            values |= {name: _kept_secret(values["VAR_DIR"], name.lower()) for name in made}
        except OSError as error:
            problems.append(f"VAR_DIR: {values['VAR_DIR']} cannot be written: {error.strerror}")
        except _Unreadable as error:
            problems.append(str(error))
    if problems:
        raise ConfigError(problems)
    return values | _derived(values)


def cautions(values: Values) -> list[str]:
    """What is allowed and probably not meant: one line each, for whoever starts the product."""
    found = []
    if values["BASE_URL"].startswith("https:") and not values["TRUSTED_PROXIES"]:
        found.append(
            f"TRUSTED_PROXIES: BASE_URL is {values['BASE_URL']}, and the web server itself speaks "
            "plain http: with a proxy in front set TRUSTED_PROXIES to 1, or all visitors share "
            "the proxy's address and its limits"
        )
    if values["DATABASE_URL"].startswith("sqlite") and (line := _sqlite_caution()):
        found.append(f"DATABASE_URL: {line}")
    return found


def _needed(values: Values) -> list[str]:
    """Secrets that development makes for itself."""
    return ["SECRET_KEY", *(["IDENTITY_KEY"] if values["IDCHECK_A_URL"] else [])]


class _Unreadable(Exception):
    """The file of a secret cannot be used; the text is the whole problem line."""


def _text(setting: Setting, environ: Mapping[str, str]) -> str | None:
    """What the environment says, directly or by file; an empty value counts as not set."""
    text, file = environ.get(setting.name), environ.get(f"{setting.name}_FILE")
    if not setting.secret or not file:
        return text or None
    if text:
        raise _Unreadable(f"{setting.name}: set it or {setting.name}_FILE, not both")
    try:
        return Path(file).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise _Unreadable(f"{setting.name}_FILE: {file} cannot be read: {reason}") from error


def _refusal(setting: Setting, text: str | None) -> str:
    shown = "the value given" if setting.secret else f'"{text}"'
    return f"{setting.name}: {shown} is not allowed: {setting.kind.allowed}"


def _unsafe(values: Values) -> list[str]:
    """What is well-formed but must not be, and what production needs besides."""
    rows = {setting.name: setting for setting in SETTINGS}
    production = values["APP_ENV"] == "production"
    problems = []
    for name in ("SECRET_KEY", "IDENTITY_KEY", "METRICS_TOKEN"):
        key = values[name]
        if key is None and name == "SECRET_KEY" and production:
            problems.append(f"{name}: production needs it: {SECRET.allowed}")
        elif key is not None and _guessable(key) and (production or name == "METRICS_TOKEN"):
            problems.append(_refusal(rows[name], key))
    url = urlsplit(values["BASE_URL"])
    if production and url.scheme != "https" and url.hostname not in LOOPBACK:
        problems.append(f'BASE_URL: "{values["BASE_URL"]}" is not allowed in production: https://')
    problems += _unsafe_model(values, production=production)
    problems += unsafe_providers(values, production=production)
    problems += unsafe_notices(values)
    return problems + list(unsafe_payments(values, production=production))


def _unsafe_model(values: Values, *, production: bool) -> list[str]:
    address, model = values["LLM_BASE_URL"], values["LLM_MODEL"]
    if address is None:
        return []
    problems = [] if model else ["LLM_MODEL: LLM_BASE_URL needs it: the name of a model there"]
    url = urlsplit(address)
    if url.username or url.password:
        problems.append("LLM_BASE_URL: it must hold no user or password; give LLM_API_KEY instead")
    elif production and url.scheme != "https" and not _near(url.hostname or ""):
        problems.append(
            f'LLM_BASE_URL: "{address}" is not allowed in production: https://, '
            "but for a host on this machine or the private network"
        )
    return problems


def _near(host: str) -> bool:
    """On this machine or a private network: such an address, or a name without a dot."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host


def _guessable(key: str) -> bool:
    return len(key) < SECRET_LENGTH or len(set(key)) < SECRET_DISTINCT


def _kept_secret(var_dir: Path, name: str) -> str:
    """The key in VAR_DIR, made by whichever process comes first.

    Raises OSError, and _Unreadable where the file holds no key: a full disk or a damaged backup
    may have emptied it, and only its owner can tell whether the old key is still somewhere.
    """
    kept = var_dir / name
    var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not kept.exists():
        draft = var_dir / f"{name}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
            # A link, unlike a rename, never replaces the key another process has just made.
            with suppress(FileExistsError):
                os.link(draft, kept)
        finally:
            draft.unlink()
    key = kept.read_text(encoding="ascii", errors="replace").strip()
    if not key.isascii() or _guessable(key):
        raise _Unreadable(
            f"{name.upper()}: {kept} is empty or damaged: put the key back from a backup, or "
            "delete the file and a new one is made"
        )
    return key


def _derived(values: Values) -> Values:
    """Keys of Flask, SQLAlchemy and Celery that follow from the settings."""
    secure = values["BASE_URL"].startswith("https:")
    host = urlsplit(values["BASE_URL"]).hostname or ""
    production = values["APP_ENV"] == "production"
    return {
        "TESTING": values["APP_ENV"] == "testing",
        "CELERY_BROKER_URL": _celery_url(values["BROKER_URL"]),
        "SQLALCHEMY_DATABASE_URI": values["DATABASE_URL"],
        "SQLALCHEMY_ENGINE_OPTIONS": {
            # Errors are logged, and the values of a statement may be personal, or a document.
            "hide_parameters": True,
            **engine_options(values),
        },
        # A pong within this time, and messages of so many characters (assistant.wire).
        "SOCK_SERVER_OPTIONS": {"ping_interval": 25, "max_message_size": 8192},
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        # Of an upload: whatever the store merges needs pieces of at least 5 MiB.
        "UPLOAD_PIECE_BYTES": 8 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 256 * 1024,
        # The prefix makes browsers refuse the cookie unless it is Secure and for this host only.
        "SESSION_COOKIE_NAME": "__Host-chezhi" if secure else "chezhi",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "RATELIMIT_STORAGE_URI": re.sub(r"^unix:", "redis+unix:", values["REDIS_URL"]),
        # Else every page a visitor with a basket opens would set its cookie again, and could
        # not be kept for the others.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=180),
        # Loopback names stay allowed for health checks on the machine itself.
        "TRUSTED_HOSTS": [bracketed(name) for name in (host, *LOOPBACK)] if production else None,
    }


def _celery_url(url: str) -> str:
    """Celery's spelling of a Redis on a Unix socket; other URLs as they are."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    found = re.search(r"(?:^|&)db=([0-9]+)", parts.query)
    return f"redis+socket://{quote(unquote(parts.path))}?virtual_host={found[1] if found else 0}"
