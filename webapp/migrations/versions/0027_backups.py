"""Nightly backups.

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'backup_run',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('outcome', sa.String(length=8), nullable=False),
        sa.Column('place', sa.String(length=40), nullable=False),
        sa.Column('bytes', sa.BigInteger(), nullable=False),
        sa.Column('media_files', sa.Integer(), nullable=False),
        sa.Column('reason', sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('proven', 'unproven', 'failed')", name=op.f('ck_backup_run_outcome')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_backup_run')),
    )
    op.create_index(op.f('ix_backup_run_began_at'), 'backup_run', ['began_at'])


def downgrade() -> None:
    op.drop_table('backup_run')
