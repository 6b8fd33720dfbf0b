"""What visitors save and look at; former values of a trim are found without reading all.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('favourite',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(length=80), nullable=False),
    sa.Column('trim_id', sa.Integer(), nullable=True),
    sa.Column('series_id', sa.Integer(), nullable=True),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(trim_id IS NULL) <> (series_id IS NULL)', name=op.f('ck_favourite_subject')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_favourite_series_id_series'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['trim_id'], ['trim.id'], name=op.f('fk_favourite_trim_id_trim'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_favourite')),
    sa.UniqueConstraint('owner', 'series_id', name=op.f('uq_favourite_owner_series_id')),
    sa.UniqueConstraint('owner', 'trim_id', name=op.f('uq_favourite_owner_trim_id'))
    )
    with op.batch_alter_table('favourite', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_favourite_series_id'), ['series_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_favourite_trim_id'), ['trim_id'], unique=False)

    op.create_table('visit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(length=80), nullable=False),
    sa.Column('trim_id', sa.Integer(), nullable=True),
    sa.Column('series_id', sa.Integer(), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.CheckConstraint('(trim_id IS NULL) <> (series_id IS NULL)', name=op.f('ck_visit_subject')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_visit_series_id_series'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['trim_id'], ['trim.id'], name=op.f('fk_visit_trim_id_trim'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit')),
    sa.UniqueConstraint('owner', 'series_id', name=op.f('uq_visit_owner_series_id')),
    sa.UniqueConstraint('owner', 'trim_id', name=op.f('uq_visit_owner_trim_id'))
    )
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.create_index('ix_visit_owner_seen_at', ['owner', 'seen_at'], unique=False)
        batch_op.create_index('ix_visit_seen_at', ['seen_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_visit_series_id'), ['series_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_visit_trim_id'), ['trim_id'], unique=False)

    with op.batch_alter_table('value', schema=None) as batch_op:
        batch_op.create_index('ix_value_superseded', ['trim_id', 'parameter_id'], unique=False, sqlite_where=sa.text('superseded_at IS NOT NULL'), postgresql_where=sa.text('superseded_at IS NOT NULL'))


def downgrade() -> None:
    with op.batch_alter_table('value', schema=None) as batch_op:
        batch_op.drop_index('ix_value_superseded', sqlite_where=sa.text('superseded_at IS NOT NULL'), postgresql_where=sa.text('superseded_at IS NOT NULL'))

    op.drop_table('visit')
    op.drop_table('favourite')
