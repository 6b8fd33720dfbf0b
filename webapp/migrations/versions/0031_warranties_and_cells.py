"""Further parameters that lists can be filtered by: cells, warranties, voltage, wading, lidars.

The columns stay empty until `cars refresh --all` derives them from the values.

Revision ID: 0031
Revises: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None

COLUMNS = (
    ('cell_maker', sa.String(length=4)),
    ('warranty_years', sa.Integer()),
    ('ev_warranty', sa.String(length=6)),
    ('voltage_v', sa.Integer()),
    ('wading_mm', sa.Integer()),
    ('lidars', sa.Integer()),
)
TABLES = ('trim', 'seen_trim')


def upgrade() -> None:
    for table in TABLES:
        for name, kind in COLUMNS:
            op.add_column(table, sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for table in TABLES:
        for name, _ in reversed(COLUMNS):
            op.drop_column(table, name)
