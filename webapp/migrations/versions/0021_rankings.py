"""Rankings as published, their runs, comparisons counted, and registrations as a scope of sales.

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import webapp.columns

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _scopes("scope IN ('retail', 'wholesale', 'insured')")
    op.create_table('pair_views',
    sa.Column('low_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('high_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('views', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('low_id', 'high_id', 'day', name=op.f('pk_pair_views'))
    )
    op.create_table('ranking',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('period', sa.String(length=7), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('printed', sa.String(length=64), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('inputs', sa.Text(), nullable=False),
    sa.Column('published_at', webapp.columns.UtcDateTime(), nullable=False),
    sa.Column('superseded_at', webapp.columns.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ranking'))
    )
    op.create_index('ix_ranking_superseded_at', 'ranking', ['superseded_at'])
    op.create_index('uq_ranking_current', 'ranking', ['name', 'period'], unique=True,
        sqlite_where=sa.text('superseded_at IS NULL'),
        postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_table('ranking_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('night', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=7), nullable=False),
    sa.Column('started_at', webapp.columns.UtcDateTime(), nullable=False),
    sa.Column('ended_at', webapp.columns.UtcDateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('published', sa.Integer(), nullable=False),
    sa.Column('unchanged', sa.Integer(), nullable=False),
    sa.Column('failures', sa.Text(), nullable=False),
    sa.CheckConstraint("state IN ('running', 'done', 'failed')", name=op.f('ck_ranking_run_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ranking_run')),
    sa.UniqueConstraint('night', name=op.f('uq_ranking_run_night'))
    )


def _scopes(allowed: str) -> None:
    with op.batch_alter_table('sales') as sales:
        sales.drop_constraint(op.f('ck_sales_scope'), type_='check')
        sales.create_check_constraint(op.f('ck_sales_scope'), allowed)


def downgrade() -> None:
    op.drop_table('ranking_run')
    op.drop_table('ranking')
    op.drop_table('pair_views')
    op.execute("DELETE FROM sales WHERE scope = 'insured'")
    _scopes("scope IN ('retail', 'wholesale')")
