"""Ask the assistant some hundred questions and check every figure against the database.

    .venv/bin/python -m scripts.check_answers [--json OUT]

Works on the database of the settings in the environment. It shares no code with the assistant:
it runs `assistant ask` as anybody would, reads rows with SQL of its own, and looks for figures
with a pattern of its own. Ends with 1 where a figure is unbound or a source does not say it.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, create_engine, text

from scripts.settings import config

ROOT: Final = Path(__file__).resolve().parent.parent
FIGURE: Final = re.compile(r"[0-9０-９]+(?:\.[0-9]+)?")
LIST_MARK: Final = re.compile(r"^(?:[0-9]+\.|-) ", re.MULTILINE)
SENTENCE: Final = re.compile(r"[^。！？\n]+[。！？]?")
RULES: Final = ("rules", "terms", "scopes")
COLUMNS: Final = {"price_wan": "price_fen"}
WIDE: Final = (
    "price_fen",
    "range_km",
    "battery_kwh",
    "fuel_l_100km",
    "accel_0_100_s",
    "power_kw",
    "torque_nm",
    "seats",
    "model_year",
    "length_mm",
    "width_mm",
    "height_mm",
    "wheelbase_mm",
    "name",
    "energy",
    "drive",
    "body",
    "size",
)
ASKS: Final = (
    "{car}多少钱",
    "{car}续航多少公里",
    "{car}油耗多少",
    "{car}轴距多长",
    "{car}有几个座位",
    "{car}百公里加速几秒",
    "{car}有四驱吗",
    "{car}有激光雷达吗",
    "{car}后备厢多大",
    "{car}长宽高",
    "{car}充电要多久",
    "{car}的价格和油耗",
)
SEARCHES: Final = (
    "{n}万以内的SUV",
    "{n}万左右的纯电车",
    "预算{n}万买个插混",
    "{n}万以下省油的家用车",
    "{n}万以内七座车推荐",
    "{n}万以内轴距最长的SUV",
    "{n}万以内最省油的车",
)
ADVICE: Final = (
    "冬天纯电车续航会短多少",
    "增程和插混有什么区别",
    "CLTC和WLTC有什么区别",
    "电池衰减快吗",
    "慢充和快充哪个伤电池",
    "提车要检查什么",
    "二手车要看哪些手续",
    "定金和订金有什么区别",
    "新能源车要交购置税吗",
    "贷款买车要注意什么",
    "轮胎多久换一次",
    "冬天怎么保护电池",
    "高速上电车续航为什么短",
    "充电桩怎么装",
    "车险怎么买",
    "试驾应该试什么",
    "保养周期是多久",
    "什么是虚标续航",
    "混动车需要充电吗",
    "激光雷达有什么用",
    "空气悬架有什么好处",
    "辅助驾驶可以放手吗",
    "新车有异味怎么办",
    "库存车能买吗",
    "平行进口车靠谱吗",
    "绿牌和蓝牌有什么不同",
    "胎压多少合适",
    "电车泡水怎么办",
    "电池质保一般多久",
    "换电和充电哪个好",
    "车机卡顿怎么办",
    "七座车第三排能坐大人吗",
    "怎么看一款车的销量",
    "本站的参数从哪里来",
    "排行榜是怎么算的",
    "车贷利率怎么算",
    "落地价包含哪些钱",
    "两驱和四驱怎么选",
    "柴油车还能买吗",
    "月球上能开车吗",
)
TALKS: Final = (
    ("20万以内的SUV", "那七座的呢", "换成混动", "再便宜点", "第一个续航多少"),
    ("30万左右的纯电轿车", "第二个多少钱", "它有没有四驱", "同价位还有什么车"),
    ("15万以内省油的车", "第一个和第二个对比一下", "哪个更便宜", "价格不限"),
)


def questions(names: list[str]) -> list[dict[str, Any]]:
    """At least 200, made from templates over the series there are, and written by hand."""
    lines: list[dict[str, Any]] = []
    for place, (name, ask) in enumerate(zip(names, itertools.cycle(ASKS), strict=False)):
        lines.append({"id": f"lookup-{place}", "q": ask.format(car=name)})
    for place, (one, other) in enumerate(itertools.pairwise(names[:41])):
        lines.append({"id": f"compare-{place}", "q": f"{one}和{other}对比"})
    for place, (ask, n) in enumerate(itertools.product(SEARCHES, (10, 15, 20, 25, 30, 50))):
        lines.append({"id": f"search-{place}", "q": ask.format(n=n)})
    lines += [{"id": f"consult-{place}", "q": ask} for place, ask in enumerate(ADVICE)]
    for talk, turns in enumerate(TALKS):
        for turn, ask in enumerate(turns):
            lines.append({"id": f"talk-{talk}-{turn}", "q": ask, "conversation": talk})
    return lines


class Facts:
    """What the database says, read by SQL of our own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def series(self) -> list[str]:
        found = self._connection.execute(
            text("SELECT name FROM series ORDER BY sales_recent DESC, id")
        )
        return [name for (name,) in found]

    def texts_of(self, trim_id: int, field: str) -> list[str]:
        """Everything a row says of a field or parameter, as text."""
        column = COLUMNS.get(field, field)
        if field == "series":
            statement = (
                "SELECT s.name FROM series s JOIN trim t ON t.series_id = s.id WHERE t.id = :id"
            )
        elif column in WIDE:
            statement = f"SELECT {column} FROM trim WHERE id = :id"  # noqa: S608 - a fixed name
        else:
            statement = (
                "SELECT v.number, v.text, v.fitted FROM value v JOIN parameter p"
                " ON p.id = v.parameter_id WHERE v.trim_id = :id AND p.key = :key"
                " AND v.superseded_at IS NULL"
            )
        row = self._connection.execute(text(statement), {"id": trim_id, "key": field}).first()
        values = [value for value in row or () if value is not None]
        if field == "price_wan":
            values = [value / 1_000_000 for value in values]
        return [str(value) for value in values]

    def sources_of(self, trim_id: int) -> str:
        found = self._connection.execute(
            text(
                "SELECT DISTINCT s.name, v.captured FROM value v JOIN source s"
                " ON s.id = v.source_id WHERE v.trim_id = :id"
            ),
            {"id": trim_id},
        )
        return " ".join(f"{name} {captured}" for name, captured in found)

    def label(self, key: str) -> str:
        found = self._connection.execute(
            text("SELECT label FROM parameter WHERE key = :key"), {"key": key}
        ).scalar()
        return f"{found or ''} {key}"

    def rule(self, code: str) -> str:
        """Everything that is written of a rule and its terms, figures as people write them."""
        rows = [row for name in RULES for row in _rows(name) if row[0].partition("/")[0] == code]
        statement = "SELECT t.*, r.document FROM rule_term t LEFT JOIN rule r ON r.code = t.rule"
        own = self._connection.execute(text(f"{statement} WHERE t.rule = :code"), {"code": code})
        cells = [str(cell) for row in [*rows, *own] for cell in row if cell not in ("", None)]
        return " ".join(form for cell in cells for form in _written(cell))

    def rules_behind(self, passage_id: int) -> str:
        """What is written of the rules a passage's document takes its figures from: what is
        stored are those of the day of release."""
        codes = self._connection.execute(
            text(
                "SELECT d.rules FROM knowledge_passage p JOIN knowledge_document d"
                " ON d.id = p.document_id WHERE p.id = :id"
            ),
            {"id": passage_id},
        ).scalar()
        return " ".join(self.rule(code) for code in (codes or "").split())

    def passage(self, passage_id: int) -> str:
        found = self._connection.execute(
            text(
                "SELECT p.heading || '：', p.text, d.title, d.series FROM knowledge_passage p"
                " JOIN knowledge_document d ON d.id = p.document_id WHERE p.id = :id"
            ),
            {"id": passage_id},
        ).first()
        return " ".join(str(part) for part in found if part) if found else ""


