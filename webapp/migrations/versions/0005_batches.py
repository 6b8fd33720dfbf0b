"""Batches: what came into the catalogue together, so that it can be undone.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=6), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=9), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('report', sa.String(), nullable=False),
    sa.Column('before', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('beat_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('upload', 'edit')", name=op.f('ck_batch_kind')),
    sa.CheckConstraint("state IN ('checking', 'checked', 'importing', 'imported', 'undoing', 'undone', 'failed')", name=op.f('ck_batch_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch'))
    )
    with op.batch_alter_table('trim', schema=None) as batch_op:
        batch_op.add_column(sa.Column('batch_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_trim_batch_id'), ['batch_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_trim_batch_id_batch'), 'batch', ['batch_id'], ['id'])

    with op.batch_alter_table('value', schema=None) as batch_op:
        batch_op.add_column(sa.Column('batch_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('ended_by', sa.Integer(), nullable=True))
        batch_op.create_index('ix_value_batch_id', ['batch_id'], unique=False, sqlite_where=sa.text('batch_id IS NOT NULL'), postgresql_where=sa.text('batch_id IS NOT NULL'))
        batch_op.create_index('ix_value_ended_by', ['ended_by'], unique=False, sqlite_where=sa.text('ended_by IS NOT NULL'), postgresql_where=sa.text('ended_by IS NOT NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_value_ended_by_batch'), 'batch', ['ended_by'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_value_batch_id_batch'), 'batch', ['batch_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('value', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_value_batch_id_batch'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_value_ended_by_batch'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_value_ended_by'))
        batch_op.drop_index(batch_op.f('ix_value_batch_id'))
        batch_op.drop_column('ended_by')
        batch_op.drop_column('batch_id')

    with op.batch_alter_table('trim', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_trim_batch_id_batch'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_trim_batch_id'))
        batch_op.drop_column('batch_id')

    op.drop_table('batch')
