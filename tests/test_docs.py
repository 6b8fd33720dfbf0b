"""Documents, and what a stranger starts from, say what the code does; tests list offenders."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
import yaml  # type: ignore[import-untyped]
from flask import Flask

from scripts import assistant_doc, deposits_doc, limits_doc, settings_doc
from scripts.processes import procfile
from webapp.config import ROOT, SETTINGS
from webapp.version import VERSION

DOCS = ROOT / "docs"
CHINESE = DOCS / "zh"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / ".github").rglob("*.md")])
NAMES = {row.name for row in SETTINGS} | {f"{row.name}_FILE" for row in SETTINGS if row.secret}
ADR_STATES = r"accepted|proposed|superseded by \[\d+\]\(\d{4}-[a-z-]+\.md\)"


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


# Pages


def test_the_pages_of_settings_are_current_and_wholly_chinese() -> None:
    assert settings_doc.without_chinese() == []
    stale = [
        named(file)
        for file, text in (
            (settings_doc.FILE, settings_doc.render()),
            (settings_doc.CHINESE_FILE, settings_doc.render_chinese()),
        )
        if read(file) != text
    ]
    assert stale == [], "run: .venv/bin/python -m scripts.settings_doc"


def test_the_page_of_limits_is_current() -> None:
    assert read(limits_doc.FILE) == limits_doc.render(), (
        "run: .venv/bin/python -m scripts.limits_doc"
    )


def test_the_rules_and_tools_of_the_assistant_are_current() -> None:
    page = read(assistant_doc.FILE)
    assert page == assistant_doc.render(page), "run: .venv/bin/python -m scripts.assistant_doc"


def test_the_states_and_kinds_of_deposits_are_current() -> None:
    page = read(deposits_doc.FILE)
    assert page == deposits_doc.render(page), "run: .venv/bin/python -m scripts.deposits_doc"


def anchors(page: Path) -> set[str]:
    """What can be linked to in a page, as code hosts name headings."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in re.findall(r"^#+ (.+)$", read(page), re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def broken(page: Path) -> list[str]:
    """Links that lead nowhere, and files of scripts/ and docs/ that are named but not there."""
    text = read(page)
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            wrong.append(target)
    named_files = re.findall(r"`(?:\.venv/bin/python )?(scripts/[a-z_/.]+|docs/[a-z_/.]+)", text)
    return wrong + [path for path in named_files if not (ROOT / path).exists()]


def test_links_lead_somewhere_and_named_files_exist() -> None:
    assert {named(page): wrong for page in PAGES if (wrong := broken(page))} == {}


def test_each_chinese_page_and_its_english_one_link_to_each_other() -> None:
    pairs = [(ROOT / "README.md", ROOT / "README.zh-CN.md")]
    pairs += [(DOCS / page.name, page) for page in CHINESE.glob("*.md") if page.stem != "README"]
    assert len(pairs) > 8
    apart = []
    for english, chinese in pairs:
        there = english.exists() and f"({chinese.relative_to(english.parent)})" in read(english)
        back = f"({'../' if chinese.parent == CHINESE else ''}{english.name})" in read(chinese)
        if not (there and back):
            apart.append((named(english), named(chinese)))
    assert apart == []


def test_both_languages_name_every_setting_and_every_command(app: Flask) -> None:
    commands = [f"`scripts/{path.name}" for path in (ROOT / "scripts").iterdir() if runs(path)]
    commands += [f"`{name}" for name in own_commands(app.cli)]
    assert len(commands) > 20
    missing = {
        named(folder): [name for name in commands if name not in read(folder / "commands.md")]
        + [row.name for row in SETTINGS if f"| `{row.name}` |" not in read(folder / "settings.md")]
        for folder in (DOCS, CHINESE)
    }
    assert missing == {"docs": [], "docs/zh": []}


def runs(path: Path) -> bool:
    return path.is_file() and path.stat().st_mode & 0o100 != 0


def own_commands(group: click.Group, before: str = "") -> list[str]:
    """The product's own commands, such as "cars import", without those of Flask and extensions."""
    names = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            names += own_commands(command, f"{before}{name} ")
        elif command.callback and command.callback.__module__.startswith("webapp."):
            names.append(f"{before}{name}")
    return names


def test_decisions_are_numbered_without_gaps_and_have_a_date_and_a_status() -> None:
    records = sorted((DOCS / "adr").glob("*.md"))
    wrong = []
    for number, record in enumerate(records, start=1):
        head = read(record).split("\n\n")[:2]
        form = re.fullmatch(
            rf"- Date: (\d{{4}}-\d\d-\d\d)(?: \([^)]+\))?\n- Status: (?:{ADR_STATES})", head[1]
        )
        titled = head[0].startswith(f"# {number}. ") and record.name.startswith(f"{number:04}-")
        if not (form and titled and date.fromisoformat(form[1])):
            wrong.append(record.name)
    assert wrong == []
    assert len(records) > 10