def _rows(name: str) -> list[list[str]]:
    with (ROOT / "webapp" / "rules" / "data" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.reader(file))


def _written(cell: str) -> list[str]:
    """A cell, and the ways a page may put it: parts of a date, per cent, ten thousands of yuan."""
    forms = [cell]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        forms += [str(int(part)) for part in cell.split("-")]
    elif re.fullmatch(r"[0-9]+(\.[0-9]+)?", cell):
        value = float(cell)
        forms += [f"{part:g}" for part in (value * 100, value / 100, value / 1e6, 1 + value)]
    return forms


def is_said(figure: str, source: str, said: str, facts: Facts) -> bool:
    """Whether a source does say the figure. `said` is all the visitor wrote."""
    kind, _, rest = source.partition(":")
    if kind == "trim":
        trim_id, _, field = rest.partition(":")
        return any(_says(value, figure) for value in facts.texts_of(int(trim_id), field))
    if kind == "passage":
        return figure in facts.passage(int(rest)) or figure in facts.rules_behind(int(rest))
    if kind == "rule":
        return figure in facts.rule(rest)
    if kind == "question":
        return figure in said or _in_words(figure, said)
    if kind == "count":
        return figure.isdigit()
    if source.startswith("computed:source of trim:"):
        month = facts.sources_of(int(source.split(":")[2]))
        return any(_same(figure, found) for found in FIGURE.findall(month))
    if source.startswith("computed:label of "):
        return figure in facts.label(source.removeprefix("computed:label of "))
    if found := re.fullmatch(r"computed:([0-9.]+)-([0-9.]+)", source):
        return abs(float(found[1]) - float(found[2]) - float(figure)) < 0.0051
    return kind == "computed" and bool(rest)


