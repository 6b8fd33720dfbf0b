"""The catalogue: brands to trims, values with their sources, sales, class figures.

Revision ID: 0001
Revises: 
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('brand',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('origin', sa.String(length=10), nullable=True),
    sa.Column('initial', sa.String(length=1), nullable=False),
    sa.Column('pinyin', sa.String(length=120), nullable=False),
    sa.Column('aliases', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brand')),
    sa.UniqueConstraint('name', name=op.f('uq_brand_name'))
    )
    with op.batch_alter_table('brand', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_brand_initial'), ['initial'], unique=False)

    op.create_table('catalogue_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_catalogue_version'))
    )
    op.create_table('class_figure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('size', sa.String(length=6), nullable=False),
    sa.Column('body', sa.String(length=6), nullable=False),
    sa.Column('energy', sa.String(length=4), nullable=False),
    sa.Column('field', sa.String(length=20), nullable=False),
    sa.Column('low', sa.Double(), nullable=False),
    sa.Column('median', sa.Double(), nullable=False),
    sa.Column('high', sa.Double(), nullable=False),
    sa.Column('trims', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_figure')),
    sa.UniqueConstraint('size', 'body', 'energy', 'field', name=op.f('uq_class_figure_size_body_energy_field'))
    )
    op.create_table('maker',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_maker')),
    sa.UniqueConstraint('name', name=op.f('uq_maker_name'))
    )
    op.create_table('parameter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('section', sa.String(length=20), nullable=False),
    sa.Column('label', sa.String(length=60), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=True),
    sa.Column('type', sa.String(length=6), nullable=False),
    sa.Column('better', sa.String(length=4), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.CheckConstraint("better IN ('high', 'low')", name=op.f('ck_parameter_better')),
    sa.CheckConstraint("type IN ('number', 'text', 'flag')", name=op.f('ck_parameter_type')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parameter')),
    sa.UniqueConstraint('key', name=op.f('uq_parameter_key')),
    sa.UniqueConstraint('label', name=op.f('uq_parameter_label'))
    )
    op.create_table('source',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('url', sa.String(length=300), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source')),
    sa.UniqueConstraint('name', name=op.f('uq_source_name'))
    )
    op.create_table('series',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('brand_id', sa.Integer(), nullable=False),
    sa.Column('maker_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('pinyin', sa.String(length=200), nullable=False),
    sa.Column('aliases', sa.String(length=300), nullable=False),
    sa.Column('body', sa.String(length=6), nullable=True),
    sa.Column('size', sa.String(length=6), nullable=True),
    sa.Column('energies', sa.String(length=40), nullable=False),
    sa.Column('status', sa.String(length=4), nullable=True),
    sa.Column('price_min_fen', sa.BigInteger(), nullable=True),
    sa.Column('price_max_fen', sa.BigInteger(), nullable=True),
    sa.Column('sales_recent', sa.Integer(), nullable=True),
    sa.Column('sales_period', sa.String(length=7), nullable=True),
    sa.CheckConstraint("body IN ('SUV', '轿车', '两厢车', 'MPV', '旅行车', '跑车', '皮卡')", name=op.f('ck_series_body')),
    sa.CheckConstraint("size IN ('微型', '小型', '紧凑型', '中型', '中大型', '大型')", name=op.f('ck_series_size')),
    sa.CheckConstraint("status IN ('在售', '停售', '未上市')", name=op.f('ck_series_status')),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_series_brand_id_brand')),
    sa.ForeignKeyConstraint(['maker_id'], ['maker.id'], name=op.f('fk_series_maker_id_maker')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series')),
    sa.UniqueConstraint('brand_id', 'name', name=op.f('uq_series_brand_id_name'))
    )
    with op.batch_alter_table('series', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_series_maker_id'), ['maker_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_series_name'), ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_series_sales_recent'), ['sales_recent'], unique=False)

    op.create_table('sales',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=7), nullable=False),
    sa.Column('scope', sa.String(length=9), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("scope IN ('retail', 'wholesale')", name=op.f('ck_sales_scope')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_sales_series_id_series'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_sales_source_id_source')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sales')),
    sa.UniqueConstraint('series_id', 'period', 'scope', name=op.f('uq_sales_series_id_period_scope'))
    )
    with op.batch_alter_table('sales', schema=None) as batch_op:
        batch_op.create_index('ix_sales_scope_period', ['scope', 'period'], unique=False)

    op.create_table('trim',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('model_year', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(length=4), nullable=True),
    sa.Column('launch', sa.String(length=7), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('price_fen', sa.BigInteger(), nullable=True),
    sa.Column('energy', sa.String(length=4), nullable=True),
    sa.Column('range_km', sa.Integer(), nullable=True),
    sa.Column('range_cycle', sa.String(length=4), nullable=True),
    sa.Column('battery_kwh', sa.Double(), nullable=True),
    sa.Column('fuel_l_100km', sa.Double(), nullable=True),
    sa.Column('power_kw', sa.Double(), nullable=True),
    sa.Column('torque_nm', sa.Double(), nullable=True),
    sa.Column('accel_0_100_s', sa.Double(), nullable=True),
    sa.Column('seats', sa.Integer(), nullable=True),
    sa.Column('body', sa.String(length=6), nullable=True),
    sa.Column('size', sa.String(length=6), nullable=True),
    sa.Column('drive', sa.String(length=4), nullable=True),
    sa.Column('gearbox', sa.String(length=4), nullable=True),
    sa.Column('length_mm', sa.Integer(), nullable=True),
    sa.Column('width_mm', sa.Integer(), nullable=True),
    sa.Column('height_mm', sa.Integer(), nullable=True),
    sa.Column('wheelbase_mm', sa.Integer(), nullable=True),
    sa.Column('features', sa.Integer(), nullable=False),
    sa.Column('features_known', sa.Integer(), nullable=False),
    sa.CheckConstraint("body IN ('SUV', '轿车', '两厢车', 'MPV', '旅行车', '跑车', '皮卡')", name=op.f('ck_trim_body')),
    sa.CheckConstraint("energy IN ('BEV', 'PHEV', 'EREV', 'HEV', 'ICE', 'FCEV')", name=op.f('ck_trim_energy')),
    sa.CheckConstraint("size IN ('微型', '小型', '紧凑型', '中型', '中大型', '大型')", name=op.f('ck_trim_size')),
    sa.CheckConstraint("status IN ('在售', '停售', '未上市')", name=op.f('ck_trim_status')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_trim_series_id_series')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trim')),
    sa.UniqueConstraint('key', name=op.f('uq_trim_key'))
    )
    with op.batch_alter_table('trim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trim_body'), ['body'], unique=False)
        batch_op.create_index(batch_op.f('ix_trim_energy'), ['energy'], unique=False)
        batch_op.create_index(batch_op.f('ix_trim_launch'), ['launch'], unique=False)
        batch_op.create_index(batch_op.f('ix_trim_model_year'), ['model_year'], unique=False)
        batch_op.create_index(batch_op.f('ix_trim_price_fen'), ['price_fen'], unique=False)
        batch_op.create_index('ix_trim_series_id_model_year', ['series_id', 'model_year'], unique=False)

    op.create_table('value',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('trim_id', sa.Integer(), nullable=False),
    sa.Column('parameter_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Double(), nullable=True),
    sa.Column('text', sa.String(length=2000), nullable=True),
    sa.Column('fitted', sa.String(length=8), nullable=True),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('captured', sa.String(length=7), nullable=False),
    sa.Column('confidence', sa.String(length=8), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("confidence IN ('official', 'listed', 'measured', 'derived')", name=op.f('ck_value_confidence')),
    sa.CheckConstraint("fitted IN ('standard', 'optional', 'absent')", name=op.f('ck_value_fitted')),
    sa.ForeignKeyConstraint(['parameter_id'], ['parameter.id'], name=op.f('fk_value_parameter_id_parameter')),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_value_source_id_source')),
    sa.ForeignKeyConstraint(['trim_id'], ['trim.id'], name=op.f('fk_value_trim_id_trim'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_value'))
    )
    with op.batch_alter_table('value', schema=None) as batch_op:
        batch_op.create_index('uq_value_current', ['trim_id', 'parameter_id'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))



def downgrade() -> None:
    with op.batch_alter_table('value', schema=None) as batch_op:
        batch_op.drop_index('uq_value_current', sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))

    op.drop_table('value')
    with op.batch_alter_table('trim', schema=None) as batch_op:
        batch_op.drop_index('ix_trim_series_id_model_year')
        batch_op.drop_index(batch_op.f('ix_trim_price_fen'))
        batch_op.drop_index(batch_op.f('ix_trim_model_year'))
        batch_op.drop_index(batch_op.f('ix_trim_launch'))
        batch_op.drop_index(batch_op.f('ix_trim_energy'))
        batch_op.drop_index(batch_op.f('ix_trim_body'))

    op.drop_table('trim')
    with op.batch_alter_table('sales', schema=None) as batch_op:
        batch_op.drop_index('ix_sales_scope_period')

    op.drop_table('sales')
    with op.batch_alter_table('series', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_series_sales_recent'))
        batch_op.drop_index(batch_op.f('ix_series_name'))
        batch_op.drop_index(batch_op.f('ix_series_maker_id'))

    op.drop_table('series')
    op.drop_table('source')
    op.drop_table('parameter')
    op.drop_table('maker')
    op.drop_table('class_figure')
    op.drop_table('catalogue_version')
    with op.batch_alter_table('brand', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_brand_initial'))

    op.drop_table('brand')
