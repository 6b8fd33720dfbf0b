"""How often the pages of trims and series are opened.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('page_views',
    sa.Column('kind', sa.String(length=6), nullable=False),
    sa.Column('subject_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('views', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('trims', 'series')", name=op.f('ck_page_views_kind')),
    sa.PrimaryKeyConstraint('kind', 'subject_id', 'day', name=op.f('pk_page_views'))
    )


def downgrade() -> None:
    op.drop_table('page_views')
