"""A car the catalogue does not have: said so, with those of its cars that come nearest and what
is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from webapp.assistant.answering.about import keys_about
from webapp.assistant.answering.cars import Garage, known_facts
from webapp.assistant.answering.choosing import representative, trims_of
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Points,
    bound,
    count,
    join,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.task import Task
from webapp.assistant.events import Asks, Links
from webapp.catalogue import queries
from webapp.catalogue.queries import TrimRow
from webapp.catalogue.reading.reference import brands
from webapp.search.names import Name, all_names, fold
from webapp.search.service import maker_of

SHOWN: Final = 3
FACTS: Final = 5
_KEYS: Final = ("price_wan", "energy", "body", "range_km", "fuel_l_100km")
_NOTHING: Final = (
    "它的牌子这里没有别的车，名字相近的也没有；说出预算、座位和用途，可以从有资料的车里挑。"
)


def compose_unknown(task: Task) -> Draft:
    """What is not there, and what comes nearest: of the same maker, else called alike."""
    missing = task.unread or (task.text,)
    told = nearest_told(task, missing)
    links = [(trim, f"/cars/series/{series_id}") for trim, series_id in _series(task, missing)]
    links.append(("看全部品牌", "/cars/brands"))
    follow = tuple(f"{name}怎么样" for name, _ in links[:1] if told)
    return Draft(
        "lookup",
        lead=(
            paragraph(*_lacks(task, missing)),
            *(told or (paragraph(words(_NOTHING)),)),
        ),
        tail=(Links(tuple(links)), *((Asks(follow),) if follow else ())),
        refused=True,
        absent=standing_for(task, missing),
    )


def _lacks(task: Task, missing: Sequence[str]) -> list[Part]:
    """“车库里没有找到“汉L”。所以查不到快充时间。”"""
    said = [say("车库里没有找到“{asked}”。", asked=bound("、".join(missing), "question"))]
    labels = [Garage(()).label_part(key) for key in _asked(task)]
    return [*said, *(say("所以查不到{label}。", label=label) for label in labels)]


def _asked(task: Task) -> tuple[str, ...]:
    """The figure that is asked for."""
    key = Garage(()).key_of(task.field) if task.field else None
    return (key,) if key else keys_about(task.text)[:1]


def standing_for(task: Task, missing: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Each car that is not there, with the trim of its maker that is called most like it: 汉 for
    汉L, 问界M7 for 问界M5, none for 思域."""
    return tuple((name, one.id if (one := _stand_in(task, name)) else 0) for name in missing)


def _stand_in(task: Task, name: str) -> TrimRow | None:
    own = _brands_of(name, task.brands)
    asked = _stem(name, own)
    for near in _alike(name, own) if own and asked else ():
        stem = _stem(near.text, own)
        if stem and stem[0] == asked[0] and near.text not in task.series:
            return representative(trims_of(near.text, ()))
    return None


def _stem(name: str, brands: Sequence[str] | None) -> str:
    """A folded name without its maker's."""
    folded = fold(name)
    forms = (
        f for n in all_names() if n.kind == "brand" and n.text in (brands or ()) for f in n.forms
    )
    return next(
        (folded.removeprefix(f) for f in sorted(forms, key=len, reverse=True)
         if folded.startswith(f) and folded != f), folded,
    )  # fmt: skip


def nearest_told(task: Task, missing: Sequence[str]) -> tuple[DraftBlock, ...]:
    """The nearest cars, each with what is asked about and what it is; nothing where there is
    none."""
    names = [name for name, _ in _series(task, missing)]
    cars = [one for name in names if (one := representative(trims_of(name, ()))) is not None]
    if not cars:
        return ()
    garage = Garage([trim.id for trim in cars])
    keys = tuple(dict.fromkeys((*_asked(task), *_KEYS)))
    points = tuple(
        say("{car}：{facts}。", car=garage.name(trim), facts=join(facts, "，"))
        for trim in garage.trims
        if (facts := known_facts(garage, trim, keys, FACTS))
    )
    return (paragraph(_heading(task, missing)), Points(points))


def _heading(task: Task, missing: Sequence[str]) -> Part:
    own = [brand for name in missing for brand in _brands_of(name, task.brands) or ()]
    if not own:
        return words("名字最接近的是：")
    total = sum(name.kind == "series" and name.brand in own for name in all_names())
    maker = bound("、".join(dict.fromkeys(own)), "question")
    return say("{maker}在车库里有 {n} 个车系，可以看：", maker=maker, n=count(total))


def _series(task: Task, missing: Sequence[str]) -> list[tuple[str, int]]:
    """Names and numbers of the nearest series, those near each missing one in turn."""
    known = {n.text: n for n in all_names() if n.kind == "series"}
    found: dict[str, int] = {}
    each = max(1, SHOWN // max(len(missing), 1))
    for name in missing:
        own = _brands_of(name, task.brands)
        near = [known[one] for one in task.near if one in known]
        for one in (near if near and own is None else _alike(name, own))[
            : SHOWN if len(missing) == 1 else each
        ]:
            if one.series_id is not None and one.text not in task.series:
                found[one.text] = one.series_id
    return list(found.items())[:SHOWN]


def _alike(name: str, own: Sequence[str] | None) -> list[Name]:
    """Series of these brands, the most alike in name first; of no known maker what is near."""
    known = [n for n in all_names() if n.kind == "series"]
    if own is None:
        near = {n.series_id for n in queries.near_names(name, limit=SHOWN)}
        return [n for n in known if n.series_id in near]
    wanted, stem = fold(name), _stem(name, own)

    def likeness(one: Name) -> tuple[bool, float]:
        begins = _stem(one.text, own)[:1] == stem[:1]
        return begins, max(SequenceMatcher(None, wanted, fold(form)).ratio() for form in one.forms)

    return sorted((n for n in known if n.brand in own), key=likeness, reverse=True)


def _brands_of(name: str, said: Sequence[str]) -> list[str] | None:
    """The catalogue's brands of the maker that a name begins with, none where it is a maker the
    catalogue does not have; else those that were said, None for no maker at all."""
    folded = fold(name)
    here = {form: n.text for n in all_names() if n.kind == "brand" for form in n.forms}
    makers = {
        fold(alias): row.name
        for row in brands().values()
        for alias in (row.name, *row.aliases.split())
    }
    for form in sorted({*here, *makers}, key=len, reverse=True):
        if len(form) > 1 and folded.startswith(form):
            own = here.get(form) or here.get(fold(makers.get(form, "")))
            return [own] if own else []
    if (maker := maker_of(name)) is not None:
        return [maker] if maker in here.values() else []
    return list(said) or None
