"""Parameters that lists can be filtered by: engine, gearbox, battery, room, wheels.

The columns stay empty until `cars refresh --all` derives them from the values.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

COLUMNS = (
    ('displacement_l', sa.Double()),
    ('cylinders', sa.Integer()),
    ('aspiration', sa.String(length=4)),
    ('transmission', sa.String(length=5)),
    ('gears', sa.Integer()),
    ('chemistry', sa.String(length=4)),
    ('motors', sa.String(length=3)),
    ('consumption_kwh_100km', sa.Double()),
    ('fast_charge_min', sa.Integer()),
    ('trunk_l', sa.Integer()),
    ('fuel_tank_l', sa.Double()),
    ('ground_clearance_mm', sa.Integer()),
    ('top_speed_kmh', sa.Integer()),
    ('airbags', sa.Integer()),
    ('door_kind', sa.String(length=5)),
    ('tyre_width_mm', sa.Integer()),
    ('rim_inch', sa.Integer()),
    ('centre_screen_in', sa.Double()),
)


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column('trim', sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name, _ in reversed(COLUMNS):
        op.drop_column('trim', name)
