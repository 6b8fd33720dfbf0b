"""What staff say about the columns of an import file, kept per upload and per source.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import webapp.columns

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('batch',
    sa.Column('plan', sa.String(), server_default='{}', nullable=False)
    )
    op.create_table('column_plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('columns', sa.String(), nullable=False),
    sa.Column('changed_at', webapp.columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_column_plan')),
    sa.UniqueConstraint('source', name=op.f('uq_column_plan_source'))
    )


def downgrade() -> None:
    op.drop_table('column_plan')
    op.drop_column('batch', 'plan')
