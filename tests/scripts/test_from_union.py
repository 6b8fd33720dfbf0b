"""The union catalogue as an import file, over a folder of invented rows."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.seed.from_union import month_of, size_of, status_of, tidy, version_of

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "seed" / "from_union.py"
SHARED = ROOT.parent / "shared" / "data" / "catalog_union"

HEADER = (
    "uid,source,brand,maker,series,model_year,full_name,energy,body,level,price_wan,"
    "dealer_price_wan,launch,seats,length_mm,width_mm,height_mm,wheelbase_mm,curb_weight_kg,"
    "power_kw,torque_nm,accel_0_100_s,top_speed_kmh,range_km,range_cycle,battery_kwh,"
    "fuel_l_100km,displacement_ml,gearbox,drive,sales_2026_06,sales_2025_10,"
    "sales_12m_to_2024_04"
)
COLUMNS = next(csv.reader([HEADER]))

COMMON = {
    "source": "autohome-2025-11",
    "brand": "青山",
    "maker": "青山汽车",
    "series": "青山A5",
    "model_year": "2025",
    "full_name": "青山A5 2025款 1.5T 豪华版",
    "energy": "ICE",
    "body": "SUV",
    "level": "中大型SUV",
    "price_wan": "15.98",
    "launch": "2025.07",
}


def convert(folder: Path, *rows: dict[str, str]) -> tuple[list[dict[str, str]], str]:
    """The rows of the import file and what was printed."""
    with (folder / "trims.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(COMMON | {"uid": f"X{n}"} | row for n, row in enumerate(rows, start=1))
    printed = run(folder, folder / "cars.csv")
    with (folder / "cars.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file)), printed


def run(folder: Path, out: Path) -> str:
    command = [sys.executable, str(SCRIPT), str(folder), str(out)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_a_row_becomes_a_row_in_the_words_of_the_import_format(tmp_path: Path) -> None:
    [row], printed = convert(tmp_path, {"drive": "前置四驱", "seats": "5", "fuel_l_100km": "7.2"})
    said = {key: cell for key, cell in row.items() if cell}
    assert said == {
        "key": "X1",
        "brand": "青山",
        "maker": "青山汽车",
        "series": "青山A5",
        "name": "1.5T 豪华版",
        "model_year": "2025",
        "status": "在售",
        "launch": "2025-07",
        "source": "汽车之家参数配置页",
        "captured": "2025-11",
        "size": "中大型",
        "price_wan": "15.98",
        "energy": "ICE",
        "body": "SUV",
        "seats": "5",
        "drive": "前置四驱",
        "fuel_l_100km": "7.2",
    }
    assert printed.startswith("rows: 1, ")
    assert printed.count("\n") == 1


def test_a_range_goes_where_its_test_cycle_is(tmp_path: Path) -> None:
    rows, _ = convert(
        tmp_path,
        {"energy": "BEV", "range_km": "510", "range_cycle": "CLTC"},
        {"energy": "BEV", "range_km": "401", "range_cycle": "NEDC"},
        {"energy": "PHEV", "range_km": "82", "range_cycle": "WLTC"},
    )
    keys = ("range_cltc_km", "range_wltc_km", "range_nedc_km", "range_epa_km")
    assert [[row[key] for key in keys] for row in rows] == [
        ["510", "", "", ""],
        ["", "", "401", ""],
        ["", "82", "", ""],
    ]


def test_only_parameter_pages_tell_consumption_with_an_empty_battery(tmp_path: Path) -> None:
    rows, _ = convert(
        tmp_path,
        {"energy": "PHEV", "fuel_l_100km": "4.9"},
        {"energy": "EREV", "fuel_l_100km": "0.8500000000000001", "source": "autocango-2025-05"},
        {"energy": "HEV", "fuel_l_100km": "4.2"},
    )
    figures = [(row["fuel_depleted_l_100km"], row["fuel_l_100km"]) for row in rows]
    assert figures == [("4.9", ""), ("", "0.85"), ("", "4.2")]


def test_sources_get_their_names_and_months(tmp_path: Path) -> None:
    rows, _ = convert(
        tmp_path,
        {"source": "autohome-2025-11"},
        {"source": "autocango-2025-05"},
        {"source": "autohome-2024-06"},
    )
    assert [(row["source"], row["captured"], row["status"]) for row in rows] == [
        ("汽车之家参数配置页", "2025-11", "在售"),
        ("Autocango 车型库", "2025-05", ""),
        ("汽车之家燃油车型库", "2024-06", ""),
    ]


def test_defects_are_passed_on_and_counted(tmp_path: Path) -> None:
    rows, printed = convert(
        tmp_path,
        {"full_name": ""},
        {"series": ""},
        {"brand": "\ufffdj驰"},
        {"energy": "MHEV", "gearbox": "9挡手自一体", "source": "unheard-of"},
        {"range_km": "300"},
    )
    assert [row["key"] for row in rows] == ["X1", "X2", "X3", "X4", "X5"]
    assert rows[0]["name"] == ""
    assert rows[1]["series"] == ""
    assert rows[2]["brand"] == "\ufffdj驰"
    assert (rows[3]["energy"], rows[3]["gearbox"]) == ("MHEV", "9挡手自一体")
    assert (rows[3]["source"], rows[3]["captured"]) == ("unheard-of", "")
    assert printed.strip() == (
        "rows: 5, without name: 1, without series: 1, garbled brand: 1, range without cycle: 1"
    )


@pytest.mark.parametrize(
    ("full_name", "version"),
    [
        ("凯美瑞 2026款 双擎 2.0HE 精英版", "双擎 2.0HE 精英版"),
        ("途观L 2025款 改款二 330TSI 两驱", "改款二 330TSI 两驱"),
        ("探岳 2026款 3000万辆甄选款 300TSI", "3000万辆甄选款 300TSI"),
        ("没有年款的名字", "没有年款的名字"),
        ("", ""),
    ],
)
def test_series_and_year_leave_the_name(full_name: str, version: str) -> None:
    assert version_of(full_name) == version


@pytest.mark.parametrize(
    ("launch", "month"),
    [("2025.07", "2025-07"), ("2025.1", "2025-10"), ("2025.01", "2025-01"), ("", "")],
)
def test_october_gets_its_nought_back(launch: str, month: str) -> None:
    assert month_of(launch) == month


@pytest.mark.parametrize(
    ("level", "size"),
    [
        ("中型SUV", "中型"),
        ("中大型MPV", "中大型"),
        ("紧凑型车", "紧凑型"),
        ("微面", "微型"),
        ("大型车", "大型"),
        ("小型车", "小型"),
        ("跑车", ""),
        ("", ""),
    ],
)
def test_sizes_lose_the_word_for_the_body(level: str, size: str) -> None:
    assert size_of(level) == size


@pytest.mark.parametrize(
    ("launch", "price_wan", "status"),
    [
        ("2025-11", "12.98", "在售"),
        ("2025-12", "12.98", "未上市"),
        ("", "", "未上市"),
        ("", "35", ""),
        ("2009-06", "9.98", ""),
    ],
)
def test_status_is_left_open_where_the_source_leaves_it(
    launch: str, price_wan: str, status: str
) -> None:
    assert status_of(launch, price_wan, "2025-11") == status


def test_figures_lose_rounding_errors_only() -> None:
    assert [tidy(cell) for cell in ("145.0", "15.9888", "1999", "0.7000000000000001", "国VI")] == [
        "145",
        "15.9888",
        "1999",
        "0.7",
        "国VI",
    ]


def test_a_folder_without_the_catalogue_is_one_clear_line(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPT), str(tmp_path), str(tmp_path / "out.csv")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "trims.csv" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared catalogue is not on this machine")
def test_the_whole_catalogue_keeps_every_row_and_its_known_defects(tmp_path: Path) -> None:
    printed = run(SHARED, tmp_path / "cars.csv")
    assert printed.strip() == (
        "rows: 7292, without name: 3, without series: 15, garbled brand: 10, range without cycle: 0"
    )
    with (tmp_path / "cars.csv").open(encoding="utf-8", newline="") as file:
        keys = [row["key"] for row in csv.DictReader(file)]
    assert len(set(keys)) == len(keys) == 7292
