"""Videos: uploads with their pieces, videos, what each is played from.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('video',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=True),
    sa.Column('trim_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('visibility', sa.String(length=8), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('source_digest', sa.String(length=64), nullable=True),
    sa.Column('original_key', sa.String(length=120), nullable=True),
    sa.Column('container', sa.String(length=40), nullable=False),
    sa.Column('duration_s', sa.Double(), nullable=True),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('has_sound', sa.Boolean(), nullable=False),
    sa.Column('poster_key', sa.String(length=120), nullable=True),
    sa.Column('storyboard_key', sa.String(length=120), nullable=True),
    sa.Column('storyboard_columns', sa.Integer(), nullable=True),
    sa.Column('storyboard_rows', sa.Integer(), nullable=True),
    sa.Column('storyboard_tile_width', sa.Integer(), nullable=True),
    sa.Column('storyboard_tile_height', sa.Integer(), nullable=True),
    sa.Column('storyboard_step_s', sa.Double(), nullable=True),
    sa.Column('problem', sa.String(length=300), nullable=False),
    sa.Column('detail', sa.String(length=500), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('active_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('views', sa.Integer(), nullable=False),
    sa.CheckConstraint("state IN ('uploading', 'uploaded', 'merging', 'processing', 'playable', 'ready', 'failed', 'hidden')", name=op.f('ck_video_state')),
    sa.CheckConstraint("visibility IN ('listed', 'unlisted')", name=op.f('ck_video_visibility')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_video_account_id_account'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_video_series_id_series'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['trim_id'], ['trim.id'], name=op.f('fk_video_trim_id_trim'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_video')),
    sa.UniqueConstraint('public_id', name=op.f('uq_video_public_id'))
    )
    with op.batch_alter_table('video', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_video_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_video_series_id'), ['series_id'], unique=False)
        batch_op.create_index('ix_video_state_active_at', ['state', 'active_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_video_trim_id'), ['trim_id'], unique=False)
        batch_op.create_index('ix_video_visibility_published_at', ['visibility', 'published_at'], unique=False)

    op.create_table('rendition',
    sa.Column('video_id', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('bitrate', sa.Integer(), nullable=False),
    sa.Column('codecs', sa.String(length=60), nullable=False),
    sa.Column('playlist_key', sa.String(length=120), nullable=False),
    sa.Column('media_key', sa.String(length=120), nullable=False),
    sa.Column('mp4_key', sa.String(length=120), nullable=True),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('height > 0 AND width > 0', name=op.f('ck_rendition_pixels')),
    sa.ForeignKeyConstraint(['video_id'], ['video.id'], name=op.f('fk_rendition_video_id_video'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('video_id', 'height', name=op.f('pk_rendition'))
    )
    op.create_table('upload',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=24), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('video_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=100), nullable=False),
    sa.Column('piece_bytes', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=9), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=True),
    sa.Column('problem', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('active_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('receiving', 'finished', 'done', 'failed', 'cancelled')", name=op.f('ck_upload_state')),
    sa.CheckConstraint('piece_bytes > 0', name=op.f('ck_upload_piece_bytes')),
    sa.CheckConstraint('size > 0', name=op.f('ck_upload_size')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_upload_account_id_account'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['video_id'], ['video.id'], name=op.f('fk_upload_video_id_video'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload')),
    sa.UniqueConstraint('public_id', name=op.f('uq_upload_public_id'))
    )
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_upload_account_id'), ['account_id'], unique=False)
        batch_op.create_index('ix_upload_state_active_at', ['state', 'active_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_upload_video_id'), ['video_id'], unique=False)

    op.create_table('piece',
    sa.Column('upload_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_piece_upload_id_upload'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('upload_id', 'number', name=op.f('pk_piece'))
    )


def downgrade() -> None:
    op.drop_table('piece')
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_upload_video_id'))
        batch_op.drop_index('ix_upload_state_active_at')
        batch_op.drop_index(batch_op.f('ix_upload_account_id'))

    op.drop_table('upload')
    op.drop_table('rendition')
    with op.batch_alter_table('video', schema=None) as batch_op:
        batch_op.drop_index('ix_video_visibility_published_at')
        batch_op.drop_index(batch_op.f('ix_video_trim_id'))
        batch_op.drop_index('ix_video_state_active_at')
        batch_op.drop_index(batch_op.f('ix_video_series_id'))
        batch_op.drop_index(batch_op.f('ix_video_account_id'))

    op.drop_table('video')
