"""Where documents went that were merged into others.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('knowledge_move',
    sa.Column('document_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('collection', sa.String(length=40), nullable=False),
    sa.Column('external_id', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('document_id', name=op.f('pk_knowledge_move'))
    )


def downgrade() -> None:
    op.drop_table('knowledge_move')
