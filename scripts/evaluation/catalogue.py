"""The catalogue and the texts an evaluation runs on, in a folder of their own."""

from __future__ import annotations

import gzip
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path) -> dict[str, str]:
    """Settings of an application with all its data in `folder` and nothing outside."""
    return {
        "APP_ENV": "testing",
        "VAR_DIR": str(folder / "var"),
        "SECRET_KEY": secrets.token_hex(32),
        "REDIS_URL": f"unix://{folder}/no-redis.sock?db=0",
        "LOG_LEVEL": "ERROR",
        "FLASK_SKIP_DOTENV": "1",
        # Only the rules are measured, and only the engines that need no server.
        "DATABASE_URL": "",
        "SEARCH_URL": "",
        "VECTORS_URL": "",
        "LLM_BASE_URL": "",
    }


def use(env: dict[str, str]) -> None:
    """Make `env` the environment of this process; empty values take a setting away."""
    for name, value in env.items():
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
        if value:
            os.environ[name] = value


def manage(
    *command: str, lines: str | None = None, tells: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run a command of the product's command line in the present environment; where it `tells`,
    what it says of its progress is seen and not kept."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), *command],
        input=lines,
        stdout=subprocess.PIPE,
        stderr=None if tells else subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=False,
    )


def must(*command: str) -> None:
    """Run a command that has to work; ends with its last line where it does not."""
    done = manage(*command)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        sys.exit(f"{' '.join(command[:2])} failed: {' '.join(last)}")


def load(shared: Path | None, folder: Path) -> str:
    """Fill an empty database with the shared catalogue, else the shipped one; what it was."""
    must("db", "upgrade")
    if shared is None:
        must("cars", "seed")
        return "the shipped catalogue"
    table = folder / "union.csv"
    converter = ROOT / "scripts" / "seed" / "from_union.py"
    source = data_folder(shared) / "catalog_union"
    done = subprocess.run([sys.executable, converter, source, table], check=False)
    if done.returncode:
        sys.exit(f"{source}: cannot be converted")
    manage("cars", "import", str(table))  # some of its rows are rejected, on purpose
    return f"the catalogue of {source}"


def data_folder(shared: Path) -> Path:
    """The folder with the shared texts and tables: `shared` itself or `data` in it."""
    return shared / "data" if (shared / "data").is_dir() else shared


def documents(shared: Path) -> dict[str, list[dict[str, Any]]]:
    """The texts by collection as `knowledge ingest` takes them: a manual, owners' reviews."""
    data = data_folder(shared)
    manual = _lines((data / "qa_manual_lynkco" / "passages_clean.jsonl").open(encoding="utf-8"))
    with gzip.open(
        data / "reviews_koubei" / "koubei_sample.jsonl.gz", "rt", encoding="utf-8"
    ) as file:
        reviews = _lines(file)
    return {
        "manual": [
            {"id": str(row["id"]), "title": "用车手册", "text": row["text"], "source": "manual"}
            for row in manual
        ],
        "koubei": [
            {
                "id": str(row["id"]),
                "title": row.get("trim") or row["series"],
                "text": row["text"],
                "source": "koubei",
                "series": row["series"],
            }
            for row in reviews
        ],
    }


def _lines(file: Iterable[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file if line.strip()]
