"""Conversations: questions, answers frame by frame, and what visitors thought of them.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('conversation',
    sa.Column('id', sa.String(length=22), nullable=False),
    sa.Column('owner', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversation'))
    )
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conversation_owner_updated_at'), ['owner', 'updated_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_conversation_updated_at'), ['updated_at'], unique=False)

    op.create_table('turn',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.String(length=22), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('page', sa.Text(), nullable=True),
    sa.Column('ask_key', sa.String(length=64), nullable=True),
    sa.Column('state', sa.String(length=7), nullable=False),
    sa.Column('stop_asked', sa.Boolean(), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('running', 'done', 'stopped', 'failed')", name=op.f('ck_turn_state')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_turn_conversation_id_conversation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['parent_id'], ['turn.id'], name=op.f('fk_turn_parent_id_turn'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_turn')),
    sa.UniqueConstraint('ask_key', name=op.f('uq_turn_ask_key')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('turn', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_turn_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_turn_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index('uq_turn_running', ['conversation_id'], unique=True, sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'"))

    op.create_table('turn_feedback',
    sa.Column('turn_id', sa.Integer(), nullable=False),
    sa.Column('thumb', sa.String(length=4), nullable=False),
    sa.Column('reasons', sa.String(length=100), nullable=False),
    sa.Column('comment', sa.String(length=500), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("thumb IN ('up', 'down')", name=op.f('ck_turn_feedback_thumb')),
    sa.ForeignKeyConstraint(['turn_id'], ['turn.id'], name=op.f('fk_turn_feedback_turn_id_turn'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('turn_id', name=op.f('pk_turn_feedback'))
    )
    op.create_table('turn_frame',
    sa.Column('turn_id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['turn_id'], ['turn.id'], name=op.f('fk_turn_frame_turn_id_turn'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('turn_id', 'seq', name=op.f('pk_turn_frame'))
    )


def downgrade() -> None:
    op.drop_table('turn_frame')
    op.drop_table('turn_feedback')
    with op.batch_alter_table('turn', schema=None) as batch_op:
        batch_op.drop_index('uq_turn_running', sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'"))
        batch_op.drop_index(batch_op.f('ix_turn_parent_id'))
        batch_op.drop_index(batch_op.f('ix_turn_conversation_id'))

    op.drop_table('turn')
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_conversation_updated_at'))
        batch_op.drop_index(batch_op.f('ix_conversation_owner_updated_at'))

    op.drop_table('conversation')