def _says(value: str, figure: str) -> bool:
    if any(_same(figure, found) for found in FIGURE.findall(value)):
        return True
    # Shown with fewer decimals than are kept.
    try:
        decimals = len(figure.partition(".")[2])
        return abs(round(float(value), decimals) - float(figure)) < 1e-9
    except ValueError:
        return figure in value


def _same(one: str, other: str) -> bool:
    return float(one) == float(other)


def _in_words(figure: str, said: str) -> bool:
    words = dict(zip("一二三四五六七八九十", range(1, 11), strict=True))
    return any(_same(figure, str(words[char])) for char in said if char in words)


def check(answer: dict[str, Any], said: str, facts: Facts) -> list[str]:
    """What is wrong with one answer, in words."""
    problems = []
    plain = LIST_MARK.sub("", answer["answer"])
    listed = {number["text"] for number in answer["numbers"]}
    problems += [f"{f} has no source" for f in FIGURE.findall(plain) if f not in listed]
    for number in answer["numbers"]:
        for figure in FIGURE.findall(number["text"]):
            if not is_said(figure, number["source"], said, facts):
                problems.append(f"{number['source']} does not say {figure}")
    passages = {passage_id: facts.passage(passage_id) for passage_id in answer["citations"]}
    problems += [f"passage {key} is not there" for key, found in passages.items() if not found]
    if answer["intent"] == "consult" and not answer["refused"]:
        told = "".join(passages.values())
        for sentence in SENTENCE.findall(plain):
            bare = sentence.strip().rstrip("。")
            own = not bare or "标称的" in bare
            # An owner's words follow “有车主说：”.
            quoted = re.sub("^有.{0,20}车主说：", "", bare)
            if not own and quoted not in told:
                problems.append(f"no passage cited says: {bare[:40]}")
    return problems


def ask(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    result = subprocess.run(
        [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), "assistant", "ask"],
        input="".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines),
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        check=True,
    )
    return [json.loads(line) for line in result.stdout.splitlines()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="Write the answers and problems here.")
    wanted = parser.parse_args()
    settings = config.load()
    engine = create_engine(settings["DATABASE_URL"], **config.engine_options(settings))
    with engine.connect() as connection:
        facts = Facts(connection)
        lines = questions(facts.series()[:100])
        answers = ask(lines)
        said: dict[Any, str] = {}
        found: Counter[str] = Counter()
        wrong: dict[str, list[str]] = {}
        for line, answer in zip(lines, answers, strict=True):
            talk = line.get("conversation", line["id"])
            said[talk] = said.get(talk, "") + " " + line["q"]
            problems = check(answer, said[talk], facts)
            if problems:
                wrong[line["id"]] = problems
            found.update(
                answers=1,
                figures=len(FIGURE.findall(LIST_MARK.sub("", answer["answer"]))),
                bound=len(answer["numbers"]),
                citations=len(answer["citations"]),
                refused=answer["refused"],
            )
            found[f"intent {answer['intent']}"] += 1
    for name, number in sorted(found.items()):
        print(f"{name:<18}{number:>7}")
    bad = sum(map(len, wrong.values()))
    print(f"{'problems':<18}{bad:>7}")
    for key, problems in list(wrong.items())[:20]:
        print(f"  {key}: {'; '.join(problems[:3])}")
    if wanted.json:
        kept = {"answers": answers, "problems": wrong}
        wanted.json.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
