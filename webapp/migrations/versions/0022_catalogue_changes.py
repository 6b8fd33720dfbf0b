"""At which version of the catalogue each subject changed last, for the page cache.

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('catalogue_change',
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('subject', name=op.f('pk_catalogue_change'))
    )


def downgrade() -> None:
    op.drop_table('catalogue_change')
