"""The table of settings, and how the text of each is read."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from .engines import search_url

ROOT: Final = Path(__file__).resolve().parent.parent.parent

Values = dict[str, Any]
"""Setting name to its parsed value."""

SOCKET_PATH_BYTES: Final = 90
"""Longest path for a Unix socket: the kernel takes 107 bytes on Linux and 103 on macOS, and
supervisor binds to the name with ".<pid>" added before it renames."""

SECRET_LENGTH: Final = 32


@dataclass(frozen=True)
class Kind:
    """How a value is read: `parse` raises ValueError; `allowed` completes "is not allowed: "."""

    parse: Callable[[str], Any]
    allowed: str


@dataclass(frozen=True)
class Setting:
    """One environment variable.

    `default` is the value where nothing is set, or makes it from the settings above; then
    `default_text` says it in words. `help` stands in the documentation, `help_chinese` in the
    console. A secret is never shown and may be given as a file by `NAME_FILE`.
    """

    name: str
    kind: Kind
    default: Any
    help: str
    help_chinese: str
    default_text: str = ""
    secret: bool = False

    def default_for(self, values: Values) -> Any:
        return self.default(values) if callable(self.default) else self.default


def choice(*allowed: str) -> Kind:
    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError
        return text

    return Kind(parse, f"{', '.join(allowed[:-1])} or {allowed[-1]}")


def integer(low: int, high: int) -> Kind:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise ValueError
        return int(text)

    return Kind(parse, f"a whole number from {low} to {high}")


def _decimal(low: float, high: float) -> Kind:
    def parse(text: str) -> float:
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3})?", text) or not low <= float(text) <= high:
            raise ValueError
        return float(text)

    return Kind(parse, f"a number from {low:g} to {high:g}")


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", text):
        raise ValueError
    return text


def path_of(text: str) -> Path:
    if "\0" in text or "\n" in text:
        raise ValueError
    return Path(os.path.normpath(ROOT / Path(text).expanduser()))


def _origin(text: str) -> str:
    url = urlsplit(text)
    extra = url.query or url.fragment or url.username or url.path not in ("", "/")
    if url.scheme not in ("http", "https") or not url.hostname or extra:
        raise ValueError
    _ = url.port  # raises ValueError where it is no number
    return text.rstrip("/")


def _base(text: str) -> str:
    """An http(s) address with a path, to which further path is added."""
    url = urlsplit(text)
    _ = url.port  # raises ValueError where it is no number
    if url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment:
        raise ValueError
    return text.rstrip("/")


def _line(text: str) -> str:
    if not text.isprintable() or len(text) > 200:
        raise ValueError
    return text.strip()


def _url(examples: str) -> Kind:
    """A URL with the scheme of one of the examples."""
    schemes = re.findall(r"([a-z+0-9]+)://", examples)

    def parse(text: str) -> str:
        url = urlsplit(text)
        _ = url.port
        local = url.scheme in ("unix", "sqlite")
        # PostgreSQL's client takes the folder of a Unix socket as ?host=.
        place = url.path if local else url.hostname or url.query.startswith("host=")
        if url.scheme not in schemes or not place:
            raise ValueError
        return text

    return Kind(parse, examples)


LINE: Final = Kind(_line, "one line of at most 200 characters")
BASE: Final = Kind(_base, "http:// or https:// with a host: https://api.example.com")


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _own_origin(values: Values) -> str:
    return f"http://{bracketed(values['HOST'])}:{values['PORT']}"


def socket_folder(var_dir: Path) -> Path:
    """Where the Unix sockets of one VAR_DIR are.

    In VAR_DIR itself, or in a short folder under /tmp where VAR_DIR is too deep for a socket's
    name. It depends on nothing but VAR_DIR and the user, so that all processes agree on it.
    """
    inside = var_dir / "run"
    if len(os.fsencode(inside / "supervisor.sock")) <= SOCKET_PATH_BYTES:
        return inside
    digest = hashlib.sha256(os.fsencode(var_dir)).hexdigest()[:12]
    return Path(f"/tmp/chezhi-{os.getuid()}-{digest}")  # noqa: S108 - owner and mode are checked


def _embedded_redis(values: Values) -> str:
    return f"unix://{quote(str(socket_folder(values['VAR_DIR']) / 'redis.sock'))}?db=0"


SECRET: Final = Kind(
    str,
    f"at least {SECRET_LENGTH} random characters, such as those printed by "
    "python3 -c 'import secrets; print(secrets.token_hex(32))'",
)
DATABASE: Final = _url("postgresql+psycopg://USER:PASSWORD@HOST/NAME or sqlite:////absolute/path")
REDIS: Final = _url("redis://HOST:6379/0, rediss://HOST:6379/0 or unix:///path/redis.sock?db=0")
BROKER: Final = _url(
    "redis://HOST:6379/1, rediss://HOST:6379/1, unix:///path/redis.sock?db=1, "
    "amqp://USER:PASSWORD@HOST/VHOST or amqps://USER:PASSWORD@HOST/VHOST"
)

SETTINGS: Final = (
    Setting(
        "APP_ENV",
        choice("development", "testing", "production"),
        "development",
        "What the product runs for. `production` refuses unsafe settings at start-up.",
        "产品在什么环境里运行。production 会在启动时拒绝不安全的设置。",
    ),
    Setting(
        "HOST",
        Kind(_host, "an IP address or a host name"),
        "127.0.0.1",
        "Address the web server listens on.",
        "网站服务监听的地址。",
    ),
    Setting(
        "PORT",
        integer(1, 65535),
        8000,
        "Port the web server listens on.",
        "网站服务监听的端口。",
    ),
    Setting(
        "BASE_URL",
        Kind(_origin, "http:// or https:// with a host and no path: https://cars.example.com"),
        _own_origin,
        "The address visitors use. Production takes https only, except on a loopback host.",
        "访客使用的网址。生产环境只接受 https，本机地址除外。",
        default_text="from `HOST` and `PORT`",
    ),
    Setting(
        "VAR_DIR",
        Kind(path_of, "the path of a folder"),
        ROOT / "var",
        "All run-time data: database, Redis, logs. A relative path counts from the "
        "repository's root.",
        "运行时的全部数据：数据库、Redis、日志。相对路径从项目根目录算起。",
        default_text="`var`",
    ),
    Setting(
        "SEED",
        choice("0", "1"),
        lambda values: "1" if values["APP_ENV"] == "development" else "0",
        "`1` fills an empty database with the shipped cars at start-up; `0` leaves it empty.",
        "1：启动时若数据库是空的，填入随产品附带的车型；0：让它空着。",
        default_text="`1` in development, else `0`",
    ),
    Setting(
        "SECRET_KEY",
        SECRET,
        None,
        "Signs sessions. Changing it ends all of them.",
        "给登录会话签名。更换后所有人都要重新登录。",
        default_text="made once into `VAR_DIR`; required in production",
        secret=True,
    ),
    Setting(
        "IDENTITY_KEY",
        SECRET,
        None,
        "Seals what a real-name check needs for a later retry, and recognises identity numbers. "
        "Changing it forgets which numbers were verified.",
        "加密实名核验稍后重试所需的资料，也用来认出核验过的证件号。更换后不再记得哪些号码核验过。",
        default_text="made once into `VAR_DIR` with `IDCHECK_A_URL`; required then in production",
        secret=True,
    ),
    Setting(
        "DATABASE_URL",
        DATABASE,
        lambda values: f"sqlite:///{values['VAR_DIR']}/chezhi.sqlite3",
        "The relational database, SQLite or PostgreSQL.",
        "关系数据库：SQLite 或 PostgreSQL。",
        default_text="SQLite in `VAR_DIR`",
        secret=True,
    ),
    Setting(
        "REDIS_URL",
        REDIS,
        _embedded_redis,
        "Cache, rate limits and the workers' heartbeat. Redis 6.2 or newer.",
        "缓存、频率限制和后台进程的心跳。需要 Redis 6.2 或更新的版本。",
        default_text="a Redis that `scripts/run` starts on a Unix socket",
        secret=True,
    ),
    Setting(
        "BROKER_URL",
        BROKER,
        lambda values: values["REDIS_URL"],
        "Carries background tasks: Redis or RabbitMQ.",
        "传递后台任务：Redis 或 RabbitMQ。",
        default_text="`REDIS_URL`",
        secret=True,
    ),
    Setting(
        "SEARCH_URL",
        Kind(
            search_url,
            "whoosh: or https://USER:PASSWORD@HOST:9200/PREFIX, with HOST:9200,OTHER:9200 for "
            "several of one cluster, ?api_key=KEY instead of the user and ?ca=/path/ca.pem for a "
            "certificate of your own",
        ),
        "whoosh:",
        "The search engine: Whoosh in `VAR_DIR`, or Elasticsearch 9 with indices whose names "
        "begin with PREFIX (small letters, digits, - and _).",
        "搜索引擎：放在 VAR_DIR 里的 Whoosh，或 Elasticsearch 9，其索引名以 PREFIX 开头"
        "（小写字母、数字、- 和 _）。",
        default_text="`whoosh:`",
        secret=True,
    ),
    Setting(
        "TRUSTED_PROXIES",
        integer(0, 5),
        0,
        "How many proxies in front of the web server add X-Forwarded headers.",
        "网站服务前面有几层会添加 X-Forwarded 请求头的代理。",
    ),
    Setting(
        "LOG_LEVEL",
        choice("DEBUG", "INFO", "WARNING", "ERROR"),
        "INFO",
        "Least severe level that is logged.",
        "记入日志的最低级别。",
    ),
    Setting(
        "WEB_WORKERS",
        integer(1, 64),
        2,
        "Web server processes; one for each processor core is a good start.",
        "网站服务的进程数；一般先按每个处理器核心一个来设。",
    ),
    Setting(
        "METRICS_TOKEN",
        SECRET,
        None,
        "Bearer token that opens `/metrics` from elsewhere; without it only loopback may read it.",
        "从别处读取 /metrics 用的令牌；不设时只有本机能读。",
        default_text="unset",
        secret=True,
    ),
    Setting(
        "LLM_BASE_URL",
        Kind(_base, "http:// or https:// with the path of the API: https://models.example.com/v1"),
        None,
        "An OpenAI-compatible server that writes the assistant's answers. Without it they are "
        "composed by rules. Production takes plain http only on the own machine or network.",
        "替助手写回答的模型服务，接口与 OpenAI 兼容。不设时回答由规则写成。"
        "生产环境只有在本机或内网才接受 http。",
        default_text="unset",
    ),
    Setting(
        "LLM_MODEL",
        Kind(_line, "the name of a model, at most 200 characters"),
        None,
        "Which model of that server; needed with `LLM_BASE_URL`.",
        "用那个服务的哪个模型；设了 LLM_BASE_URL 就必须设它。",
        default_text="unset",
    ),
    Setting(
        "LLM_API_KEY",
        Kind(_line, "the key in one line, at most 200 characters"),
        None,
        "Key for that server, where it wants one.",
        "那个服务要密钥时，用这个密钥。",
        default_text="unset",
        secret=True,
    ),
    Setting(
        "LLM_PLANS",
        choice("auto", "off", "always"),
        "auto",
        "Whether the model also decides what an answer looks up: `auto` where its server can call "
        "tools or write JSON, `off` never, `always` without asking what it can.",
        "模型是否也决定查什么：auto 看服务会不会调用工具或写 JSON，off 不用，always 不问就用。",
    ),
    Setting(
        "LLM_PLAN_SECONDS",
        integer(1, 60),
        6,
        "How long a plan of the model is waited for; then that of the rules is carried out.",
        "等模型的计划最多多少秒；过了就按规则的计划做。",
    ),
    Setting(
        "LLM_FIRST_SECONDS",
        integer(1, 120),
        8,
        "How long the model may be silent, before its first word and between two.",
        "模型开口之前、两段话之间，最多沉默多少秒。",
    ),
    Setting(
        "LLM_ANSWER_SECONDS",
        integer(5, 600),
        60,
        "How long an answer of the model may take in all.",
        "模型的一个回答总共最多多少秒。",
    ),
    Setting(
        "LLM_TEMPERATURE",
        _decimal(0.0, 2.0),
        0.2,
        "How freely the model words its answers, from 0 to 2.",
        "模型用词的随意程度，0 到 2。",
    ),
    Setting(
        "LLM_MAX_TOKENS",
        integer(100, 32_000),
        1200,
        "Tokens an answer may have, thoughts included; models that think need more.",
        "一个回答最多多少 token，思考也算在内；会思考的模型要多给一些。",
    ),
)
