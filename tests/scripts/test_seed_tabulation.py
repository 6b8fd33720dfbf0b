"""How pages of the source become cells, and which trims are chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.seed import raw_cells
from scripts.seed.autohome import Listed
from scripts.seed.build_seed import FOLDER, PARAMETERS, build
from scripts.seed.choose import choose
from scripts.seed.columns import Columns
from scripts.seed.sales_table import Wanted, best_sellers, read_sales

SHARED = FOLDER.parents[2] / "shared"


@pytest.mark.parametrize(
    ("raw", "cell"),
    [
        ("", "●"),
        ("标配", "●"),
        ("支持", "●"),
        ("不支持", "–"),
        ("–", None),
        ("○ (2.38万元)", "○ (2.38万元)"),
        ("○ (6500.00)", "○ (6500元)"),
        ("○ 选配 (暂无价格)", "○"),
        ("○ 选配 (2000元)", "○ (2000元)"),
        ("○ 选配 (-800元)", "○ (-800元)"),
        ("○ 包含：方向盘加热、座椅加热 选配 (2800元)", "○ 方向盘加热、座椅加热 (2800元)"),
        ("○ 包含：尾门(自动开启与关闭) 选配 (3900元)", "○ 尾门(自动开启与关闭) (3900元)"),
        ("○ 包括：巡航控制。 选配 (免费)", "○ (免费)"),
    ],
)
def test_a_bare_sign_is_fitted_and_a_package_keeps_its_price(raw: str, cell: str | None) -> None:
    assert raw_cells.flag(raw) == cell


@pytest.mark.parametrize(
    ("raw", "cell"),
    [
        ("4915", "4915"),
        ("12.3英寸", "12.3"),
        ("5 ○ 7", "5 ○ 7"),
        ("8英寸 ○ 9.2英寸 (3500元)", "8 ○ 9.2 (3500元)"),
        ("○ 8英寸 10.2英寸", "10.2 ○ 8"),
        ("○ 1个 (2100元)", "○ 1 (2100元)"),
        ("12喇叭 21喇叭", "12 ○ 21"),
        ("6-7喇叭", "6 ○ 7"),
        ("254 TOPS ○ 700 TOPS", "254 ○ 700"),
        ("○ 12喇叭 待查", "○ 12"),
        ("800万", "800"),
        ("–", None),
    ],
)
def test_figures_lose_their_unit_and_options_come_last(raw: str, cell: str | None) -> None:
    assert raw_cells.number(raw) == cell


def test_words_in_a_column_of_figures_are_refused() -> None:
    with pytest.raises(ValueError, match="无级变速"):
        raw_cells.number("无级变速")


@pytest.mark.parametrize(
    ("raw", "cell"),
    [
        ("前 / 后", "前排 / 后排"),
        ("前 / 后-", "仅前排"),
        ("前- / 后", "仅后排"),
        ("前- / 后 ○", "○ 后排"),
        ("前 / 后 ○ (2000元)", "前排 ○ 后排 (2000元)"),
        ("前 / 后 (1600元)", "前排 ○ 后排 (1600元)"),
        ("主 / 副-", "仅主驾"),
        ("○ 城市路段 高速路段", "高速路段 ○ 城市路段"),
        ("○ 真皮 (7200元) 仿皮", "仿皮 ○ 真皮 (7200元)"),
        ("加热 通风 (8000元)", "加热 ○ 通风 (8000元)"),
        ("○ 加热 ○ 通风 (3000元)", "○ 加热 ○ 通风 (3000元)"),
        ("○ Bowers & Wilkins宝华韦健 (6000元)", "○ Bowers & Wilkins宝华韦健 (6000元)"),
        ("235/45 R18 235/40 R19 (6000元)", "235/45 R18 ○ 235/40 R19 (6000元)"),
        ("终身质保/非营运（责任免除条款以官方为准）", "终身质保/非营运"),
        ("支持CarPlay 支持HUAWEI HiCar", "支持CarPlay 支持HUAWEI HiCar"),
        ("–", None),
    ],
)
def test_words_put_what_is_standard_first(raw: str, cell: str | None) -> None:
    assert raw_cells.text(raw) == cell


def test_latin_words_are_items_where_the_parameter_lists_sockets() -> None:
    assert raw_cells.text("○ HDMI Type-C", split_latin=True) == "Type-C ○ HDMI"


def test_prices_and_colours() -> None:
    assert raw_cells.price("14.08万起 询底价") == "14.08"
    assert raw_cells.price("预售 暂无报价") is None
    assert raw_cells.colours("墨晶黑 铂金白 ￥2000 银") == "墨晶黑 铂金白 (2000元) 银"
    assert raw_cells.colours("–") is None


def listed(
    uid: str,
    *,
    price: str = "10",
    year: str = "2025",
    energy: str = "ICE",
    page: dict[str, str] | None = None,
) -> Listed:
    union = {
        "uid": uid,
        "brand": "青山",
        "maker": "青山汽车",
        "series": "青山A5",
        "energy": energy,
        "body": "SUV",
        "level": "中型SUV",
        "model_year": year,
        "price_wan": price,
        "full_name": f"青山A5 {year}款 {uid}",
    }
    shown = f"{price}万" if price else "预售"
    raw = {"trim": union["full_name"], "厂商指导价(元)": shown} | (page or {})
    return Listed(union, raw | ({"上市时间": "2025.10"} if price else {}))


class TestChoice:
    def test_takes_the_newest_year_first_and_spreads_over_the_price(self) -> None:
        series = [listed(f"N{price}", price=str(price)) for price in (10, 11, 12, 13, 14, 20)]
        series += [listed("old", price="5", year="2023")]
        chosen = [trim.union["uid"] for trim in choose(series)]
        assert len(chosen) == 5
        assert {"N10", "N20"} <= set(chosen)
        assert "old" not in chosen

    def test_gives_every_kind_its_turn(self) -> None:
        full = {f"参数{n}": "1" for n in range(20)}
        series = [listed(f"I{n}", price=str(10 + n), page=full) for n in range(9)]
        series += [listed("plug", energy="PHEV", year="2024", page=full)]
        series += [listed("coming", price="", page=full)]
        chosen = {trim.union["uid"] for trim in choose(series)}
        assert len(chosen) == 9
        assert {"plug", "coming"} <= chosen

    def test_leaves_out_thin_pages_and_prices_without_a_launch(self) -> None:
        full = {f"参数{n}": "1" for n in range(20)}
        series = [listed(f"F{n}", page=full) for n in range(3)] + [listed("thin")]
        unlaunched = listed("open", page=full)
        del unlaunched.raw["上市时间"]
        assert {trim.union["uid"] for trim in choose([*series, unlaunched])} == {"F0", "F1", "F2"}


class TestColumns:
    def row(self, **page: str) -> dict[str, str]:
        return Columns(PARAMETERS).row(listed("T1", price="12.98", page=page))

    def test_identity_comes_in_the_words_of_the_import_format(self) -> None:
        row = self.row()
        assert row["key"] == row["name"] == "T1"
        assert (row["status"], row["launch"], row["captured"]) == ("在售", "2025-10", "2025-11")
        assert (row["size"], row["price_wan"]) == ("中型", "12.98")

    def test_a_parameter_is_found_with_its_unit_behind_it(self) -> None:
        page = {"轴距(mm)": "2825", "高压平台（V）": "800", "屏幕刷新率[Hz]": "60"}
        row = self.row(**page)
        assert (row["wheelbase_mm"], row["voltage_v"], row["screen_refresh_hz"]) == (
            "2825",
            "800",
            "60",
        )

    def test_an_unknown_parameter_is_an_error(self) -> None:
        with pytest.raises(KeyError, match="没有的参数"):
            self.row(没有的参数="1")

    def test_gaps_and_misplaced_cells_are_no_values(self) -> None:
        row = self.row(**{"排量(L)": "0.0", "发动机": "纯电动 218马力", "外观颜色": "–"})
        assert not {"displacement_l", "displacement_ml", "engine", "exterior_colours"} & set(row)

    def test_a_boot_has_two_figures(self) -> None:
        row = self.row(**{"后备厢容积(L)": "521-1650"})
        assert (row["trunk_l"], row["trunk_max_l"]) == ("521", "1650")

    def test_a_head_up_size_says_that_there_is_one(self) -> None:
        assert self.row(HUD抬头尺寸="26英寸")["hud"] == "●"
        assert self.row(HUD抬头尺寸="○ 26英寸")["hud"] == "○"
        priced = self.row(HUD抬头尺寸="26英寸", HUD抬头数字显示="○ (9000元)")
        assert priced["hud"] == "○ (9000元)"
        assert "hud" not in self.row()


class TestSales:
    wanted = (Wanted("青山", "青山 A5", ("A5",), ("青山A5 DM",)),)

    def sales(self, folder: Path, *lines: str) -> list[tuple[str, str, int]]:
        path = folder / "sales.csv"
        path.write_text("\n".join(["month,series,units,scope,source", *lines]), encoding="utf-8")
        return [(m.period, m.scope, m.units) for m in read_sales(path, self.wanted)]

    def test_scopes_stay_apart_and_spellings_come_together(self, tmp_path: Path) -> None:
        assert self.sales(
            tmp_path,
            "2022-12,青山A5,900,wholesale(incl. export),kaggle-china-auto-sales",
            "2023-01,青山a5,800,retail,kaggle-china-auto-sales",
            "2025-08,A5,700,retail,autohome-rank",
            "2025-08,青山A50,9999,retail,autohome-rank",
            "2021-12,青山A5,600,retail,kaggle-china-auto-sales",
        ) == [("2023-01", "retail", 800), ("2025-08", "retail", 700), ("2022-12", "wholesale", 900)]

    def test_a_month_that_repeats_the_last_is_left_out(self, tmp_path: Path) -> None:
        months = self.sales(
            tmp_path, "2026-05,青山A5,700,retail,16888", "2026-06,青山A5,700,retail,16888"
        )
        assert months == [("2026-05", "retail", 700)]

    def test_two_figures_for_one_month_are_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="two figures"):
            self.sales(tmp_path, "2026-05,青山A5,1,retail,16888", "2026-05,A5,2,retail,16888")

    def test_the_ranking_may_call_a_series_by_another_name(self, tmp_path: Path) -> None:
        path = tmp_path / "ranking.csv"
        path.write_text("series_name,rank\n别的,2\n青山A5 DM,1\n第三,3\n", encoding="utf-8")
        assert best_sellers(path, self.wanted, 2) == {"青山A5 DM": True, "别的": False}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not on this machine")
def test_the_shipped_files_are_what_the_script_makes(tmp_path: Path) -> None:
    report = build(SHARED, tmp_path)
    assert "best sellers of 2025: 40 of 40" in report
    for name in ("cars.csv", "sales.csv"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name
