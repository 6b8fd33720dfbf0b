"""The rules a document of the knowledge base takes values from.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('knowledge_document',
    sa.Column('rules', sa.String(length=2000), server_default='', nullable=False)
    )


def downgrade() -> None:
    op.drop_column('knowledge_document', 'rules')
