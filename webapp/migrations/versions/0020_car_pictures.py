"""Pictures of cars, and the makers' pages about them.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'car_picture',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('series_id', sa.Integer(), nullable=True),
        sa.Column('trim_id', sa.Integer(), nullable=True),
        sa.Column('source', sa.String(length=120), nullable=False),
        sa.Column('source_url', sa.String(length=300), nullable=True),
        sa.Column('licence', sa.String(length=120), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('digest', sa.String(length=32), nullable=False),
        sa.Column('width', sa.Integer(), nullable=False),
        sa.Column('height', sa.Integer(), nullable=False),
        sa.Column('alt', sa.String(length=100), nullable=False),
        sa.Column('hashes', sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            '(trim_id IS NULL) <> (series_id IS NULL)', name=op.f('ck_car_picture_subject')
        ),
        sa.ForeignKeyConstraint(
            ['series_id'],
            ['series.id'],
            name=op.f('fk_car_picture_series_id_series'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['trim_id'], ['trim.id'], name=op.f('fk_car_picture_trim_id_trim'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_car_picture')),
        sa.UniqueConstraint('series_id', 'digest', name=op.f('uq_car_picture_series_id_digest')),
        sa.UniqueConstraint('trim_id', 'digest', name=op.f('uq_car_picture_trim_id_digest')),
    )
    op.create_index(op.f('ix_car_picture_digest'), 'car_picture', ['digest'], unique=False)
    op.create_table(
        'maker_page',
        sa.Column('series_id', sa.Integer(), nullable=False),
        sa.Column('url', sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ['series_id'],
            ['series.id'],
            name=op.f('fk_maker_page_series_id_series'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('series_id', name=op.f('pk_maker_page')),
    )


def downgrade() -> None:
    op.drop_table('maker_page')
    op.drop_index(op.f('ix_car_picture_digest'), table_name='car_picture')
    op.drop_table('car_picture')
