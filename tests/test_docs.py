"""Documents say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from scripts import limits_doc, settings_doc
from scripts.processes import procfile
from webapp.config import ROOT, SETTINGS

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMES = {row.name for row in SETTINGS} | {f"{row.name}_FILE" for row in SETTINGS if row.secret}


def test_the_page_of_settings_is_current() -> None:
    written = settings_doc.FILE.read_text(encoding="utf-8")
    assert written == settings_doc.render(), "run: .venv/bin/python -m scripts.settings_doc"


def test_the_page_of_limits_is_current() -> None:
    written = limits_doc.FILE.read_text(encoding="utf-8")
    assert written == limits_doc.render(), "run: .venv/bin/python -m scripts.limits_doc"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_named_files_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    linked = {
        target.partition("#")[0]
        for target in re.findall(r"\]\(([^)\s]+)\)", text)
        if "://" not in target and not target.startswith("#")
    }
    assert {target for target in linked if not (page.parent / target).exists()} == set()
    named = set(re.findall(r"`(?:\.venv/bin/python )?(scripts/[a-z_/.]+|docs/[a-z_/.]+)", text))
    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_the_example_environment_names_settings_only() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    given = dict(re.findall(r"^#? ?([A-Z_]+)=(.*)$", "\n".join(lines), re.MULTILINE))
    assert set(given) - NAMES == compose_variables() - NAMES
    secrets = {row.name for row in SETTINGS if row.secret}
    assert [name for name in given if "PASSWORD" in name and given[name]] == []
    assert given["SECRET_KEY"] == ""
    assert secrets & set(given)


def compose() -> dict[str, dict[str, dict[str, object]]]:
    read: dict[str, dict[str, dict[str, object]]] = yaml.safe_load(
        (ROOT / "compose.yaml").read_text(encoding="utf-8")
    )
    return read


def compose_variables() -> set[str]:
    """What compose.yaml takes from the environment."""
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    return set(re.findall(r"\$\{([A-Z_]+)", text))


def test_the_containers_are_given_settings_only() -> None:
    ours = [service for service in compose()["services"].values() if "build" in service]
    assert ours
    for service in ours:
        assert set(service["environment"]) - NAMES == set()  # type: ignore[call-overload]


def test_every_container_says_when_it_is_healthy_and_keeps_its_data() -> None:
    read = compose()
    servers = {
        name: service for name, service in read["services"].items() if "build" not in service
    }
    assert set(servers) >= {"postgres", "redis", "rabbitmq", "elasticsearch", "qdrant", "minio"}
    for name, service in servers.items():
        assert "healthcheck" in service, name
        volumes = [str(mount).split(":")[0] for mount in service["volumes"]]  # type: ignore[attr-defined]
        assert volumes, name
        assert set(volumes) <= set(read["volumes"]), name


def test_the_containers_run_the_commands_of_the_procfile() -> None:
    commands = procfile((ROOT / "Procfile").read_text(encoding="utf-8"))
    for name, service in compose()["services"].items():
        if name in commands and "build" in service:
            assert service["command"] == commands[name]
