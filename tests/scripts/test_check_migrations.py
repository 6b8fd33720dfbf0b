"""Migrations that would lock tables or break servers of the old version are found."""

from __future__ import annotations

from types import ModuleType

import pytest

from scripts import check_migrations
from scripts.check_migrations import misnamed, offences, since

HARMLESS = """
import sqlalchemy as sa
from alembic import op
def upgrade():
    op.create_table('new', sa.Column('id', sa.Integer(), primary_key=True),
                    sa.Column('account_id', sa.Integer(), sa.ForeignKey('account.id')))
    op.create_index('ix_new', 'new', ['account_id'])
    op.add_column('account', sa.Column('motto', sa.String(40), nullable=True))
    op.add_column('account', sa.Column('level', sa.Integer(), nullable=False, server_default='0'))
    with op.get_context().autocommit_block():
        op.create_index('ix_account_motto', 'account', ['motto'], postgresql_concurrently=True,
                        if_not_exists=True)
"""
BREAKING = {
    "op.drop_column('account', 'notice')": "ban-drop-column",
    "op.drop_table('avatar')": "ban-drop-table",
    "op.alter_column('account', 'notice', new_column_name='terms')": "renaming-column",
    "op.rename_table('avatar', 'face')": "renaming-table",
    "op.add_column('account', sa.Column('level', sa.Integer(), nullable=False))": "required-field",
    "op.alter_column('account', 'notice', nullable=False)": "not-null",
    "op.create_index('ix_a', 'account', ['notice'])": "concurrent",
    "op.create_foreign_key('fk_a', 'account', 'avatar', ['id'], ['id'])": "foreign-key",
    "op.alter_column('account', 'notice', type_=sa.Text())": "changing-column-type",
    "op.get_bind().execute(sa.text('SELECT 1')).all()": "reads the database",
}


def migration(text: str) -> ModuleType:
    made = ModuleType("made")
    exec(text, made.__dict__)
    return made


def written(statement: str, more: str = "") -> ModuleType:
    head = "import sqlalchemy as sa\nfrom alembic import op\n"
    return migration(f"{head}{more}\ndef upgrade():\n    {statement}\n")


def test_what_old_servers_do_not_notice_is_fine() -> None:
    assert offences(migration(HARMLESS), "0099_new.py") == []


@pytest.mark.parametrize("statement", BREAKING)
def test_what_would_stop_old_servers_is_named(statement: str) -> None:
    found = offences(written(statement), "versions/0099_bad.py")
    assert found
    assert all(line.startswith("0099_bad.py: ") for line in found)
    assert any(BREAKING[statement] in line for line in found), found


def test_one_that_was_reviewed_says_why() -> None:
    why = "reviewed = 'the table was never written to'"
    assert offences(written("op.drop_table('avatar')", why), "0099.py") == []
    assert offences(written("op.drop_table('avatar')", "reviewed = ''"), "0099.py") != []


def test_names_tell_old_servers_whether_they_may_serve() -> None:
    assert misnamed(["0040", "0041", "0042.0041", "0043.0041", "0044.0044"]) == []
    for wrong in (["new"], ["0041", "0041"], ["0042.0041", "0043"], ["0042.0043"]):
        assert len(misnamed(wrong)) == 1, wrong


def test_the_new_ones_of_this_version_stop_nobody(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check_migrations.BASELINE not in [one.revision for one in since("0025")]
    monkeypatch.setattr("sys.argv", ["check_migrations"])
    with pytest.raises(SystemExit) as ended:
        check_migrations.main()
    assert capsys.readouterr().out == ""
    assert ended.value.code == 0
