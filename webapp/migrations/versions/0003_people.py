"""People: accounts, identities, sessions, exports, erasures, real-name checks.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('nickname', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=9), nullable=False),
    sa.Column('leaves_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('role', sa.String(length=9), nullable=True),
    sa.Column('notice', sa.String(length=10), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('personalised', sa.Boolean(), nullable=False),
    sa.Column('keeps_history', sa.Boolean(), nullable=False),
    sa.Column('basket', sa.String(length=100), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("role IN ('editor', 'moderator', 'operator', 'admin')", name=op.f('ck_account_role')),
    sa.CheckConstraint("state IN ('active', 'suspended', 'leaving')", name=op.f('ck_account_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account'))
    )
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_leaves_at'), ['leaves_at'], unique=False)

    op.create_table('erasure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('parts', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure'))
    )
    op.create_table('avatar',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('webp', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_avatar_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_avatar'))
    )
    op.create_table('data_export',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_data_export_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_export'))
    )
    with op.batch_alter_table('data_export', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_data_export_account_id'), ['account_id'], unique=False)

    op.create_table('identity',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('provider', sa.String(length=6), nullable=False),
    sa.Column('app_id', sa.String(length=40), nullable=False),
    sa.Column('openid', sa.String(length=80), nullable=False),
    sa.Column('unionid', sa.String(length=80), nullable=True),
    sa.Column('nickname', sa.String(length=40), nullable=False),
    sa.Column('linked_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("provider IN ('wechat', 'qq')", name=op.f('ck_identity_provider')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_identity_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity')),
    sa.UniqueConstraint('provider', 'app_id', 'openid', name=op.f('uq_identity_provider_app_id_openid'))
    )
    with op.batch_alter_table('identity', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_identity_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_identity_unionid'), ['unionid'], unique=False)

    op.create_table('login_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('device', sa.String(length=60), nullable=False),
    sa.Column('address', sa.String(length=45), nullable=False),
    sa.Column('provider', sa.String(length=6), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('fresh_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_login_session_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_login_session_token_hash'))
    )
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_login_session_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_login_session_expires_at'), ['expires_at'], unique=False)

    op.create_table('real_name',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('name_mask', sa.String(length=30), nullable=False),
    sa.Column('number_mask', sa.String(length=18), nullable=False),
    sa.Column('verified_number', sa.String(length=64), nullable=True),
    sa.Column('vendor', sa.String(length=10), nullable=False),
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('trace', sa.String(length=64), nullable=False),
    sa.Column('consent', sa.String(length=10), nullable=False),
    sa.Column('consented_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('unknown', 'verified', 'mismatch', 'review')", name=op.f('ck_real_name_state')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_real_name_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_real_name')),
    sa.UniqueConstraint('verified_number', name=op.f('uq_real_name_verified_number'))
    )
    op.create_table('real_name_secret',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_real_name_secret_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_real_name_secret'))
    )
    with op.batch_alter_table('real_name_secret', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_real_name_secret_expires_at'), ['expires_at'], unique=False)

    op.create_table('real_name_try',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('pair', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_real_name_try_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_real_name_try'))
    )
    with op.batch_alter_table('real_name_try', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_real_name_try_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_real_name_try_pair'), ['pair'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('real_name_try', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_real_name_try_pair'))
        batch_op.drop_index(batch_op.f('ix_real_name_try_account_id'))

    op.drop_table('real_name_try')
    with op.batch_alter_table('real_name_secret', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_real_name_secret_expires_at'))

    op.drop_table('real_name_secret')
    op.drop_table('real_name')
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_login_session_expires_at'))
        batch_op.drop_index(batch_op.f('ix_login_session_account_id'))

    op.drop_table('login_session')
    with op.batch_alter_table('identity', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_identity_unionid'))
        batch_op.drop_index(batch_op.f('ix_identity_account_id'))

    op.drop_table('identity')
    with op.batch_alter_table('data_export', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_data_export_account_id'))

    op.drop_table('data_export')
    op.drop_table('avatar')
    op.drop_table('erasure')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_leaves_at'))

    op.drop_table('account')
