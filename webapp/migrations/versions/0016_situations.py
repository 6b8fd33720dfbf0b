"""What is known of the visitor after a turn, kept with it.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('turn', sa.Column('situation', sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column('turn', 'situation')
