"""One way to change a state: the table of steps is kept, and of several who try one succeeds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask import Flask
from sqlalchemy import CheckConstraint, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tests.test_architecture import ROOT
from webapp.accounts.models import Account, RealName
from webapp.assistant.models import Turn
from webapp.catalogue.models import Batch
from webapp.deposits.models import Deposit, Offer, PaymentAttempt, Refund
from webapp.extensions import Model, db
from webapp.knowledge.models import KnowledgeChange
from webapp.notices.models import NoticeDelivery
from webapp.operations.models import TaskRun
from webapp.rankings.models import RankingRun
from webapp.transactions import transaction
from webapp.transitions import NEW, Transitions, step, steps
from webapp.videos.models import Upload, Video
from webapp.videos.watching.models import EvidencePoint

STATED: list[Any] = [
    Account,
    Batch,
    Deposit,
    EvidencePoint,
    KnowledgeChange,
    NoticeDelivery,
    Offer,
    PaymentAttempt,
    RankingRun,
    RealName,
    Refund,
    TaskRun,
    Turn,
    Upload,
    Video,
]


class Base(DeclarativeBase):
    """Apart from the product's own tables."""


class Lamp(Base):
    __tablename__ = "lamp"
    __transitions__: ClassVar[Transitions] = {
        NEW: frozenset({"off"}),
        "off": frozenset({"on"}),
        "on": frozenset({"off", "broken"}),
        "broken": frozenset(),
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    watts: Mapped[int] = mapped_column(default=0)


@pytest.fixture
def lamps(tmp_path: Path) -> Iterator[None]:
    """Lamp 1 is on, lamps 2 and 3 are off."""
    made = Flask("toy")
    made.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path}/toy.sqlite3"
    db.init_app(made)
    with made.app_context():
        Base.metadata.create_all(db.engine)
        with transaction():
            for state in ("on", "off", "off"):
                db.session.execute(insert(Lamp).values(state=state, watts=0))
        yield
        db.session.remove()
        db.engine.dispose()


def states() -> list[str]:
    return list(db.session.scalars(select(Lamp.state).order_by(Lamp.id)))


def test_a_row_goes_on_with_its_other_columns(lamps: None) -> None:
    with transaction():
        assert step(Lamp, 2, "off", "on", watts=9)
    assert db.session.execute(select(Lamp.state, Lamp.watts).filter_by(id=2)).one() == ("on", 9)


def test_a_row_that_is_elsewhere_stays_there(lamps: None) -> None:
    with transaction():
        assert not step(Lamp, 1, "off", "on", watts=9)
        assert not step(Lamp, 1, "on", "off", Lamp.watts > 5)
        assert not step(Lamp, 7, "off", "on")
    assert states() == ["on", "off", "off"]
    assert db.session.scalar(select(Lamp.watts).filter_by(id=1)) == 0


def test_what_was_loaded_before_tells_the_new_state(lamps: None) -> None:
    lamp = db.session.get_one(Lamp, 2)
    with transaction():
        step(Lamp, 2, "off", "on")
        assert lamp.state == "on"


def test_several_rows_go_on_together(lamps: None) -> None:
    with transaction():
        assert steps(Lamp, Lamp.id < 3, from_=("off", "on"), to="on", watts=4) == 2
    assert states() == ["on", "on", "off"]


def test_staying_is_a_sign_of_life(lamps: None) -> None:
    with transaction():
        assert step(Lamp, 1, "on", "on", watts=3)
        assert not step(Lamp, 2, "on", "on", watts=3)


@pytest.mark.parametrize(
    ("from_", "to"),
    [
        ("off", "broken"),
        (("on", "off"), "broken"),
        ("broken", "on"),
        ("dim", "on"),
        ("on", "dim"),
        ("dim", "dim"),
    ],
)
def test_a_step_that_the_table_does_not_allow_is_an_error(
    lamps: None, from_: str | tuple[str, ...], to: str
) -> None:
    with pytest.raises(ValueError, match="Lamp: no step"), transaction():
        step(Lamp, 1, from_, to)


def test_a_step_outside_of_a_transaction_is_an_error(lamps: None) -> None:
    with pytest.raises(RuntimeError, match="inside"):
        step(Lamp, 2, "off", "on")


def named_in_check(model: Any) -> set[str]:
    """The states that the model's CHECK constraint names."""
    checks = [c for c in model.__table__.constraints if isinstance(c, CheckConstraint)]
    (own,) = [str(c.sqltext) for c in checks if str(c.sqltext).startswith("state IN")]
    return set(re.findall("'([a-z_]+)'", own))


@pytest.mark.parametrize("model", STATED)
def test_the_table_of_steps_has_the_states_of_the_column_and_reaches_each(model: Any) -> None:
    table: Transitions = model.__transitions__
    assert set(table) - {NEW} == named_in_check(model)
    reached, found = set[str](), {NEW}
    while found:
        reached |= found
        found = {to for state in found for to in table[state]} - reached
    assert reached == set(table)


def test_every_table_of_steps_is_tested_here() -> None:
    mapped = {mapper.class_ for mapper in Model.registry.mappers}
    assert {model for model in mapped if hasattr(model, "__transitions__")} == set(STATED)


def sets_a_state(node: ast.AST) -> bool:
    """`row.state = …`, or `update(…).values(state=…)`; a row that is inserted begins somewhere."""
    if isinstance(node, ast.Attribute):
        own = isinstance(node.value, ast.Name) and node.value.id == "self"
        return node.attr == "state" and isinstance(node.ctx, ast.Store) and not own
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        begins = "insert(" in ast.unparse(node.func.value)
        named = "state" in [word.arg for word in node.keywords]
        return node.func.attr == "values" and named and not begins
    return False


def test_no_state_is_changed_past_the_table() -> None:
    """But for the column that says what a vendor answered to one question."""
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in ("webapp", "tasks")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path.name != "transitions.py"
        and re.search(r"\bstate\b.* = |state=", path.read_text("utf-8"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if sets_a_state(node)
    ]
    assert found == ["webapp/accounts/service/realname.py"]
