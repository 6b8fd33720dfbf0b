"""The shipped seed and reference tables, read from their files alone."""

from __future__ import annotations

import csv
import itertools
import re
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from webapp.catalogue.reading.header import CAR_LABELS, read_car_header
from webapp.catalogue.reading.rows import read_identity, read_values
from webapp.catalogue.vocabulary import ENERGIES, ORIGINS, SCOPES, SIZES

ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT / "scripts" / "seed"
REFERENCE = ROOT / "webapp" / "catalogue" / "reference"

Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def cars() -> Rows:
    return read(SEED / "cars.csv")


@pytest.fixture(scope="module")
def sales() -> Rows:
    return read(SEED / "sales.csv")


@pytest.fixture(scope="module")
def parameters() -> Rows:
    return read(REFERENCE / "parameters.csv")


@pytest.fixture(scope="module")
def brands() -> Rows:
    return read(REFERENCE / "brands.csv")


def folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def months(row: dict[str, str]) -> int:
    year, month = row["period"].split("-")
    return 12 * int(year) + int(month)


class TestCars:
    def test_there_are_as_many_as_promised(self, cars: Rows) -> None:
        assert 80 <= len({(row["brand"], row["series"]) for row in cars}) <= 100
        assert 500 <= len(cars) <= 600
        assert len({row["brand"] for row in cars}) >= 35
        assert (SEED / "cars.csv").stat().st_size < 3_000_000

    def test_every_key_is_used_once(self, cars: Rows) -> None:
        assert max(Counter(row["key"] for row in cars).values()) == 1

    def test_every_row_names_its_source_and_month(self, cars: Rows) -> None:
        assert {row["source"] for row in cars} == {"汽车之家参数配置页"}
        assert {row["captured"] for row in cars} == {"2025-11"}

    def test_every_row_can_be_imported(self) -> None:
        with (SEED / "cars.csv").open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            header = read_car_header(next(lines))
            for line, cells in enumerate(lines, start=2):
                read_identity(line, cells, header, date(2026, 1, 1))
                assert read_values(cells, header)[1] == ()

    def test_every_column_is_known_and_used(self, cars: Rows, parameters: Rows) -> None:
        known = set(CAR_LABELS) | {row["key"] for row in parameters}
        assert set(cars[0]) <= known
        assert [column for column in cars[0] if not any(row[column] for row in cars)] == []

    def test_every_parameter_of_option_packages_occurs(self, cars: Rows, parameters: Rows) -> None:
        packages = {row["key"] for row in parameters if row["section"] == "选装包"}
        assert packages
        assert packages <= set(cars[0])

    def test_energies_bodies_and_sizes_are_all_there(self, cars: Rows) -> None:
        assert {row["energy"] for row in cars} == {*ENERGIES, "MHEV"} - {"FCEV"}
        bodies = {"SUV", "轿车", "两厢车", "MPV", "旅行车", "跑车"}  # pickups: none in the source
        assert {row["body"] for row in cars} == bodies
        assert {row["size"] for row in cars} == set(SIZES)

    def test_prices_run_from_the_cheapest_to_the_dearest(self, cars: Rows) -> None:
        prices = [float(row["price_wan"]) for row in cars if row["price_wan"]]
        assert min(prices) < 4
        assert max(prices) > 80
        for low, high in ((5, 10), (10, 15), (15, 20), (20, 30), (30, 50), (50, 100)):
            assert sum(low <= price < high for price in prices) >= 10, (low, high)

    def test_what_is_on_sale_has_a_launch_month_and_a_price(self, cars: Rows) -> None:
        for row in cars:
            on_sale = bool(row["launch"] and row["price_wan"])
            assert row["status"] == ("在售" if on_sale else "未上市"), row["key"]
            assert row["launch"] <= "2025-11"
            assert not row["launch"] or re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", row["launch"])

    def test_pages_are_full(self, cars: Rows) -> None:
        filled = [sum(map(bool, row.values())) for row in cars]
        assert min(filled) >= 80
        assert sum(count >= 120 for count in filled) > len(cars) / 2

    def test_what_must_be_known_of_every_car_is_known(self, cars: Rows) -> None:
        for key in ("maker", "name", "model_year", "energy", "drive", "gearbox", "seats"):
            assert [row["key"] for row in cars if not row[key]] == [], key
        for key in ("length_mm", "width_mm", "height_mm", "wheelbase_mm"):
            assert [row["key"] for row in cars if not row[key].isdigit()] == [], key

    def test_a_battery_car_has_range_and_battery_and_no_consumption_of_fuel(
        self, cars: Rows
    ) -> None:
        fuels = [key for key in cars[0] if key.startswith("fuel_") and key.endswith("_100km")]
        for row in cars:
            if row["energy"] == "BEV":
                assert row["range_cltc_km"], row["key"]
                assert row["battery_kwh"], row["key"]
                assert not any(row[key] for key in fuels), row["key"]
                assert not row["displacement_ml"], row["key"]

    def test_names_carry_neither_series_nor_year(self, cars: Rows) -> None:
        for row in cars:
            assert not re.search(r"(19|20)\d\d款", row["name"]), row["name"]
            assert not row["name"].startswith(f"{row['series']} "), row["name"]

    def test_no_cell_holds_prose(self, cars: Rows) -> None:
        for row in cars:
            for key, cell in row.items():
                assert len(cell) <= 120, (key, cell)
                assert not re.search("。|选配|暂无|责任免除", cell), (key, cell)


