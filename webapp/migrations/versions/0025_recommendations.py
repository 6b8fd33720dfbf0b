"""Recommendations: what visitors want left out, what is looked at together.

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'recommend_choice',
        sa.Column('owner', sa.String(length=80), nullable=False),
        sa.Column('kind', sa.String(length=9), nullable=False),
        sa.Column('series_id', sa.Integer(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('dismissed', 'ignored')", name=op.f('ck_recommend_choice_kind')
        ),
        sa.ForeignKeyConstraint(
            ['series_id'],
            ['series.id'],
            name=op.f('fk_recommend_choice_series_id_series'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('owner', 'kind', 'series_id', name=op.f('pk_recommend_choice')),
    )
    op.create_index('ix_recommend_choice_made_at', 'recommend_choice', ['made_at'])
    op.create_index(op.f('ix_recommend_choice_series_id'), 'recommend_choice', ['series_id'])
    op.create_table(
        'together_count',
        sa.Column('low_id', sa.Integer(), nullable=False),
        sa.Column('high_id', sa.Integer(), nullable=False),
        sa.Column('visitors', sa.Integer(), nullable=False),
        sa.Column('comparisons', sa.Integer(), nullable=False),
        sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('low_id < high_id', name=op.f('ck_together_count_in_order')),
        sa.ForeignKeyConstraint(
            ['low_id'],
            ['series.id'],
            name=op.f('fk_together_count_low_id_series'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['high_id'],
            ['series.id'],
            name=op.f('fk_together_count_high_id_series'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('low_id', 'high_id', name=op.f('pk_together_count')),
    )
    op.create_index(op.f('ix_together_count_high_id'), 'together_count', ['high_id'])


def downgrade() -> None:
    op.drop_table('together_count')
    op.drop_table('recommend_choice')
