"""Corrections with their reasons, doubts that were explained, dealer prices, names of sources.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import webapp.columns

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

RENAMED = {
    'Kaggle China Automobile Sales Data': '车主之家，经 Kaggle',
    'chinese-car-watch 月度销量': '车主之家或汽车之家，经 chinese-car-watch',
}
"""Sources of the shipped sales, by the collection they came through, to who counted."""
UNKNOWN = '车主之家或汽车之家，经 chinese-car-watch'


def upgrade() -> None:
    op.create_table('explained_doubt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('trim_id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.String(length=20), nullable=False),
    sa.Column('said', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('explained_at', webapp.columns.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['trim_id'], ['trim.id'], name=op.f('fk_explained_doubt_trim_id_trim'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_explained_doubt')),
    sa.UniqueConstraint('trim_id', 'rule', name=op.f('uq_explained_doubt_trim_id_rule'))
    )
    op.add_column('batch', sa.Column('reason', sa.String(length=300), nullable=True))
    op.add_column('trim', sa.Column('dealer_price_fen', sa.BigInteger(), nullable=True))
    with op.batch_alter_table('sales') as sales:
        sales.add_column(
            sa.Column('confidence', sa.String(length=6), server_default='listed', nullable=False)
        )
        sales.create_check_constraint(op.f('ck_sales_confidence'), "confidence IN ('listed', 'low')")
    _fill()


def _fill() -> None:
    """What the values already say."""
    connection = op.get_bind()
    connection.execute(
        sa.text(
            "UPDATE trim SET dealer_price_fen = (SELECT CAST(ROUND(value.number * 1000000) AS BIGINT)"
            " FROM value JOIN parameter ON parameter.id = value.parameter_id"
            " WHERE value.trim_id = trim.id AND value.superseded_at IS NULL"
            " AND parameter.key = 'dealer_price_wan')"
        )
    )
    for old, new in RENAMED.items():
        connection.execute(
            sa.text(
                "UPDATE source SET name = :new WHERE name = :old"
                " AND NOT EXISTS (SELECT 1 FROM source WHERE name = :new)"
            ),
            {'old': old, 'new': new},
        )
    connection.execute(
        sa.text(
            "UPDATE sales SET confidence = 'low'"
            " WHERE source_id IN (SELECT id FROM source WHERE name = :name)"
        ),
        {'name': UNKNOWN},
    )


def downgrade() -> None:
    with op.batch_alter_table('sales') as sales:
        sales.drop_constraint(op.f('ck_sales_confidence'), type_='check')
        sales.drop_column('confidence')
    op.drop_column('trim', 'dealer_price_fen')
    op.drop_column('batch', 'reason')
    op.drop_table('explained_doubt')
