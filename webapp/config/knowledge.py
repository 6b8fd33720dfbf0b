"""Settings of the knowledge base: who makes vectors and where they are searched."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from .settings import BASE, LINE, Kind, Setting


def _vectors_url(text: str) -> str:
    """`edge:`, or a Qdrant server with the prefix of our collections as its path."""
    if text == "edge:":
        return text
    url = urlsplit(text)
    _ = url.port
    given = dict(parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query)))
    prefix = re.fullmatch(r"/[a-z][a-z0-9_-]{0,60}", url.path)
    if url.scheme not in ("http", "https") or not url.hostname or not prefix:
        raise ValueError
    if url.fragment or url.username or set(given) - {"api_key"}:
        raise ValueError
    return text


def _embedder(text: str) -> str:
    return text if text in ("package", "none") else str(BASE.parse(text))


KNOWLEDGE: Final[tuple[Setting, ...]] = (
    Setting(
        "VECTORS_URL",
        Kind(_vectors_url, "edge: or https://HOST:6333/PREFIX, with ?api_key=KEY if it wants one"),
        "edge:",
        "Where vectors are searched: Qdrant inside the process with its files in `VAR_DIR`, or a "
        "Qdrant server with collections whose names begin with PREFIX.",
        "在哪里检索向量：进程内的 Qdrant，文件放在 VAR_DIR；或 Qdrant 服务，"
        "其集合名以 PREFIX 开头。",
        default_text="`edge:`",
        secret=True,
    ),
    Setting(
        "EMBEDDER",
        Kind(_embedder, "package, none, or the address of an OpenAI-compatible API"),
        "package",
        "Who turns passages into vectors: the model in the package, an OpenAI-compatible server "
        "(its address with /v1), or `none` to search by words only.",
        "由谁把段落变成向量：随产品附带的模型、与 OpenAI 兼容的服务（写带 /v1 的地址），"
        "或 none，只按词检索。",
    ),
    Setting(
        "EMBEDDER_MODEL",
        LINE,
        None,
        "Which model of that server; changing it embeds everything anew.",
        "用那个服务的哪个模型；更换后全部向量重新计算。",
        default_text="unset",
    ),
    Setting(
        "EMBEDDER_API_KEY",
        LINE,
        None,
        "Key for that server, where it wants one.",
        "那个服务要密钥时，用这个密钥。",
        default_text="unset",
        secret=True,
    ),
)