class TestSales:
    def test_scopes_stay_apart_and_no_month_counts_twice(self, sales: Rows) -> None:
        assert {row["scope"] for row in sales} == {"retail", "wholesale"} < set(SCOPES)
        months = Counter((row["series"], row["scope"], row["period"]) for row in sales)
        assert max(months.values()) == 1

    def test_every_row_is_of_a_seeded_series(self, cars: Rows, sales: Rows) -> None:
        seeded = {(row["brand"], row["series"]) for row in cars}
        assert {(row["brand"], row["series"]) for row in sales} == seeded

    def test_months_reach_from_2022_to_the_summer_of_2026(self, sales: Rows) -> None:
        assert min(row["period"] for row in sales) == "2022-01"
        assert max(row["period"] for row in sales) == "2026-06"
        for row in sales:
            assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", row["period"])
            assert int(row["units"]) > 0
            assert row["source"]

    def test_no_figure_comes_from_another_series(self, sales: Rows) -> None:
        """A wrong mapping shows as a jump from one month to one soon after."""
        by_series: dict[tuple[str, str], Rows] = {}
        for row in sales:
            if row["period"] >= "2023":  # in the spring of 2022 plants stood still
                by_series.setdefault((row["series"], row["scope"]), []).append(row)
        jumps = set()
        for (series, _), rows in by_series.items():
            for before, after in itertools.pairwise(rows):
                low, high = sorted((int(before["units"]), int(after["units"])))
                if months(after) - months(before) <= 3 and high > max(5 * low, 1500):
                    jumps.add(series)
        launched = {"元UP", "小米YU7", "理想L6"}
        model_changed = {"Model 3", "奔驰E级", "问界M7"}
        assert jumps == launched | model_changed


class TestParameters:
    def test_keys_and_labels_are_unique_however_they_are_written(self, parameters: Rows) -> None:
        names = Counter(
            name
            for row in parameters
            for name in {
                folded(row["key"]),
                folded(row["label"]),
                folded(f"{row['label']}({row['unit']})"),
            }
        )
        names.update(folded(name) for pair in CAR_LABELS.items() for name in set(pair))
        assert [name for name, count in names.items() if count > 1] == []

    def test_rows_fit_their_columns(self, parameters: Rows) -> None:
        for row in parameters:
            assert re.fullmatch(r"[a-z][a-z0-9_]{1,59}", row["key"]), row
            assert 0 < len(row["label"]) <= 60
            assert 0 < len(row["section"]) <= 20
            assert len(row["unit"]) <= 20
            assert row["type"] in ("number", "text", "flag")
            assert row["better"] in ("", "high", "low")
            assert not row["better"] or row["type"] == "number", row

    def test_each_section_is_in_one_piece(self, parameters: Rows) -> None:
        sections = [row["section"] for row in parameters]
        starts = [section for section, _ in itertools.groupby(sections)]
        assert len(starts) == len(set(starts))
        assert starts[0] == "基本参数"
        assert starts[-1] == "选装包"

    @pytest.mark.parametrize(
        ("key", "label", "unit", "better"),
        [
            ("price_wan", "厂商指导价", "万元", "low"),
            ("range_cltc_km", "CLTC纯电续航里程", "km", "high"),
            ("accel_0_100_s", "官方0-100km/h加速", "s", "low"),
            ("fuel_depleted_l_100km", "最低荷电状态油耗", "L/100km", "low"),
            ("wheelbase_mm", "轴距", "mm", ""),
            ("seats", "座位数", "个", ""),
        ],
    )
    def test_the_figures_people_ask_for_are_named_as_in_the_trade(
        self, parameters: Rows, key: str, label: str, unit: str, better: str
    ) -> None:
        row = next(row for row in parameters if row["key"] == key)
        assert (row["label"], row["unit"], row["better"]) == (label, unit, better)
        assert row["type"] == "number"


class TestBrands:
    def test_every_seeded_brand_is_known(self, cars: Rows, brands: Rows) -> None:
        assert {row["brand"] for row in cars} <= {row["name"] for row in brands}

    def test_rows_are_unique_and_complete(self, brands: Rows) -> None:
        assert max(Counter(folded(row["name"]) for row in brands).values()) == 1
        for row in brands:
            assert row["origin"] in ORIGINS, row
            assert re.fullmatch("[a-z0-9]+", row["pinyin"]), row
            assert row["initial"] == row["pinyin"][0].upper(), row
            assert len(row["aliases"]) <= 300

    def test_no_alias_is_the_name_of_another_brand(self, brands: Rows) -> None:
        names = {folded(row["name"]) for row in brands}
        for row in brands:
            others = names - {folded(row["name"])}
            assert not {folded(alias) for alias in row["aliases"].split()} & others, row

    @pytest.mark.parametrize(
        ("name", "origin", "pinyin"),
        [
            ("长安", "中国", "changan"),
            ("长城", "中国", "changcheng"),
            ("名爵", "中国", "mingjue"),
            ("捷达", "德国", "jieda"),
            ("smart", "德国", "smart"),
            ("MINI", "英国", "mini"),
            ("路特斯", "英国", "lutesi"),
            ("极星", "瑞典", "jixing"),
            ("沃尔沃", "瑞典", "woerwo"),
            ("斯柯达", "其他", "sikeda"),
            ("蔚来", "中国", "weilai"),
            ("雪佛兰", "美国", "xuefolan"),
        ],
    )
    def test_homes_and_readings_that_are_easily_wrong(
        self, brands: Rows, name: str, origin: str, pinyin: str
    ) -> None:
        row = next(row for row in brands if row["name"] == name)
        assert (row["origin"], row["pinyin"]) == (origin, pinyin)


def test_the_readme_tells_the_true_figures(cars: Rows, sales: Rows, brands: Rows) -> None:
    readme = (SEED / "README.md").read_text(encoding="utf-8")
    series = len({row["series"] for row in cars})
    assert f"{len(cars)} trims of {series} series" in readme
    assert f"{len(sales):,} monthly figures" in readme
    assert f"other names of {len(brands)} brands" in readme
