"""Rule files are read as they are written, and refused with the line of what is wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.rules.written import rules, scope, table, term
from webapp.rules.reading import FILES, FOLDER, RuleFileError, kind_of, read, shipped

ONE = rules("tax")
YEAR = ("2026-01-01", "2026-12-31")


def refused(**texts: str) -> str:
    with pytest.raises(RuleFileError) as raised:
        read(texts)
    return str(raised.value)


def test_the_shipped_files_are_read_and_kept_in_order_so_that_they_merge() -> None:
    assert shipped().rules
    for name in FILES:
        file = FOLDER / f"{name}.csv"
        if file.exists():
            lines = file.read_text("utf-8").splitlines()[1:]
            keys = [line.split(",")[0] for line in lines]
            assert keys == sorted(keys), name


def test_a_term_is_read_with_its_numbers_exactly_and_its_scopes() -> None:
    given = term("tax/a", *YEAR, form="rate", amount_fen="", rate="0.12", cap_fen="2000000")
    scopes = table("scopes", scope("tax/a", "range_electric_km", ">=", "100", "WLTC"))
    found = read({"rules": ONE, "terms": table("terms", given), "scopes": scopes}).terms["tax/a"]
    assert (found.rate, found.cap_fen, found.valid_to) == (
        Decimal("0.12"),
        2_000_000,
        date(2026, 12, 31),
    )
    assert [(s.field, s.operator, s.value, s.cycle) for s in found.scopes] == [
        ("range_electric_km", ">=", "100", "WLTC")
    ]
    assert found.rule.document == "tax号文"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (term("tax/a", "2026-1-1"), "第 2 行“valid_from”：不是 2026-01-31 这样的日期"),
        (term("tax/a", "2026-02-30"), "“valid_from”：不是 2026-01-31 这样的日期"),
        (term("tax/a", "2026-02-01", "2026-01-01"), "“valid_to”：早于 valid_from"),
        (term("tax/a", *YEAR, amount_fen="1.5"), "“amount_fen”：金额要写成整数的分"),
        (term("tax/a", *YEAR, amount_fen="-5"), "“amount_fen”：金额要写成整数的分"),
        (term("tax/a", *YEAR, basis="delivery"), "“basis”：只能是 invoice"),
        (term("tax/a", *YEAR, form="rate", amount_fen="", rate="50"), "“rate”：比例要写成 0 到 1"),
        (term("tax/a", *YEAR, form="rate"), "“rate”：form 是 rate 时不能空着"),
        (term("tax/a", *YEAR, rate="0.5"), "“rate”：form 是 amount 时要空着"),
        (term("other/a", *YEAR), "“rule”：没有代码是 other 的规定"),
        (term("tax/a", *YEAR) | {"id": "vat/a"}, "“id”：要以“tax/”开头"),
        (term("tax", *YEAR), "“id”：要写成“规定的代码/名称”"),
    ],
)
def test_a_bad_cell_is_named_with_its_line_and_column(row: dict[str, str], said: str) -> None:
    assert said in refused(rules=ONE, terms=table("terms", row))


@pytest.mark.parametrize(
    ("head", "said"),
    [("id,rule", "缺少列 valid_from"), ("extra", "不认识列 extra"), ("id,id", "列写了两次 id")],
)
def test_a_head_that_is_not_the_agreed_one_is_refused(head: str, said: str) -> None:
    assert f"terms.csv 第 1 行：{said}" in refused(rules=ONE, terms=f"{head}\n")


def test_everything_that_is_wrong_is_said_at_once() -> None:
    bad = table("terms", term("tax/a", "soon"), term("tax/b", "later"))
    said = refused(rules=ONE, terms=bad)
    assert "第 2 行" in said
    assert "第 3 行" in said


@pytest.mark.parametrize("second", ["2026-12-31", "2026-06-01", "2025-12-31"])
def test_terms_of_one_basis_that_share_a_day_are_refused(second: str) -> None:
    both = table("terms", term("tax/a", *YEAR), term("tax/b", second))
    assert "有效期重叠" in refused(rules=ONE, terms=both)


def test_terms_that_follow_each_other_or_differ_in_basis_stand_together() -> None:
    following = table("terms", term("tax/a", *YEAR), term("tax/b", "2027-01-01"))
    assert len(read({"rules": ONE, "terms": following}).terms) == 2
    apart = table(
        "terms", term("tax/a", *YEAR, basis="invoice"), term("tax/b", *YEAR, basis="accident")
    )
    assert len(read({"rules": ONE, "terms": apart}).terms) == 2


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        (("energy", "in", "BEV|FCEV"), ("energy", "in", "PHEV"), True),
        (("energy", "in", "BEV|FCEV"), ("energy", "in", "FCEV|ICE"), False),
        (("seats", "<", "6"), ("seats", ">=", "6"), True),
        (("seats", ">=", "6"), ("seats", "<", "6"), True),
        (("seats", "<=", "6"), ("seats", ">=", "6"), False),
        (("seats", "=", "5"), ("seats", ">", "5"), True),
        (("seats", ">", "4"), ("seats", ">", "6"), False),
        (("seats", "<", "6"), ("energy", "in", "BEV"), False),
    ],
)
def test_terms_of_one_time_stand_together_only_where_no_car_is_in_both(
    first: tuple[str, str, str], second: tuple[str, str, str], together: bool
) -> None:
    texts = {
        "rules": ONE,
        "terms": table("terms", term("tax/a", *YEAR), term("tax/b", *YEAR)),
        "scopes": table("scopes", scope("tax/a", *first), scope("tax/b", *second)),
    }
    if together:
        assert len(read(texts).terms) == 2
    else:
        assert "有效期重叠" in refused(**texts)


def test_a_rule_that_superseded_another_may_not_share_its_days() -> None:
    both = rules("old tax tax", "tax")
    overlap = table("terms", term("old/a", *YEAR), term("tax/a", "2026-12-01"))
    assert "有效期重叠" in refused(rules=both, terms=overlap)
    assert "绕成了圈" in refused(rules=rules("a tax b", "b tax a"))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (scope("tax/a", "colour", "in", "red"), "“field”：只能是 energy"),
        (scope("tax/a", "energy", "in", "BEV|STEAM"), "能源类型用 in"),
        (scope("tax/a", "seats", "<", "many"), "不是数字"),
        (scope("tax/a", "range_electric_km", ">=", "100"), "要写明工况"),
        (scope("tax/a", "seats", "<", "6", "WLTC"), "没有工况，要空着"),
        (scope("tax/z", "seats", "<", "6"), "没有编号是 tax/z 的条款"),
    ],
)
def test_a_scope_that_cannot_be_asked_of_a_car_is_refused(row: dict[str, str], said: str) -> None:
    terms = table("terms", term("tax/a", *YEAR))
    assert said in refused(rules=ONE, terms=terms, scopes=table("scopes", row))


def test_observations_of_one_thing_in_one_place_may_not_share_a_day() -> None:
    row = {
        "item": "petrol-92",
        "region": "CN-11",
        "unit": "元/升",
        "value": "7.35",
        "valid_from": "2026-11-01",
        "valid_to": "2026-11-15",
        "source": "北京市发展改革委",
        "captured": "2026-11-01",
    }
    later = row | {"valid_from": "2026-11-15", "valid_to": "2026-11-30"}
    assert "有效期重叠" in refused(observations=table("observations", row, later))
    elsewhere = later | {"region": "CN-31"}
    assert len(read({"observations": table("observations", row, elsewhere)}).observations) == 2
    assert "地区要写成 CN" in refused(observations=table("observations", row | {"region": "上海"}))


def test_an_address_is_a_secure_one() -> None:
    bad = rules("tax").replace("tax的规定,", "tax的规定,http://example.com")
    assert "网址要以 https:// 开头" in refused(rules=bad)


def test_a_file_is_known_by_its_head() -> None:
    assert kind_of(rules("tax")) == "rules"
    assert kind_of("\ufeff" + table("scopes")) == "scopes"
    assert kind_of("brand,series\n") is None
