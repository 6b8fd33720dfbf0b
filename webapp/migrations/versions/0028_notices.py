"""Notices: what people are told, what they chose, and what goes out by which channel.

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'notice',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=30), nullable=False),
        sa.Column('subject', sa.String(length=80), nullable=False),
        sa.Column('title', sa.String(length=120), nullable=False),
        sa.Column('body', sa.String(length=300), nullable=False),
        sa.Column('address', sa.String(length=300), nullable=False),
        sa.Column('times', sa.Integer(), nullable=False),
        sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['account_id'],
            ['account.id'],
            name=op.f('fk_notice_account_id_account'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
        sa.UniqueConstraint(
            'account_id', 'kind', 'subject', name=op.f('uq_notice_account_id_kind_subject')
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_notice_account_id_told_at'), 'notice', ['account_id', 'told_at'])
    op.create_index(op.f('ix_notice_told_at'), 'notice', ['told_at'])

    op.create_table(
        'notice_choice',
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=30), nullable=False),
        sa.Column('muted', sa.Boolean(), nullable=False),
        sa.Column('mail', sa.Boolean(), nullable=False),
        sa.Column('wechat', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ['account_id'],
            ['account.id'],
            name=op.f('fk_notice_choice_account_id_account'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('account_id', 'kind', name=op.f('pk_notice_choice')),
    )
    op.create_table(
        'notice_person',
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('mail', sa.String(length=254), nullable=True),
        sa.Column('mail_asked', sa.String(length=254), nullable=True),
        sa.Column('mails', sa.Boolean(), nullable=False),
        sa.Column('quiet_from', sa.Integer(), nullable=False),
        sa.Column('quiet_to', sa.Integer(), nullable=False),
        sa.Column('most_a_day', sa.Integer(), nullable=False),
        sa.Column('digest_at', sa.Integer(), nullable=True),
        sa.Column('digest_on', sa.Date(), nullable=True),
        sa.Column('counted_on', sa.Date(), nullable=True),
        sa.Column('counted', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['account_id'],
            ['account.id'],
            name=op.f('fk_notice_person_account_id_account'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('account_id', name=op.f('pk_notice_person')),
    )
    op.create_table(
        'notice_actor',
        sa.Column('notice_id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=40), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['account_id'],
            ['account.id'],
            name=op.f('fk_notice_actor_account_id_account'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['notice_id'],
            ['notice.id'],
            name=op.f('fk_notice_actor_notice_id_notice'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('notice_id', 'account_id', name=op.f('pk_notice_actor')),
    )
    op.create_index(op.f('ix_notice_actor_account_id'), 'notice_actor', ['account_id'])

    op.create_table(
        'notice_delivery',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('notice_id', sa.Integer(), nullable=True),
        sa.Column('digest_id', sa.Integer(), nullable=True),
        sa.Column('digest_on', sa.Date(), nullable=True),
        sa.Column('purpose', sa.String(length=7), nullable=False),
        sa.Column('channel', sa.String(length=6), nullable=False),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.Column('reason', sa.String(length=40), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "channel IN ('mail', 'wechat')", name=op.f('ck_notice_delivery_channel')
        ),
        sa.CheckConstraint(
            "purpose IN ('notice', 'digest', 'confirm')", name=op.f('ck_notice_delivery_purpose')
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'held', 'given_up', 'sent', 'skipped')",
            name=op.f('ck_notice_delivery_state'),
        ),
        sa.ForeignKeyConstraint(
            ['account_id'],
            ['account.id'],
            name=op.f('fk_notice_delivery_account_id_account'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['digest_id'],
            ['notice_delivery.id'],
            name=op.f('fk_notice_delivery_digest_id_notice_delivery'),
            ondelete='SET NULL',
        ),
        sa.ForeignKeyConstraint(
            ['notice_id'],
            ['notice.id'],
            name=op.f('fk_notice_delivery_notice_id_notice'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_delivery')),
        sa.UniqueConstraint(
            'account_id', 'digest_on', name=op.f('uq_notice_delivery_account_id_digest_on')
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_notice_delivery_digest_id'), 'notice_delivery', ['digest_id'])
    op.create_index(op.f('ix_notice_delivery_notice_id'), 'notice_delivery', ['notice_id'])
    op.create_index(op.f('ix_notice_delivery_state_due_at'), 'notice_delivery', ['state', 'due_at'])
    op.create_index(
        'uq_notice_delivery_open',
        'notice_delivery',
        ['notice_id', 'channel'],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting', 'held') AND notice_id IS NOT NULL"),
        postgresql_where=sa.text("state IN ('waiting', 'held') AND notice_id IS NOT NULL"),
    )

    op.create_table(
        'notice_event',
        sa.Column('notice_id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(length=80), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['notice_id'],
            ['notice.id'],
            name=op.f('fk_notice_event_notice_id_notice'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('notice_id', 'key', name=op.f('pk_notice_event')),
    )


def downgrade() -> None:
    op.drop_table('notice_event')
    op.drop_table('notice_delivery')
    op.drop_table('notice_actor')
    op.drop_table('notice_person')
    op.drop_table('notice_choice')
    op.drop_table('notice')
