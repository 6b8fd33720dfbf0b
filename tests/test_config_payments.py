"""Settings of the payment channels: whole or not at all, and real in production."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.backends.payments.given import vectors
from webapp.backends.payments import UnusableKeys, channels
from webapp.config import ConfigError, load

WX, ALI = vectors("wechatpay"), vectors("alipay")
WECHAT = {
    "WXPAY_MCHID": "1900000002",
    "WXPAY_APPID": "wx0123456789abcdef",
    "WXPAY_SERIAL": "0" * 40,
    # Other keys than the stand-in's: any will do here.
    "WXPAY_PRIVATE_KEY": WX["platform"]["private_key"],
    "WXPAY_APIV3_KEY": "0123456789abcdefghijklmnopqrstuv",
    "WXPAY_PUBLIC_KEY_ID": "PUB_KEY_ID_1",
    "WXPAY_PUBLIC_KEY": WX["merchant_public_key"],
}
ALIPAY = {
    "ALIPAY_APP_ID": "2021000000000002",
    "ALIPAY_SELLER_ID": "2088000000000002",
    "ALIPAY_PRIVATE_KEY": ALI["alipay_private_key"],
    "ALIPAY_PUBLIC_KEY": ALI["app_public_key"],
}
CERTIFICATES = {
    "ALIPAY_APP_CERT": ALI["certificate_mode"]["app_cert"],
    "ALIPAY_PUBLIC_CERT": ALI["certificate_mode"]["alipay_cert"],
    "ALIPAY_ROOT_CERT": ALI["certificate_mode"]["alipay_root_cert"],
}
SECRET = "0123456789abcdef" * 4


def loaded(tmp_path: Path, **given: str) -> dict[str, Any]:
    return load({"VAR_DIR": str(tmp_path), **given})


def refused(tmp_path: Path, **given: str) -> list[str]:
    """The names that stand in front of the problems, in production."""
    production = {"APP_ENV": "production", "SECRET_KEY": SECRET, "BASE_URL": "https://cars.example"}
    with pytest.raises(ConfigError) as error:
        loaded(tmp_path, **production | given)
    assert all(secret not in str(error.value) for secret in (WECHAT["WXPAY_APIV3_KEY"], "BEGIN"))
    return [line.split(":")[0] for line in error.value.problems]


def without(given: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in given.items() if name not in names}


def test_production_has_no_channel_until_one_is_configured(tmp_path: Path) -> None:
    production = {"APP_ENV": "production", "SECRET_KEY": SECRET, "BASE_URL": "https://cars.example"}
    assert channels(loaded(tmp_path, **production)) == {}
    found = channels(loaded(tmp_path, **production, **WECHAT, **ALIPAY))
    assert list(found) == ["wechatpay", "alipay"]


def test_development_has_both_at_their_stand_ins(tmp_path: Path) -> None:
    values = loaded(tmp_path, PORT="8000")
    assert list(channels(values)) == ["wechatpay", "alipay"]
    assert values["WXPAY_BASE"] == "http://127.0.0.1:18000/wechatpay"
    real = loaded(tmp_path, **WECHAT)
    assert real["WXPAY_BASE"] == "https://api.mch.weixin.qq.com"
    assert real["WXPAY_CERTIFICATES"] is None


@pytest.mark.parametrize("name", WECHAT)
def test_each_key_that_wechat_pay_lacks_is_one_line(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path, **without(WECHAT, name)) == [name]


@pytest.mark.parametrize("name", ALIPAY)
def test_each_key_that_alipay_lacks_is_one_line(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path, **without(ALIPAY, name)) == [name]


@pytest.mark.parametrize("name", CERTIFICATES)
def test_each_certificate_that_alipay_lacks_is_one_line(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path, **ALIPAY, **without(CERTIFICATES, name)) == [name]


def test_all_that_is_lacking_is_said_at_once(tmp_path: Path) -> None:
    one = {"WXPAY_MCHID": "1900000002", "ALIPAY_APP_ID": "2021000000000002"}
    assert refused(tmp_path, **one) == [*list(WECHAT)[1:], *list(ALIPAY)[1:]]


def test_certificates_alone_are_enough(tmp_path: Path) -> None:
    alone = without(WECHAT, "WXPAY_PUBLIC_KEY_ID", "WXPAY_PUBLIC_KEY")
    alone["WXPAY_CERTIFICATES"] = "\n".join([WX["platform"]["certificate"]] * 2)
    values = loaded(tmp_path, **alone, **without(ALIPAY, "ALIPAY_PUBLIC_KEY"), **CERTIFICATES)
    assert list(channels(values)) == ["wechatpay", "alipay"]


def test_production_refuses_stand_ins_and_open_lines(tmp_path: Path) -> None:
    near = {"WXPAY_BASE": "http://127.0.0.1:18000/wechatpay", "ALIPAY_GATEWAY": "http://a.example"}
    assert refused(tmp_path, **WECHAT, **ALIPAY, **near) == ["WXPAY_BASE", "ALIPAY_GATEWAY"]
    known = {
        "WXPAY_PRIVATE_KEY": WX["merchant_private_key"],
        "WXPAY_APIV3_KEY": WX["apiv3_key"],
        "ALIPAY_PUBLIC_KEY": ALI["alipay_public_key"],
    }
    assert refused(tmp_path, **WECHAT | ALIPAY | known) == list(known)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("WXPAY_APIV3_KEY", "too short"),
        ("WXPAY_PRIVATE_KEY", "not a key"),
        ("WXPAY_PUBLIC_KEY_ID", "0123456789"),
        ("WXPAY_MCHID", "wx0123456789abcdef"),
        ("WXPAY_CERTIFICATES", WX["merchant_public_key"]),
        ("ALIPAY_SELLER_ID", "shop@example.com"),
    ],
)
def test_what_cannot_be_such_a_key_is_refused_by_its_form(
    tmp_path: Path, name: str, text: str
) -> None:
    assert refused(tmp_path, **WECHAT | ALIPAY | {name: text})[0] == name


def test_a_key_of_another_kind_is_named_and_not_shown(tmp_path: Path) -> None:
    swapped = {"WXPAY_PRIVATE_KEY": WX["merchant_public_key"], "ALIPAY_PUBLIC_KEY": "MAAA"}
    with pytest.raises(UnusableKeys) as error:
        channels(loaded(tmp_path, **WECHAT | ALIPAY | swapped))
    assert [line.split(":")[0] for line in error.value.problems] == list(swapped)
    assert "MII" not in str(error.value)


def test_a_key_may_be_given_as_a_file(tmp_path: Path) -> None:
    file = tmp_path / "apiclient_key.pem"
    file.write_text(WECHAT["WXPAY_PRIVATE_KEY"])
    given = without(WECHAT, "WXPAY_PRIVATE_KEY") | {"WXPAY_PRIVATE_KEY_FILE": str(file)}
    assert "wechatpay" in channels(loaded(tmp_path, **given))
