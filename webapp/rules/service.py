"""Rules entered by the staff: files imported, terms corrected, a correction taken back.

Nothing is changed or deleted: the row that was in force is superseded, and its line in the audit
log comes in the same transaction.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from webapp.audit import Actor, record
from webapp.catalogue.service.projected import bump_version
from webapp.catalogue.subjects import RULES
from webapp.columns import utc_now
from webapp.errors import Conflict, NotFound
from webapp.extensions import db
from webapp.rules.models import EligibilityRow, ObservationRow, RuleRow, ScopeRow, TermRow
from webapp.rules.overlaps import newest
from webapp.rules.queries import book
from webapp.rules.reading import COLUMNS, read
from webapp.rules.records import Eligibility, Observation, Rule, Tables, Term
from webapp.transactions import transaction

Record = Rule | Term | Observation | Eligibility

_MODELS: Final[dict[type[Any], type[Any]]] = {
    Rule: RuleRow,
    Term: TermRow,
    Observation: ObservationRow,
    Eligibility: EligibilityRow,
}
_NAMES: Final[dict[type[Any], str]] = {
    Rule: "rule",
    Term: "term",
    Observation: "observation",
    Eligibility: "eligibility",
}


@dataclass(frozen=True)
class Counts:
    """What an import did, or would do."""

    rows: int
    added: int
    changed: int
    unchanged: int
    dry_run: bool = False


def import_files(*, texts: Mapping[str, str], actor: Actor, dry_run: bool = False) -> Counts:
    """Take in files, given by their kind (`reading.FILES`), all or none of them.

    Raises RuleFileError with all that is wrong, Conflict where another import came between.
    """
    new = read(texts, book().tables)
    return _saved(new, actor=actor, dry_run=dry_run)


def save_term(*, term_id: str, cells: Mapping[str, str], actor: Actor) -> Counts:
    """Correct a term and the document it stands in. `cells` are columns of rules.csv and
    terms.csv, as they would stand there; the columns that are not given stay.

    Raises NotFound, RuleFileError and Conflict.
    """
    term = _term(term_id)
    rule = written(term.rule) | {name: cells[name] for name in COLUMNS["rules"] if name in cells}
    row = written(term) | {name: cells[name] for name in COLUMNS["terms"] if name in cells}
    texts = {"rules": _file("rules", rule), "terms": _file("terms", row)}
    return _saved(read(texts, book().tables), actor=actor)


def follow_term(*, term_id: str, cells: Mapping[str, str], actor: Actor) -> str:
    """Enter what comes after a term, for the same cars; the id of the new one. `cells` as for
    `save_term`. Where its document is another, that is a rule of its own which supersedes the
    old one, whose terms keep their document.

    Raises NotFound, RuleFileError and Conflict.
    """
    term = _term(term_id)
    tables = book().tables
    last = tables.rules[newest(tables, term.rule.code)]
    rule = written(term.rule) | {name: cells[name] for name in COLUMNS["rules"] if name in cells}
    begins = cells.get("valid_from", "")
    rows = [rule]
    if rule["document"] == last.document:
        rule["code"] = last.code
        rule["superseded_by"] = ""
    else:
        rule["code"] = _free(f"{last.code}-{begins[:4]}", tables.rules)
        rule["superseded_by"] = ""
        rows.append(written(last) | {"superseded_by": rule["code"]})
    row = written(term) | {name: cells[name] for name in COLUMNS["terms"] if name in cells}
    row |= {"rule": rule["code"], "id": _free(f"{rule['code']}/{begins}", tables.terms)}
    scopes = (written(scope) | {"term": row["id"]} for scope in term.scopes)
    texts = {
        "rules": _file("rules", *rows),
        "terms": _file("terms", row),
        "scopes": _file("scopes", *scopes),
    }
    _saved(read(texts, tables), actor=actor)
    return row["id"]


def add_rule(*, cells: Mapping[str, str], energies: Iterable[str], actor: Actor) -> str:
    """Enter a rule that was not there, with its first term; its code. `cells` are columns of
    rules.csv and terms.csv; the term applies to cars of the `energies`, to every car without any.

    Raises RuleFileError and Conflict.
    """
    tables, code = book().tables, cells.get("code", "")
    if code in tables.rules:
        raise Conflict(f"代码 {code} 已经有了。到“{tables.rules[code].title}”里登记下一段。")
    row = {**cells, "rule": code, "id": f"{code}/{cells.get('valid_from', '')}"}
    texts = {"rules": _file("rules", cells), "terms": _file("terms", row)}
    if listed := "|".join(energies):
        scope = {"term": row["id"], "field": "energy", "operator": "in", "value": listed}
        texts["scopes"] = _file("scopes", scope)
    _saved(read(texts, tables), actor=actor)
    return code


def save_observation(*, cells: Mapping[str, str], actor: Actor) -> str:
    """Enter what something costs in a region from a day on; its key. The row before it ends the
    day before. `cells` are columns of observations.csv.

    Raises RuleFileError and Conflict.
    """
    tables = book().tables
    new = read({"observations": _file("observations", cells)})
    (found,) = new.observations.values()
    rows = [dict(cells)]
    for row in tables.observations.values():
        same = (row.item, row.region) == (found.item, found.region)
        if same and row.valid_to is None and row.valid_from < found.valid_from:
            ends = found.valid_from - timedelta(days=1)
            rows.append(written(row) | {"valid_to": ends.isoformat()})
    text = _file("observations", *rows)
    _saved(read({"observations": text}, tables), actor=actor)
    return found.key


def withdraw_term(*, term_id: str, actor: Actor) -> None:
    """Take the staff's own row of a term, and of its rule, out of force: the shipped ones hold
    again where there are any. Raises NotFound."""
    term = _term(term_id)
    with transaction():
        taken = [
            (kind, key)
            for kind, key in ((Term, term_id), (Rule, term.rule.code))
            if not (kind is Rule and _others_need(term)) and _end(kind, key)
        ]
        if not taken:
            raise NotFound("这一条没有修改过，用的就是自带的。")
        for kind, key in taken:
            before = term if kind is Term else term.rule
            record(actor, "withdraw rule", _subject(kind, key), before=written(before))
        bump_version(RULES)


def written(found: object) -> dict[str, str]:
    """A row as its cells stand in a file."""
    assert hasattr(found, "__dataclass_fields__")
    return {
        field.name: _cell(getattr(found, field.name))
        for field in fields(found)  # type: ignore[arg-type]
        if field.name != "scopes"
    }


def _saved(new: Tables, *, actor: Actor, dry_run: bool = False) -> Counts:
    known = book().tables
    pairs = [*_pairs(new.rules, known.rules), *_pairs(new.terms, known.terms)]
    pairs += _pairs(new.observations, known.observations)
    pairs += _pairs(new.eligibilities, known.eligibilities)
    differing = [(key, old, own) for key, old, own in pairs if not _same(old, own)]
    added = sum(old is None for _, old, _ in differing)
    counts = Counts(len(pairs), added, len(differing) - added, len(pairs) - len(differing), dry_run)
    try:
        with transaction(dry_run=dry_run):
            for key, old, own in differing:
                _supersede(key, old, own)
                before = None if old is None else _told(old)
                subject = _subject(type(own), key)
                record(actor, "save rule", subject, before=before, after=_told(own))
            if differing:
                bump_version(RULES)
    except IntegrityError as error:
        raise Conflict("这一条刚刚被别人改过。请刷新页面，看过最新的再改。") from error
    return counts


def _pairs(new: Mapping[str, Any], known: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    return [(key, known.get(key), own) for key, own in new.items()]


def _same(old: Record | None, own: Record) -> bool:
    return old is not None and _told(old) == _told(own)


def _told(found: Record) -> dict[str, Any]:
    """A row for comparing and for the audit log: a term with its scopes."""
    told: dict[str, Any] = {name: cell for name, cell in written(found).items() if cell}
    if isinstance(found, Term):
        told["scopes"] = [written(scope) for scope in found.scopes]
    return told


def _supersede(key: str, old: Record | None, own: Record) -> None:
    """Put a row in force. A shipped row that it takes the place of is kept beside it."""
    now = utc_now()
    if not _end(type(own), key) and old is not None:
        db.session.add(_row(old, entered_at=now, superseded_at=now))
    db.session.add(_row(own, entered_at=now))
    db.session.flush()


def _end(kind: type[Any], key: str) -> bool:
    """Supersede the staff's row of this key; whether there was one."""
    model = _MODELS[kind]
    current = select(model).where(model.superseded_at.is_(None))
    if kind is Rule:
        current = current.where(RuleRow.code == key)
    elif kind is Term:
        current = current.where(TermRow.key == key)
    rows = db.session.scalars(current)
    found = [row.id for row in rows if kind in (Rule, Term) or _key_of(kind, row) == key]
    if found:
        ended = update(model).where(model.id.in_(found)).values(superseded_at=utc_now())
        db.session.execute(ended)
    return bool(found)


