"""Settings: what is accepted, what is refused and how it is said."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from webapp import config
from webapp.config import ConfigError, load, socket_folder, standin_page, standin_port

KEY = "0123456789abcdef0123456789abcdef"


def loaded(tmp_path: Path, **environ: str) -> dict[str, Any]:
    return load({"VAR_DIR": str(tmp_path)} | environ)


def problems(tmp_path: Path, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, **environ)
    return caught.value.problems


def test_without_any_setting_it_is_for_development_on_loopback(tmp_path: Path) -> None:
    values = loaded(tmp_path)
    assert values["APP_ENV"] == "development"
    assert values["BASE_URL"] == "http://127.0.0.1:8000"
    assert values["SEED"] == "1"
    assert values["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path}/chezhi.sqlite3"
    assert values["REDIS_URL"].startswith("unix:///")
    assert values["TRUSTED_HOSTS"] is None
    assert not values["SESSION_COOKIE_SECURE"]


def test_an_empty_value_counts_as_not_set(tmp_path: Path) -> None:
    assert loaded(tmp_path, PORT="", DATABASE_URL="")["PORT"] == 8000


def test_the_own_address_follows_host_and_port(tmp_path: Path) -> None:
    assert loaded(tmp_path, HOST="::1", PORT="81")["BASE_URL"] == "http://[::1]:81"
    assert loaded(tmp_path, BASE_URL="https://a.example/")["BASE_URL"] == "https://a.example"


def test_a_relative_folder_counts_from_the_repository(tmp_path: Path) -> None:
    values = load({"VAR_DIR": "else/where", "SECRET_KEY": KEY, "IDENTITY_KEY": KEY})
    assert values["VAR_DIR"] == config.ROOT / "else" / "where"
    assert not values["VAR_DIR"].exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "staging"),
        ("HOST", "no host"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "８０"),
        ("BASE_URL", "cars.example"),
        ("BASE_URL", "https://cars.example/shop"),
        ("BASE_URL", "https://cars.example:port"),
        ("SEED", "yes"),
        ("TRUSTED_PROXIES", "-1"),
        ("LOG_LEVEL", "info"),
        ("WEB_WORKERS", "0"),
        ("LLM_BASE_URL", "models.example/v1"),
        ("LLM_BASE_URL", "https://models.example/v1?key=1"),
        ("LLM_MODEL", "a\nb"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(tmp_path: Path, name: str, value: str) -> None:
    (line,) = problems(tmp_path, **{name: value})
    assert line.startswith(f'{name}: "{value}" is not allowed: ')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root:geheim@db/cars"),
        ("DATABASE_URL", "postgresql://root:geheim@db/cars"),
        ("REDIS_URL", "http://:geheim@cache"),
        ("BROKER_URL", "sqs://geheim@queue"),
        ("METRICS_TOKEN", "geheim"),
        ("STORAGE_URL", "file:///srv/geheim"),
        ("STORAGE_URL", "minio://geheim@files:9000/cars"),
        ("STORAGE_URL", "minio://key:geheim@files:9000"),
        ("STORAGE_URL", "minio://key:geheim@files:9000/Cars"),
        ("STORAGE_URL", "minio://key:geheim@files:9000/cars?secure=no"),
        ("STORAGE_URL", "minio://key:geheim@files:9000/cars?public=files.example"),
        ("STORAGE_URL", "minio://key:geheim@files:9000/cars?bucket=1"),
        ("STORAGE_URL", "s3://key:geheim@files:9000/cars"),
    ],
)
def test_a_bad_secret_is_named_but_not_shown(tmp_path: Path, name: str, value: str) -> None:
    (line,) = problems(tmp_path, **{name: value})
    assert line.startswith(f"{name}: the value given is not allowed: ")
    assert "geheim" not in line


@pytest.mark.parametrize(
    "url",
    [
        "file:",
        "minio://key:geheim@files:9000/cars",
        "minio://key:geheim@[::1]:9000/cars.media?secure=0&region=cn-1&public=https://f.example",
    ],
)
def test_files_are_kept_here_or_in_a_bucket(tmp_path: Path, url: str) -> None:
    assert loaded(tmp_path, STORAGE_URL=url)["STORAGE_URL"] == url


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    told = problems(tmp_path, PORT="x", LOG_LEVEL="loud", APP_ENV="production")
    assert [line.split(":")[0] for line in told] == ["PORT", "LOG_LEVEL", "SECRET_KEY"]


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(KEY + "\n")
    assert loaded(tmp_path, SECRET_KEY_FILE=str(file))["SECRET_KEY"] == KEY
    assert problems(tmp_path, SECRET_KEY="x", SECRET_KEY_FILE=str(file)) == [
        "SECRET_KEY: set it or SECRET_KEY_FILE, not both"
    ]
    (line,) = problems(tmp_path, SECRET_KEY_FILE=str(tmp_path / "none"))
    assert line.startswith("SECRET_KEY_FILE: ")
    assert line.endswith("No such file or directory")


def test_only_secrets_are_read_from_files(tmp_path: Path) -> None:
    assert loaded(tmp_path, PORT_FILE=str(tmp_path / "none"))["PORT"] == 8000


@pytest.mark.parametrize("key", ["", "short", "a" * 64, "ab" * 40])
def test_production_refuses_a_secret_that_can_be_guessed(tmp_path: Path, key: str) -> None:
    (line,) = problems(tmp_path, APP_ENV="production", SECRET_KEY=key)
    assert line.startswith("SECRET_KEY: ")
    assert "ab" * 40 not in line


def test_production_refuses_plain_http_except_on_loopback(tmp_path: Path) -> None:
    given = {"APP_ENV": "production", "SECRET_KEY": KEY}
    (line,) = problems(tmp_path, **given, BASE_URL="http://cars.example")
    assert line.startswith('BASE_URL: "http://cars.example" is not allowed in production')
    assert loaded(tmp_path, **given, BASE_URL="http://localhost:8000")["APP_ENV"] == "production"


def test_production_binds_the_session_to_https_and_the_host(tmp_path: Path) -> None:
    values = loaded(
        tmp_path, APP_ENV="production", SECRET_KEY=KEY, BASE_URL="https://cars.example:8443"
    )
    assert values["SESSION_COOKIE_SECURE"]
    assert values["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert "cars.example" in values["TRUSTED_HOSTS"]
    assert values["SEED"] == "0"


def test_the_key_made_for_development_is_kept_and_private(tmp_path: Path) -> None:
    var = tmp_path / "deep" / "var"
    first = load({"VAR_DIR": str(var)})["SECRET_KEY"]
    assert len(first) == 64
    assert load({"VAR_DIR": str(var)})["SECRET_KEY"] == first
    for kept in (var / "secret_key", var / "identity_key"):
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: loaded(tmp_path)["SECRET_KEY"], range(64)))
    assert len(keys) == 1
    assert {file.name for file in tmp_path.iterdir()} == {"secret_key", "identity_key"}


@pytest.mark.parametrize("content", [b"", b"\n", b"short", b"a" * 64, "密钥".encode() * 12])
def test_a_kept_key_that_is_none_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret_key").write_bytes(content)
    (line,) = problems(tmp_path)
    assert line.startswith(f"SECRET_KEY: {tmp_path}/secret_key is empty or damaged: put the key")
    assert (tmp_path / "secret_key").read_bytes() == content


def test_https_without_a_proxy_is_allowed_with_a_caution(tmp_path: Path) -> None:
    values = loaded(tmp_path, BASE_URL="https://cars.example")
    assert [line.split(":")[0] for line in config.cautions(values)] == ["TRUSTED_PROXIES"]
    assert config.cautions(values | {"TRUSTED_PROXIES": 1}) == []
    assert config.cautions(loaded(tmp_path)) == []


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (line,) = problems(tmp_path, VAR_DIR=str(tmp_path / "file" / "var"))
    assert line == f"VAR_DIR: {tmp_path}/file/var cannot be written: Not a directory"


def test_sockets_of_a_deep_folder_get_a_short_name_of_their_own(tmp_path: Path) -> None:
    deep, other = tmp_path / ("d" * 100), tmp_path / ("e" * 100)
    assert socket_folder(Path("/srv/cars/var")) == Path("/srv/cars/var/run")
    assert len(str(socket_folder(deep))) < 60
    assert socket_folder(deep) == socket_folder(deep) != socket_folder(other)


def test_a_unix_socket_is_spelled_as_celery_wants_it(tmp_path: Path) -> None:
    values = loaded(tmp_path, BROKER_URL="unix:///srv/a%20b/redis.sock?db=3")
    assert values["CELERY_BROKER_URL"] == "redis+socket:///srv/a%20b/redis.sock?virtual_host=3"
    assert loaded(tmp_path, REDIS_URL="redis://c/1")["CELERY_BROKER_URL"] == "redis://c/1"


def test_postgresql_gets_a_pool_and_hides_values_from_the_log(tmp_path: Path) -> None:
    url = "postgresql+psycopg://u:p@db/cars"
    options = loaded(tmp_path, DATABASE_URL=url, APP_ENV="production", SECRET_KEY=KEY)[
        "SQLALCHEMY_ENGINE_OPTIONS"
    ]
    assert options["pool_pre_ping"]
    assert options["hide_parameters"]


def test_a_model_server_needs_the_name_of_a_model(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, LLM_BASE_URL="https://models.example/v1")
    assert line.startswith("LLM_MODEL: ")
    values = loaded(tmp_path, LLM_BASE_URL="https://models.example/v1/", LLM_MODEL="m")
    assert values["LLM_BASE_URL"] == "https://models.example/v1"


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://models.example/v1", True),
        ("http://models.example/v1", False),
        ("http://8.8.8.8/v1", False),
        ("http://127.0.0.1:8000/v1", True),
        ("http://10.1.2.3:8000/v1", True),
        ("http://vllm:8000/v1", True),
        ("https://me:secret@models.example/v1", False),
    ],
)
def test_production_sends_questions_in_the_clear_on_its_own_network_only(
    tmp_path: Path, address: str, allowed: bool
) -> None:
    settings = {
        "APP_ENV": "production",
        "SECRET_KEY": KEY,
        "BASE_URL": "https://cars.example",
        "LLM_BASE_URL": address,
        "LLM_MODEL": "m",
    }
    if allowed:
        assert loaded(tmp_path, **settings)["LLM_BASE_URL"] == address
    else:
        (line,) = problems(tmp_path, **settings)
        assert line.startswith("LLM_BASE_URL: ")
        assert "secret" not in line


def test_development_logs_in_at_stand_ins_beside_the_web_server(tmp_path: Path) -> None:
    values = loaded(tmp_path)
    assert values["QQ_BASE"] == "http://127.0.0.1:18000/qq"
    assert values["IDCHECK_APPCODE"]
    for environment in ("testing", "production"):
        real = loaded(tmp_path, APP_ENV=environment, SECRET_KEY=KEY)
        assert real["QQ_BASE"] == "https://graph.qq.com"
        assert real["WECHAT_APP_ID"] is real["QQ_APP_KEY"] is real["IDCHECK_A_URL"] is None


def test_what_is_set_moves_what_belongs_to_it_away_from_the_stand_in(tmp_path: Path) -> None:
    values = loaded(tmp_path, WECHAT_APP_ID="wx1", WECHAT_APP_SECRET="s")
    assert values["WECHAT_OPEN_BASE"] == "https://open.weixin.qq.com"
    assert values["WECHAT_MP_APP_ID"] is None
    assert "127.0.0.1" in values["QQ_BASE"]


@pytest.mark.parametrize(
    ("port", "beside"),
    [(8000, 18000), (8001, 18001), (80, 10080), (18000, 28000), (45123, 15123), (65535, 15535)],
)
def test_stand_ins_have_a_port_of_their_own(port: int, beside: int) -> None:
    assert standin_port(port) == beside


def test_pages_point_at_a_stand_in_only_where_it_is_the_provider(tmp_path: Path) -> None:
    alone = loaded(tmp_path, PORT="8000")
    assert standin_page("IDCHECK_A_URL", alone) == "http://127.0.0.1:18000/idcheck/"
    real = loaded(tmp_path, IDCHECK_A_URL="https://a.example", IDCHECK_APPCODE="0" * 32)
    assert standin_page("IDCHECK_A_URL", real) is None
    assert standin_page("WECHAT_OPEN_BASE", loaded(tmp_path, APP_ENV="testing")) is None


def test_half_of_a_providers_pair_is_refused(tmp_path: Path) -> None:
    given = problems(
        tmp_path, WECHAT_APP_ID="wx1", QQ_APP_ID="101", IDCHECK_B_URL="https://b.example"
    )
    assert [line.split(":")[0] for line in given] == [
        "WECHAT_APP_SECRET",
        "QQ_APP_KEY",
        "IDCHECK_APPCODE",
    ]


def test_production_refuses_stand_ins_and_open_lines_all_at_once(tmp_path: Path) -> None:
    given = {
        "APP_ENV": "production",
        "SECRET_KEY": KEY,
        "WECHAT_OPEN_BASE": "http://127.0.0.1:8001/wechat",
        "QQ_BASE": "http://graph.example",
        "IDCHECK_A_URL": "https://a.example",
        "IDCHECK_APPCODE": "code",
    }
    assert [line.split(":")[0] for line in problems(tmp_path, **given)] == [
        "WECHAT_OPEN_BASE",
        "QQ_BASE",
        "IDENTITY_KEY",
    ]
    assert (
        loaded(tmp_path, **given | {"APP_ENV": "development"})["QQ_BASE"] == "http://graph.example"
    )


@pytest.mark.parametrize(
    "url",
    [
        "whoosh:",
        "http://127.0.0.1:9200/chezhi",
        "https://user:p%40ss@search.example.com/cars-2?ca=/etc/ssl/ca.pem",
        "https://search.example.com:9200/cars?api_key=abc",
        "https://user:p%40ss@a.example.com:9200,b.example.com/cars",
    ],
)
def test_a_search_engine_is_named_by_its_address(tmp_path: Path, url: str) -> None:
    assert loaded(tmp_path, SEARCH_URL=url)["SEARCH_URL"] == url


@pytest.mark.parametrize(
    "url",
    [
        "whoosh",
        "elastic://host/cars",
        "http://host:9200",
        "http://host:9200/",
        "http://host:9200/Cars",
        "http://host:9200/a/b",
        "http://host:port/cars",
        "http://host:9200,other:port/cars",
        "http://host:9200,/cars",
        "https://host/cars?verify=0",
        "https://user:pass@host/cars?api_key=abc",
    ],
)
def test_an_address_that_names_no_engine_is_refused_without_being_shown(
    tmp_path: Path, url: str
) -> None:
    (problem,) = problems(tmp_path, SEARCH_URL=url)
    assert problem.startswith("SEARCH_URL: the value given is not allowed: whoosh: or")
    assert "pass@" not in problem