def test_the_changelog_has_the_version_and_a_place_for_what_comes() -> None:
    headings = re.findall(r"^## (.+)$", read(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert re.fullmatch(rf"{re.escape(VERSION)} \(\d{{4}}-\d\d-\d\d\)", headings[1])


def test_the_command_line_tells_the_version() -> None:
    done = subprocess.run(
        [ROOT / "scripts" / "manage", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"CheZhi {VERSION}\n"


# Containers


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(read(ROOT / "compose.yaml"))
    return found


def ours(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The services that are this product; the others are servers it grows onto."""
    return {name: row for name, row in compose["services"].items() if row.get("build") == "."}


def servers(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: row for name, row in compose["services"].items() if row.get("build") != "."}


def variables(text: str) -> set[str]:
    """What compose.yaml takes from the environment."""
    return set(re.findall(r"\$\{([A-Z_]+)", text))


def settable(service: dict[str, Any]) -> set[str]:
    """What .env decides for a service: all settings if it reads the file, but for fixed ones."""
    given = {name: variables(str(value)) for name, value in service["environment"].items()}
    whole = any(row["path"] == ".env" for row in service.get("env_file", []))
    asked = NAMES if whole else set().union(*given.values())
    return asked - {name for name, taken in given.items() if name not in taken}


DECIDED_BY_THE_CONTAINER = {"APP_ENV", "VAR_DIR"}


def test_every_setting_can_be_given_to_the_containers_by_the_env_file(
    compose: dict[str, Any],
) -> None:
    # Of HOST and PORT those of the machine: where the web service is published.
    published = variables(str(compose["services"]["web"]["ports"]))
    wanted = {row.name for row in SETTINGS} - DECIDED_BY_THE_CONTAINER - published
    out_of_reach = {name: wanted - settable(row) for name, row in ours(compose).items()}
    assert set(out_of_reach) == {"migrate", "web", "worker", "videos", "beat"}
    assert {name: sorted(rows) for name, rows in out_of_reach.items() if rows} == {}


def test_the_containers_are_given_settings_only(compose: dict[str, Any]) -> None:
    unknown = {name: set(row["environment"]) - NAMES for name, row in ours(compose).items()}
    assert {name: rows for name, rows in unknown.items() if rows} == {}


def test_the_example_environment_names_settings_and_what_the_containers_take() -> None:
    lines = read(ROOT / ".env.example")
    given = dict(re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", lines, re.MULTILINE))
    taken = variables(read(ROOT / "compose.yaml"))
    assert set(given) - NAMES == taken - NAMES | {"COMPOSE_PROFILES"}
    assert [name for name in given if "PASSWORD" in name and given[name]] == []
    assert given["SECRET_KEY"] == ""


def images(compose: dict[str, Any]) -> dict[str, str]:
    """Image by the name of its server, of servers built here the one they are built from."""
    found = {"product": read(ROOT / "Dockerfile")} | {
        name: row.get("image") or row["build"]["dockerfile_inline"]
        for name, row in servers(compose).items()
    }
    return {
        name: found_from[1] if (found_from := re.search(r"^FROM (\S+)", text, re.M)) else text
        for name, text in found.items()
    }


def test_images_have_exact_versions_and_servers_those_of_their_clients(
    compose: dict[str, Any],
) -> None:
    version = r"(v?\d+\.\d+(\.\d+)?(-[a-z.-]+)?|RELEASE\.[\dTZ-]+)"
    exact = rf"[\w./-]+:{version}(@sha256:[0-9a-f]{{64}})?"
    loose = [image for image in images(compose).values() if not re.fullmatch(exact, image)]
    assert loose == []
    requirements = read(ROOT / "requirements.txt")
    behind = [
        f"{images(compose)[server]} beside {client} {version}"
        for server, client in (("elasticsearch", "elasticsearch"), ("qdrant", "qdrant-client"))
        for version in re.findall(rf"^{client}==(\d+\.\d+)\.", requirements, re.MULTILINE)
        if not re.search(rf":v?{re.escape(version)}\.", images(compose)[server])
    ]
    assert behind == []


def test_every_server_says_when_it_is_healthy_and_keeps_its_data(compose: dict[str, Any]) -> None:
    found = servers(compose)
    assert set(found) >= {"postgres", "redis", "rabbitmq", "elasticsearch", "qdrant"}
    careless = [
        name
        for name, row in found.items()
        if "healthcheck" not in row
        or not row.get("volumes")
        or {mount.split(":")[0] for mount in row["volumes"]} - set(compose["volumes"])
    ]
    assert careless == []
    assert {p for row in found.values() for p in row.get("profiles", [])} == {
        "search",
        "vectors",
        "storage",
    }


def test_the_containers_run_the_commands_of_the_procfile(compose: dict[str, Any]) -> None:
    commands = procfile(read(ROOT / "Procfile"))
    run = {name: row["command"] for name, row in ours(compose).items() if name in commands}
    assert run == {name: commands[name] for name in ("web", "worker", "videos", "beat")}


# What the code host reads


def test_the_forms_and_the_workflow_of_the_code_host_are_valid() -> None:
    folder = ROOT / ".github"
    forms = {path.name: yaml.safe_load(read(path)) for path in folder.rglob("ISSUE_TEMPLATE/*.yml")}
    incomplete = [
        name
        for name, form in forms.items()
        if name != "config.yml"
        and not (
            {"name", "description", "body"} <= set(form) and all("type" in p for p in form["body"])
        )
    ]
    assert incomplete == []
    assert set(forms) == {"config.yml", "bug.yml", "feature.yml"}


def test_the_workflow_checks_and_tests_on_the_oldest_and_the_newest_python() -> None:
    workflow = yaml.safe_load(read(ROOT / ".github" / "workflows" / "ci.yml"))
    job = workflow["jobs"]["test"]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.13"]
    ran = [step["run"] for step in job["steps"] if "run" in step]
    assert ran[-2:] == ["scripts/check", "scripts/test"]
    unknown = [
        command
        for job in workflow["jobs"].values()
        for step in job["steps"]
        for command in re.findall(r"\bscripts/\w+", step.get("run", ""))
        if not (ROOT / command).exists()
    ]
    assert unknown == []
