"""What staff decide, each with its line in the audit log in the same transaction."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from flask import current_app
from redis import RedisError
from sqlalchemy import delete

from webapp.accounts import queries as people
from webapp.accounts.models import Account, LoginSession
from webapp.accounts.roles import ROLE_LABELS, Act, may_act
from webapp.accounts.service import drop_key
from webapp.audit import Actor, record
from webapp.catalogue import service as cars
from webapp.catalogue.models import Batch
from webapp.catalogue.reading.header import Plan
from webapp.config import SETTINGS
from webapp.errors import BadInput, Conflict, Forbidden, NotFound, Unavailable
from webapp.extensions import db
from webapp.knowledge import service as knowledge
from webapp.knowledge.models import KnowledgeChange
from webapp.knowledge.queries import DocumentRow
from webapp.knowledge.shipped import SHIPPED
from webapp.operations import progress, runs
from webapp.queue import send_now
from webapp.search import service as search
from webapp.transactions import transaction
from webapp.transitions import step


class ValueChange(NamedTuple):
    """A value as staff type it: `text` as in an import file, `captured` as YYYY-MM."""

    parameter: str
    text: str
    source: str
    captured: str
    confidence: str
    reason: str


AUDITED: Final = 4000
"""Characters of a mapping of columns that the audit log keeps."""


def set_role(*, actor: Actor, account_id: int, role: str | None) -> None:
    """Raises BadInput, NotFound, Forbidden, and Conflict for the own role, so that an admin always
    stays."""
    account = _account_for(actor, "set role", account_id)
    if role is not None and role not in ROLE_LABELS:
        raise BadInput(f"没有“{role[:20]}”这个角色。")
    if actor.account_id == account.id:
        raise Conflict("不能改自己的角色，请另一位管理员来改。", title="不能改自己的角色")
    if account.role == role:
        return
    with transaction():
        record(actor, "set role", f"account {account.id}", before=account.role, after=role)
        account.role = role
        # What the old role had open must not stay open.
        if role is None:
            drop_key(account.id)
        db.session.execute(delete(LoginSession).where(LoginSession.account_id == account.id))


def suspend(*, actor: Actor, account_id: int, suspended: bool) -> None:
    """Take an account out of use, or back. A deletion that was asked for goes on meanwhile.

    Raises NotFound, and Forbidden for staff, who are first relieved of their role.
    """
    account = _account_for(actor, "suspend" if suspended else "restore", account_id)
    if suspended == (account.state == "suspended"):
        return
    action = "suspend account" if suspended else "restore account"
    was = "active" if account.leaves_at is None else "leaving"
    old, new = account.state, "suspended" if suspended else was
    with transaction():
        if not step(Account, account_id, old, new):
            raise Conflict("它的状态刚刚变了。请刷新页面看最新状态。")
        record(actor, action, f"account {account_id}", before=old, after=new)
        if suspended:
            db.session.execute(delete(LoginSession).where(LoginSession.account_id == account_id))


def end_sessions(*, actor: Actor, account_id: int) -> None:
    """Raises NotFound and Forbidden."""
    account = _account_for(actor, "end sessions", account_id)
    with transaction():
        record(actor, "end sessions", f"account {account.id}")
        db.session.execute(delete(LoginSession).where(LoginSession.account_id == account.id))


def run_again(*, actor: Actor, run_id: int) -> None:
    """Send a failed task once more with the same arguments; the new run takes the place of the
    failed one. Raises NotFound, Conflict, Unavailable."""
    run = runs.run_by_id(run_id)
    if run is None:
        raise NotFound("没有找到这次运行：它已经重跑，或者过期删除了。")
    task, args, before = run.task, run.args, run.state
    with transaction():
        if args is None or not runs.take(run_id):
            raise Conflict(
                "这次运行不能重跑：它还没有结束，刚刚已经重跑，或者参数涉及个人信息而没有保存。"
            )
        record(actor, "run task again", task, before=before)
    if not send_now(task, *json.loads(args)):
        runs.give_back(run_id, before)
        raise Unavailable("消息队列暂时不可用，任务没有发出。请稍后再试。")
    runs.forget(run_id)


def set_value(*, actor: Actor, trim_id: int, change: ValueChange, today: date) -> None:
    """Raises NotFound and BadInput."""
    with transaction():
        batch, before = cars.set_value(
            trim_id=trim_id,
            parameter=change.parameter,
            text=change.text,
            source=change.source,
            captured=change.captured,
            confidence=change.confidence,
            reason=change.reason,
            today=today,
        )
        if batch is not None:
            subject = f"trim {trim_id} {change.parameter}"
            after = change._asdict()
            record(actor, "set value", subject, before=before, after=after | {"batch": batch.id})


def add_trim(*, actor: Actor, fields: dict[str, str], sure: bool, today: date) -> int:
    """The id of the new trim. Raises BadInput, with what is wrong by field or what is doubtful."""
    with transaction():
        batch, trim_id = cars.add_trim(fields=fields, sure=sure, today=today)
        after = {name: text for name, text in fields.items() if text} | {"batch": batch.id}
        record(actor, "add trim", f"trim {trim_id}", after=after)
    return trim_id


def explain_doubt(*, actor: Actor, trim_id: int, rule: str, said: str, reason: str) -> None:
    """Raises NotFound and BadInput."""
    with transaction():
        before = cars.explain_doubt(trim_id=trim_id, rule=rule, said=said, reason=reason)
        if (before or "") == " ".join(reason.split()):
            return
        after = {"said": said, "reason": reason}
        record(actor, "explain doubt", f"trim {trim_id}", before=before, after=after)


def upload_cars(*, actor: Actor, title: str, draft: Path) -> Batch:
    """Raises BadInput for an empty or too big file."""
    with transaction():
        batch = cars.keep_upload(title=title, draft=draft)
        record(actor, "upload cars", f"batch {batch.id}", after=batch.title)
    return batch


def map_columns(*, actor: Actor, batch_id: int, plan: Plan) -> None:
    """Have an upload checked again with what was said about its columns. Raises NotFound and
    Conflict."""
    batch = cars.batch_by_id(batch_id)
    named = [f"{title} → {key or '略过'}" for title, key in plan.columns.items()]
    after = {"columns": "、".join(named)[:AUDITED]} | dict(plan.fixed)
    with transaction():
        cars.ask_check_with(batch_id=batch_id, plan=plan)
        record(actor, "map columns", f"batch {batch_id}", before=batch.title, after=after)


def import_batch(*, actor: Actor, batch_id: int) -> None:
    """Raises NotFound and Conflict."""
    with transaction():
        batch = cars.ask_import(batch_id=batch_id)
        record(actor, "import cars", f"batch {batch_id}", after=batch.title)


def undo_batch(*, actor: Actor, batch_id: int) -> None:
    """Raises NotFound and Conflict."""
    with transaction():
        batch = cars.ask_undo(batch_id=batch_id)
        record(actor, "undo batch", f"batch {batch_id}", before=batch.title)


def save_alias(*, actor: Actor, kind: str, alias: str, name: str, members: str) -> None:
    """Raises BadInput."""
    row = search.read_alias(kind=kind, alias=alias, name=name, members=members)
    with transaction():
        before = search.save_alias(**row._asdict())
        old = before and before._asdict()
        record(actor, "save alias", f"{kind} {row.alias}", before=old, after=row._asdict())


def forget_alias(*, actor: Actor, alias_id: int) -> None:
    """Raises NotFound."""
    with transaction():
        before = search.forget_edit(alias_id=alias_id)
        record(actor, "forget alias", f"{before.kind} {before.alias}", before=before._asdict())


def upload_documents(
    *,
    actor: Actor,
    name: str,
    draft: Path,
    collection: str,
    given: dict[str, str],
    replaced: DocumentRow | None,
) -> KnowledgeChange:
    """Raises BadInput for an empty or too big file."""
    after = given | {"file": name}
    if replaced is not None:
        after["replaces"] = replaced.external_id
    with transaction():
        record(actor, "upload documents", f"collection {collection}", after=after)
        return knowledge.accept_upload(
            name=name, draft=draft, collection=collection, given=given, document=replaced
        )


def remove_documents(
    *, actor: Actor, collection: str, document: DocumentRow | None = None
) -> KnowledgeChange:
    """Have a document, or without one its whole collection, taken out. Raises Conflict."""
    refuse_shipped(collection)
    with transaction():
        if document is None:
            record(actor, "remove collection", f"collection {collection}")
        else:
            subject = f"document {document.id} of {collection}"
            before = {"id": document.external_id, "title": document.title}
            record(actor, "remove document", subject, before=before)
        return knowledge.ask_removal(collection=collection, document=document)


def refuse_shipped(collection: str) -> None:
    """Raises Conflict."""
    if collection in SHIPPED:
        raise Conflict(
            "这是随站点提供的文档，每次启动和每天夜里都会还原，移走或换掉也会回来。",
            title="随站点提供的文档不能改",
        )


CHANGE_STEPS: Final = {
    "apply": (knowledge.ask_apply, "take in documents"),
    "stop": (knowledge.ask_stop, "stop documents"),
    "again": (knowledge.ask_again, "check documents again"),
}


def step_change(*, actor: Actor, change_id: int, step: str) -> None:
    """Raises NotFound and Conflict."""
    if step not in CHANGE_STEPS:
        raise NotFound
    ask, action = CHANGE_STEPS[step]
    change = knowledge.change_by_id(change_id)
    subject = f"collection {change.collection}"
    with transaction():
        record(actor, action, subject, after={"title": change.title, "change": change_id})
        ask(change_id=change_id)


def save_synonym(*, actor: Actor, word: str, meaning: str) -> None:
    """Raises BadInput."""
    subject = f"synonym {word.strip()[:60]}"
    with transaction():
        before = search.save_synonym(word=word, meaning=meaning)
        record(actor, "save synonym", subject, before=before, after=meaning)


def forget_synonym(*, actor: Actor, synonym_id: int) -> None:
    """Raises NotFound."""
    with transaction():
        word, meaning = search.forget_synonym(synonym_id=synonym_id)
        record(actor, "forget synonym", f"synonym {word}", before=meaning)


INDEXES: Final = {"search": "tasks.search.rebuild_index", "knowledge": "tasks.knowledge.rebuild"}


def rebuild_index(*, actor: Actor, kind: str) -> None:
    """Have the worker build an index anew. Raises NotFound, Conflict, Unavailable."""
    if kind not in INDEXES:
        raise NotFound("没有这个索引。")
    known = progress.read(kind)
    if known is not None and known.is_moving:
        raise Conflict("这个索引正在重建，请等它做完，或先让它停下。")
    progress.wait(kind)
    with transaction():
        record(actor, "rebuild index", kind)
    if not send_now(INDEXES[kind]):
        progress.end(kind, "failed", detail="消息队列没有应答")
        raise Unavailable("消息队列暂时不可用，任务没有发出。请稍后再试。")


def stop_index(*, actor: Actor, kind: str) -> None:
    """Let a rebuild stop at its next step. Raises NotFound, Unavailable."""
    if kind not in INDEXES:
        raise NotFound("没有这个索引。")
    try:
        progress.ask_stop(kind)
    except RedisError as error:
        raise Unavailable("现在没法通知后台进程，请稍后再试。") from error
    with transaction():
        record(actor, "stop index", kind)


def settings() -> list[tuple[str, str, str]]:
    """Name, value as text with secrets masked, and help of every setting."""
    shown = []
    for setting in SETTINGS:
        value = current_app.config.get(setting.name)
        if value is None:
            text = "（未设置）"
        elif setting.secret:
            text = "••••••"
        else:
            text = str(value)
        shown.append((setting.name, text, setting.help_chinese))
    return shown


def _account_for(actor: Actor, act: Act, account_id: int) -> Account:
    """The account, if the actor may do this to it. Raises NotFound and Forbidden."""
    account = people.account_by_id(account_id)
    if account is None:
        raise NotFound(f"没有编号为 {account_id} 的账号。")
    if not may_act(actor.role, act, account.role):
        if act == "suspend" and may_act(actor.role, act, None):
            raise Forbidden("工作人员的账号要先收回角色，才能停用。", title="不能停用")
        raise Forbidden("这是工作人员的账号，请管理员来处理。")
    return account
