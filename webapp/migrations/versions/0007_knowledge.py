"""The knowledge base: documents, passages, vectors.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('knowledge_document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('collection', sa.String(length=40), nullable=False),
    sa.Column('external_id', sa.String(length=200), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('summary', sa.String(length=600), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('author', sa.String(length=100), nullable=True),
    sa.Column('date', sa.String(length=10), nullable=True),
    sa.Column('series', sa.String(length=100), nullable=True),
    sa.Column('topic', sa.String(length=40), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_knowledge_document')),
    sa.UniqueConstraint('collection', 'external_id', name=op.f('uq_knowledge_document_collection_external_id')),
    sqlite_autoincrement=True
    )
    op.create_table('knowledge_passage',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('heading', sa.String(length=200), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('markdown', sa.String(), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['knowledge_document.id'], name=op.f('fk_knowledge_passage_document_id_knowledge_document'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_knowledge_passage')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('knowledge_passage', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_knowledge_passage_digest'), ['digest'], unique=False)
        batch_op.create_index(batch_op.f('ix_knowledge_passage_document_id'), ['document_id'], unique=False)

    op.create_table('knowledge_vector',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('model', sa.String(length=100), nullable=False),
    sa.Column('vector', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('digest', 'model', name=op.f('pk_knowledge_vector'))
    )
    op.create_table('knowledge_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_knowledge_version'))
    )
    op.create_table('knowledge_job',
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('detail', sa.String(length=500), nullable=False),
    sa.Column('beat_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('kind', name=op.f('pk_knowledge_job'))
    )


def downgrade() -> None:
    op.drop_table('knowledge_job')
    op.drop_table('knowledge_version')
    op.drop_table('knowledge_vector')
    op.drop_table('knowledge_passage')
    op.drop_table('knowledge_document')
