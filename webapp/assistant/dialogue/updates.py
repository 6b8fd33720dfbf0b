"""What is said in passing of people, places, use and money, and what follows for a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from webapp.assistant.calls import Want
from webapp.assistant.dialogue.situation import Fact, Situation, Standing, Told
from webapp.search.service import parse_sentence
from webapp.search.understanding.dialogue import Cue
from webapp.search.understanding.reading import Parse, interpret

WITHOUT_CHARGER: Final = Want("energy", "!=", "BEV", inferred=True)
FIVE: Final = 5
"""Seats that nearly every car has."""
_PLATES: Final = {"上海": ("BEV",), "北京": ("BEV",)} | dict.fromkeys(
    ("广州", "深圳", "天津", "杭州", "海南", "海口", "三亚"), ("BEV", "PHEV", "EREV")
)
"""Energies that get a plate without a draw or an auction, by city, as our page on plates has it."""
_FAR: Final = 4
"""Characters between “一天” and the amount that belongs to it."""
_UNIT: Final = 8
"""Characters from the beginning of an amount to the end of its unit."""
_DRIVEN: Final = ("跑", "开", "公里", "千米", "km")
_USES: Final = ("use.km_day", "use.km_year")
_MOST: Final = {"use.km_day": 2_000, "use.km_year": 300_000}
_NAMES: Final = ("series", "brand")
_LABELS: Final = {
    "party.people": "{} 人",
    "party.children": "{} 个孩子",
    "party.elders": "有老人",
    "place.cold=yes": "冬天冷",
    "place.garage=no": "没有地库",
    "place.garage=yes": "有地库",
    "place.home_charging=no": "没有家充",
    "place.home_charging=yes": "有家充",
    "use.km_day": "一天 {} 公里",
    "use.km_year": "一年 {} 公里",
    "use.ride_hailing": "跑网约车",
    "use.rough": "路况差",
    "use.highway": "常跑高速",
    "use.towing": "要拖挂",
    "place.plate=no": "没有牌照",
    "party.joins": "多坐 {} 人",
    "place.city": "{}",
}


def facts_in(parse: Parse, turn: int) -> tuple[Fact, ...]:
    """What a sentence says of the visitor: 我在沈阳, 没有地库, 一天300公里, 两个孩子."""
    found: dict[str, Fact] = {}
    for cue in parse.cues:
        for meaning in cue.meanings:
            if meaning.cue == "fact":
                name, _, value = meaning.of.partition("=")
                said = cue.text if value == "*" else value
                found[name] = Fact(name, said, turn, cue.text)
            if meaning.cue == "per" and meaning.of in _USES:
                amount = _behind(parse, cue)
                if amount is not None and amount <= _MOST[meaning.of]:
                    found[meaning.of] = Fact(meaning.of, f"{amount:g}", turn, cue.text)
    return tuple(found.values())


def _behind(parse: Parse, cue: Cue) -> float | None:
    """The distance right behind “一天”; “一年保养3000” states none."""
    near = ((v, at) for v, at in parse.amounts if 0 <= at - cue.end <= _FAR and v > 1)
    amount, at = next(near, (None, 0))
    said = parse.text[cue.start : at + _UNIT].lower()
    return amount if any(word in said for word in _DRIVEN) else None


def label_of(fact: Fact) -> str:
    """A fact as its chip says it."""
    own = _LABELS.get(f"{fact.name}={fact.value}") or _LABELS.get(fact.name, fact.value)
    return own.format(fact.value)


def implied(known: Situation, wants: Sequence[Want]) -> tuple[Want, ...]:
    """What follows from the facts for a list that says nothing of it: without a charger at home
    no car that only charges, in the turn that says so and for as long as its list goes on."""
    said = {want.field for want in wants}
    found = []
    told_now = any(fact.turn == known.turn for fact in known.facts
                   if fact.name == "place.home_charging")  # fmt: skip
    if told_now and known.fact("place.home_charging") == "no" and "energy" not in said:
        found.append(WITHOUT_CHARGER)
    plates = _PLATES.get(known.fact("place.city") or "")
    if plates and wants and known.fact("place.plate") == "no" and "energy" not in said:
        found = [Want("energy", "in", plates, inferred=True)]
    if (people := people_of(known)) > FIVE and "seats" not in said:
        found.append(Want("seats", ">=", people, inferred=True))
    return tuple(found)


def people_of(known: Situation) -> int:
    """How many are to sit in the car: as said, or two and their children, and the parent who was
    told of after; 0 where nobody says."""
    people, children = known.fact("party.people"), known.fact("party.children")
    said = int(people) if people and people.isdigit() else 0
    alone = 2 + int(children) if children and children.isdigit() else 0
    turns = {fact.name: fact.turn for fact in known.facts}
    joins = known.fact("party.joins")
    if joins and (said or alone) and turns["party.joins"] >= turns.get("party.people", 0):
        return max(said, alone) + int(joins)
    return said


def standing(known: Situation, told: Told, words: str) -> tuple[Standing, ...]:
    """The wishes that stand after a list, each with the turn in which it was said."""
    before = {one.want: one for one in known.standing}
    return tuple(before.get(want) or Standing(want, told.turn, words) for want in told.wants)


def told(known: Situation, story: str) -> Situation:
    """The situation with the facts and the wishes of a story; of one field what it says counts."""
    parse = parse_sentence(story)
    read = interpret(parse, expecting="search").conditions
    fresh = tuple(
        Standing(Want.of(one.condition), known.turn, one.words)
        for one in read
        if not one.inferred and one.condition.field not in _NAMES
    )
    fields = {one.want.field for one in fresh}
    kept = tuple(one for one in known.standing if one.want.field not in fields)
    known = replace(known, standing=(*kept, *fresh))
    return known.knowing(facts_in(parse, known.turn))
