"""Further titles of a document: what else it is asked by.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('knowledge_document',
    sa.Column('also', sa.String(length=600), server_default='', nullable=False)
    )


def downgrade() -> None:
    op.drop_column('knowledge_document', 'also')
