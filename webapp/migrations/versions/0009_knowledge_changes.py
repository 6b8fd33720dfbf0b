"""What staff ask of the knowledge base: files taken in, documents taken out.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('knowledge_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=7), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('collection', sa.String(length=40), nullable=False),
    sa.Column('document', sa.String(length=200), nullable=True),
    sa.Column('given', sa.String(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('report', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('beat_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('upload', 'removal')", name=op.f('ck_knowledge_change_kind')),
    sa.CheckConstraint("state IN ('checking', 'checked', 'applying', 'applied', 'stopped', 'failed')", name=op.f('ck_knowledge_change_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_knowledge_change'))
    )


def downgrade() -> None:
    op.drop_table('knowledge_change')
