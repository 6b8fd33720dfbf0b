"""Watching videos: moments, captions, chapters, views, positions.

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'evidence_point',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('video_id', sa.Integer(), nullable=False),
        sa.Column('trim_id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=True),
        sa.Column('subject', sa.String(length=60), nullable=False),
        sa.Column('second', sa.Integer(), nullable=False),
        sa.Column('note', sa.String(length=60), nullable=False),
        sa.Column('state', sa.String(length=7), nullable=False),
        sa.Column('reason', sa.String(length=200), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'shown', 'refused')", name=op.f('ck_evidence_point_state')
        ),
        sa.CheckConstraint('second >= 0', name=op.f('ck_evidence_point_second')),
        sa.ForeignKeyConstraint(
            ['account_id'],
            ['account.id'],
            name=op.f('fk_evidence_point_account_id_account'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['trim_id'],
            ['trim.id'],
            name=op.f('fk_evidence_point_trim_id_trim'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['video_id'],
            ['video.id'],
            name=op.f('fk_evidence_point_video_id_video'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_point')),
        sa.UniqueConstraint(
            'video_id',
            'trim_id',
            'subject',
            'second',
            name=op.f('uq_evidence_point_video_id_trim_id_subject_second'),
        ),
    )
    op.create_index('ix_evidence_point_account_id', 'evidence_point', ['account_id'])
    op.create_index('ix_evidence_point_trim_id_state', 'evidence_point', ['trim_id', 'state'])
    op.create_index('ix_evidence_point_state_id', 'evidence_point', ['state', 'id'])
    op.create_table(
        'video_details',
        sa.Column('video_id', sa.Integer(), nullable=False),
        sa.Column('chapters', sa.Text(), nullable=False),
        sa.Column('edited_at', sa.DateTime(timezone=True), nullable=False),
        _of_video('video_details'),
        sa.PrimaryKeyConstraint('video_id', name=op.f('pk_video_details')),
    )
    op.create_table(
        'video_captions',
        sa.Column('video_id', sa.Integer(), nullable=False),
        sa.Column('language', sa.String(length=10), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        _of_video('video_captions'),
        sa.PrimaryKeyConstraint('video_id', 'language', name=op.f('pk_video_captions')),
    )
    op.create_table(
        'video_view',
        sa.Column('video_id', sa.Integer(), nullable=False),
        sa.Column('viewer', sa.String(length=40), nullable=False),
        sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
        _of_video('video_view'),
        sa.PrimaryKeyConstraint('video_id', 'viewer', name=op.f('pk_video_view')),
    )
    op.create_index('ix_video_view_counted_at', 'video_view', ['counted_at'])
    op.create_table(
        'watch_position',
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('video_id', sa.Integer(), nullable=False),
        sa.Column('second', sa.Integer(), nullable=False),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['account_id'],
            ['account.id'],
            name=op.f('fk_watch_position_account_id_account'),
            ondelete='CASCADE',
        ),
        _of_video('watch_position'),
        sa.PrimaryKeyConstraint('account_id', 'video_id', name=op.f('pk_watch_position')),
    )
    op.create_index(
        'ix_watch_position_account_id_seen_at', 'watch_position', ['account_id', 'seen_at']
    )
    op.create_index('ix_watch_position_video_id', 'watch_position', ['video_id'])


def _of_video(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ['video_id'], ['video.id'], name=op.f(f'fk_{table}_video_id_video'), ondelete='CASCADE'
    )


def downgrade() -> None:
    for table in (
        'watch_position',
        'video_view',
        'video_captions',
        'video_details',
        'evidence_point',
    ):
        op.drop_table(table)
