"""Files below static/ and their addresses."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest
from flask.testing import FlaskClient

from webapp.assets import FOR_EVER, STATIC, _digest, _folder_digest, asset, module

MAIN = "js/assistant/main.js"


def kept(client: FlaskClient, address: str) -> str | None:
    """How long a browser may keep a file."""
    with client.get(address) as sent:
        assert sent.status_code == 200
        return sent.headers.get("Cache-Control")


def test_a_file_is_kept_for_ever_under_the_address_of_its_content(client: FlaskClient) -> None:
    address = asset("css/base.css")
    assert kept(client, address) == FOR_EVER
    for other in (address.partition("?")[0], address[:-1] + "x"):
        assert kept(client, other) != FOR_EVER


def test_what_a_module_imports_is_of_its_own_version(client: FlaskClient) -> None:
    address = PurePosixPath(module(MAIN))
    imports = re.findall(r'from "\./([^"]+)"', (STATIC / MAIN).read_text("utf-8"))
    assert imports
    for name in ("main.js", *imports):
        assert kept(client, str(address.with_name(name))) == FOR_EVER
    assert kept(client, str(address).replace("/v-", "/v-0")) != FOR_EVER


@pytest.mark.parametrize("prefix", ["/static/", "/static/v-0/"])
@pytest.mark.parametrize("path", ["no.css", "../requirements.txt", "css"])
def test_what_is_not_there_is_not_found(client: FlaskClient, prefix: str, path: str) -> None:
    assert client.get(prefix + path).status_code == 404


@pytest.mark.parametrize("prefix", ["/static/", "/static/v-0/"])
@pytest.mark.parametrize(
    "path",
    [
        "css/./base.css",
        "./css/base.css",
        "css/../css/base.css",
        "css/base.css/.",
        "css\\base.css",
        "css/base.css%00",
        "css/" + "a" * 5000,
    ],
)
def test_another_spelling_of_a_path_is_not_found_and_not_remembered(
    client: FlaskClient, prefix: str, path: str
) -> None:
    before = _digest.cache_info().currsize, _folder_digest.cache_info().currsize
    assert client.get(prefix + path).status_code == 404
    assert (_digest.cache_info().currsize, _folder_digest.cache_info().currsize) == before


def test_an_address_of_a_missing_file_cannot_be_made() -> None:
    for make in (asset, module):
        with pytest.raises(FileNotFoundError):
            make("js/no.js")
