"""Other names of brands, series and groups of brands.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('alias',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=6), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('alias', sa.String(length=60), nullable=False),
    sa.Column('members', sa.String(length=300), nullable=False),
    sa.Column('origin', sa.String(length=7), nullable=False),
    sa.CheckConstraint("kind IN ('brand', 'series', 'group')", name=op.f('ck_alias_kind')),
    sa.CheckConstraint("origin IN ('shipped', 'edited')", name=op.f('ck_alias_origin')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alias')),
    sa.UniqueConstraint('kind', 'alias', name=op.f('uq_alias_kind_alias'))
    )


def downgrade() -> None:
    op.drop_table('alias')
