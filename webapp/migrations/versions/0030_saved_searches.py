"""Saved searches with the cars that newly match, changes of the price of favourites, and trims as
they were when they were last looked at.

Revision ID: 0030
Revises: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'saved_search',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('owner', sa.String(length=80), nullable=False),
        sa.Column('name', sa.String(length=40), nullable=False),
        sa.Column('conditions', sa.Text(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('alerts', sa.Boolean(), nullable=False),
        sa.Column('most_a_day', sa.Integer(), nullable=False),
        sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('fresh', sa.Integer(), nullable=False),
        sa.Column('waiting', sa.Integer(), nullable=False),
        sa.Column('gathered', sa.Integer(), nullable=False),
        sa.Column('gathered_on', sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_search')),
        sa.UniqueConstraint('owner', 'digest', name=op.f('uq_saved_search_owner_digest')),
        sqlite_autoincrement=True,
    )
    op.create_table(
        'saved_watch',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=True),
        sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_watch')),
    )
    op.create_table(
        'price_change',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('owner', sa.String(length=80), nullable=False),
        sa.Column('trim_id', sa.Integer(), nullable=False),
        sa.Column('series_id', sa.Integer(), nullable=True),
        sa.Column('was_fen', sa.BigInteger(), nullable=True),
        sa.Column('now_fen', sa.BigInteger(), nullable=False),
        sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['series_id'],
            ['series.id'],
            name=op.f('fk_price_change_series_id_series'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['trim_id'], ['trim.id'], name=op.f('fk_price_change_trim_id_trim'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_price_change')),
        sqlite_autoincrement=True,
    )
    op.create_index('ix_price_change_owner_trim_id', 'price_change', ['owner', 'trim_id'])
    op.create_index(op.f('ix_price_change_series_id'), 'price_change', ['series_id'])
    op.create_index('ix_price_change_told_at', 'price_change', ['told_at'])
    op.create_index(op.f('ix_price_change_trim_id'), 'price_change', ['trim_id'])
    op.create_table(
        'search_hit',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('search_id', sa.Integer(), nullable=False),
        sa.Column('trim_id', sa.Integer(), nullable=False),
        sa.Column('reason', sa.String(length=40), nullable=False),
        sa.Column('was_fen', sa.BigInteger(), nullable=True),
        sa.Column('now_fen', sa.BigInteger(), nullable=True),
        sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('alone', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ['search_id'],
            ['saved_search.id'],
            name=op.f('fk_search_hit_search_id_saved_search'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['trim_id'], ['trim.id'], name=op.f('fk_search_hit_trim_id_trim'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_search_hit')),
        sa.UniqueConstraint(
            'search_id', 'trim_id', 'reason', name=op.f('uq_search_hit_search_id_trim_id_reason')
        ),
        sqlite_autoincrement=True,
    )
    op.create_index('ix_search_hit_told_at', 'search_hit', ['told_at'])
    op.create_index(op.f('ix_search_hit_trim_id'), 'search_hit', ['trim_id'])
    op.create_table(
        'seen_trim',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('price_fen', sa.BigInteger(), nullable=True),
        sa.Column('energy', sa.String(length=4), nullable=True),
        sa.Column('body', sa.String(length=6), nullable=True),
        sa.Column('size', sa.String(length=6), nullable=True),
        sa.Column('seats', sa.Integer(), nullable=True),
        sa.Column('brand', sa.String(length=60), nullable=True),
        sa.Column('series', sa.String(length=80), nullable=True),
        sa.Column('origin', sa.String(length=10), nullable=True),
        sa.Column('range_km', sa.Integer(), nullable=True),
        sa.Column('battery_kwh', sa.Double(), nullable=True),
        sa.Column('fuel_l_100km', sa.Double(), nullable=True),
        sa.Column('accel_0_100_s', sa.Double(), nullable=True),
        sa.Column('power_kw', sa.Double(), nullable=True),
        sa.Column('torque_nm', sa.Double(), nullable=True),
        sa.Column('drive', sa.String(length=4), nullable=True),
        sa.Column('gearbox', sa.String(length=4), nullable=True),
        sa.Column('model_year', sa.Integer(), nullable=True),
        sa.Column('status', sa.String(length=4), nullable=True),
        sa.Column('length_mm', sa.Integer(), nullable=True),
        sa.Column('width_mm', sa.Integer(), nullable=True),
        sa.Column('height_mm', sa.Integer(), nullable=True),
        sa.Column('wheelbase_mm', sa.Integer(), nullable=True),
        sa.Column('features', sa.Integer(), nullable=True),
        sa.Column('range_cycle', sa.String(length=4), nullable=True),
        sa.Column('displacement_l', sa.Double(), nullable=True),
        sa.Column('cylinders', sa.Integer(), nullable=True),
        sa.Column('aspiration', sa.String(length=4), nullable=True),
        sa.Column('transmission', sa.String(length=5), nullable=True),
        sa.Column('gears', sa.Integer(), nullable=True),
        sa.Column('chemistry', sa.String(length=4), nullable=True),
        sa.Column('motors', sa.String(length=3), nullable=True),
        sa.Column('consumption_kwh_100km', sa.Double(), nullable=True),
        sa.Column('fast_charge_min', sa.Integer(), nullable=True),
        sa.Column('trunk_l', sa.Integer(), nullable=True),
        sa.Column('fuel_tank_l', sa.Double(), nullable=True),
        sa.Column('ground_clearance_mm', sa.Integer(), nullable=True),
        sa.Column('top_speed_kmh', sa.Integer(), nullable=True),
        sa.Column('airbags', sa.Integer(), nullable=True),
        sa.Column('door_kind', sa.String(length=5), nullable=True),
        sa.Column('tyre_width_mm', sa.Integer(), nullable=True),
        sa.Column('rim_inch', sa.Integer(), nullable=True),
        sa.Column('centre_screen_in', sa.Double(), nullable=True),
        sa.Column('features_known', sa.Integer(), nullable=True),
        sa.Column('names', sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ['id'], ['trim.id'], name=op.f('fk_seen_trim_id_trim'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_seen_trim')),
    )


def downgrade() -> None:
    op.drop_table('seen_trim')
    op.drop_index(op.f('ix_search_hit_trim_id'), table_name='search_hit')
    op.drop_index('ix_search_hit_told_at', table_name='search_hit')
    op.drop_table('search_hit')
    op.drop_index(op.f('ix_price_change_trim_id'), table_name='price_change')
    op.drop_index('ix_price_change_told_at', table_name='price_change')
    op.drop_index(op.f('ix_price_change_series_id'), table_name='price_change')
    op.drop_index('ix_price_change_owner_trim_id', table_name='price_change')
    op.drop_table('price_change')
    op.drop_table('saved_watch')
    op.drop_table('saved_search')
