"""Staff login: invitations, keys, recovery codes, attempts.

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'staff_invite',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=True),
        sa.Column('role', sa.String(length=9), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('editor', 'moderator', 'operator', 'admin')",
            name=op.f('ck_staff_invite_role'),
        ),
        sa.ForeignKeyConstraint(
            ['account_id'],
            ['account.id'],
            name=op.f('fk_staff_invite_account_id_account'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_invite')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_staff_invite_token_hash')),
    )
    op.create_index(op.f('ix_staff_invite_account_id'), 'staff_invite', ['account_id'])
    op.create_index(op.f('ix_staff_invite_expires_at'), 'staff_invite', ['expires_at'])
    op.create_table(
        'staff_key',
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=30), nullable=False),
        sa.Column('password_hash', sa.String(length=200), nullable=False),
        sa.Column('sealed_secret', sa.LargeBinary(), nullable=False),
        sa.Column('last_step', sa.BigInteger(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['account_id'],
            ['account.id'],
            name=op.f('fk_staff_key_account_id_account'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('account_id', name=op.f('pk_staff_key')),
        sa.UniqueConstraint('name', name=op.f('uq_staff_key_name')),
    )
    op.create_table(
        'staff_code',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('code_hash', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ['account_id'],
            ['staff_key.account_id'],
            name=op.f('fk_staff_code_account_id_staff_key'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_code')),
    )
    op.create_index(op.f('ix_staff_code_account_id'), 'staff_code', ['account_id'])
    op.create_table(
        'staff_try',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('mark', sa.String(length=64), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_try')),
    )
    op.create_index(op.f('ix_staff_try_mark'), 'staff_try', ['mark'])
    op.create_index(op.f('ix_staff_try_at'), 'staff_try', ['at'])


def downgrade() -> None:
    op.drop_table('staff_try')
    op.drop_table('staff_code')
    op.drop_table('staff_key')
    op.drop_table('staff_invite')