def _key_of(kind: type[Any], row: Any) -> str:
    own = kind(**{field.name: getattr(row, field.name) for field in fields(kind)})
    return str(own.key)


def _row(found: Record, **times: Any) -> Any:
    values = {f.name: getattr(found, f.name) for f in fields(found) if f.name != "scopes"}
    if isinstance(found, Term):
        values |= {"key": values.pop("id"), "rule": found.rule.code}
        scopes = [ScopeRow(**vars(scope)) for scope in found.scopes]
        return TermRow(**values, **times, scopes=scopes)
    return _MODELS[type(found)](**values, **times)


def _term(term_id: str) -> Term:
    found = book().tables.terms.get(term_id)
    if found is None:
        raise NotFound("没有这一条规定，它可能已经撤回了。")
    return found


def _others_need(term: Term) -> bool:
    """Whether another term the staff entered stands on the same rule."""
    statement = select(TermRow.id).where(
        TermRow.rule == term.rule.code, TermRow.key != term.id, TermRow.superseded_at.is_(None)
    )
    return db.session.scalar(statement) is not None


def _free(wanted: str, taken: Iterable[str]) -> str:
    known, number, name = set(taken), 1, wanted
    while name in known:
        number += 1
        name = f"{wanted}-{number}"
    return name


def _subject(kind: type[Any], key: str) -> str:
    return f"{_NAMES[kind]} {key}"[:120]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Rule):
        return value.code
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _file(name: str, *rows: Mapping[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(COLUMNS[name]), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
