"""Deposits: offers, deposits and the money in them; notices refuse changes.

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('deposit_bill_day',
    sa.Column('channel', sa.String(length=9), nullable=False),
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('compared_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('bill_fen', sa.Integer(), nullable=False),
    sa.Column('own_fen', sa.Integer(), nullable=False),
    sa.Column('differences', sa.Integer(), nullable=False),
    sa.CheckConstraint("channel IN ('wechatpay', 'alipay')", name=op.f('ck_deposit_bill_day_channel')),
    sa.PrimaryKeyConstraint('channel', 'day', name=op.f('pk_deposit_bill_day'))
    )
    op.create_table('deposit_bill_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=9), nullable=False),
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('refund', sa.String(length=64), nullable=False),
    sa.Column('trade', sa.String(length=64), nullable=False),
    sa.Column('fen', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.String(length=7), nullable=False),
    sa.CheckConstraint("channel IN ('wechatpay', 'alipay')", name=op.f('ck_deposit_bill_line_channel')),
    sa.CheckConstraint("verdict IN ('same', 'unknown', 'unpaid', 'amount', 'missing')", name=op.f('ck_deposit_bill_line_verdict')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deposit_bill_line')),
    sa.UniqueConstraint('channel', 'day', 'number', 'refund', name=op.f('uq_deposit_bill_line_channel_day_number_refund'))
    )
    with op.batch_alter_table('deposit_bill_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deposit_bill_line_number'), ['number'], unique=False)

    op.create_table('deposit_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=9), nullable=False),
    sa.Column('event', sa.String(length=80), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('headers', sa.Text(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('verdict', sa.String(length=7), nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('effect', sa.String(length=40), nullable=False),
    sa.CheckConstraint("channel IN ('wechatpay', 'alipay')", name=op.f('ck_deposit_notice_channel')),
    sa.CheckConstraint("verdict IN ('good', 'foreign', 'bad')", name=op.f('ck_deposit_notice_verdict')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deposit_notice')),
    sa.UniqueConstraint('channel', 'event', name=op.f('uq_deposit_notice_channel_event'))
    )
    with op.batch_alter_table('deposit_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deposit_notice_number'), ['number'], unique=False)
        batch_op.create_index('ix_deposit_notice_verdict_received_at', ['verdict', 'received_at'], unique=False)

    op.create_table('deposit_offer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=5), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=9), nullable=False),
    sa.Column('amount_fen', sa.Integer(), nullable=False),
    sa.Column('seller', sa.String(length=80), nullable=False),
    sa.Column('store', sa.String(length=160), nullable=False),
    sa.Column('seller_key', sa.String(length=60), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=True),
    sa.Column('trim_id', sa.Integer(), nullable=True),
    sa.Column('stock_number', sa.String(length=40), nullable=True),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.Column('hold_days', sa.Integer(), nullable=False),
    sa.Column('visited_days', sa.Integer(), nullable=False),
    sa.Column('cooling_hours', sa.Integer(), nullable=False),
    sa.Column('promise', sa.Text(), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('booking', 'intention', 'earnest')", name=op.f('ck_deposit_offer_kind')),
    sa.CheckConstraint("state IN ('open', 'ended')", name=op.f('ck_deposit_offer_state')),
    sa.CheckConstraint('amount_fen BETWEEN 100 AND 500000', name=op.f('ck_deposit_offer_amount_fen')),
    sa.CheckConstraint('cooling_hours BETWEEN 1 AND hold_days * 24', name=op.f('ck_deposit_offer_cooling_hours')),
    sa.CheckConstraint('hold_days BETWEEN 1 AND visited_days AND visited_days <= 21', name=op.f('ck_deposit_offer_days')),
    sa.CheckConstraint('places BETWEEN 0 AND 20', name=op.f('ck_deposit_offer_places')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_deposit_offer_series_id_series'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['trim_id'], ['trim.id'], name=op.f('fk_deposit_offer_trim_id_trim'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deposit_offer')),
    sa.UniqueConstraint('stock_number', name=op.f('uq_deposit_offer_stock_number'))
    )
    with op.batch_alter_table('deposit_offer', schema=None) as batch_op:
        batch_op.create_index('ix_deposit_offer_seller_key', ['seller_key'], unique=False)
        batch_op.create_index('ix_deposit_offer_state_series_id', ['state', 'series_id'], unique=False)
        batch_op.create_index('ix_deposit_offer_state_trim_id', ['state', 'trim_id'], unique=False)

    op.create_table('deposit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('offer_id', sa.Integer(), nullable=True),
    sa.Column('offer_snapshot', sa.Text(), nullable=False),
    sa.Column('terms', sa.Text(), nullable=False),
    sa.Column('terms_sha256', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=9), nullable=False),
    sa.Column('amount_fen', sa.Integer(), nullable=False),
    sa.Column('stock_number', sa.String(length=40), nullable=True),
    sa.Column('state', sa.String(length=9), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('active_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('pay_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refundable_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('returns_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('visited_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('booking', 'intention', 'earnest')", name=op.f('ck_deposit_kind')),
    sa.CheckConstraint("state IN ('queued', 'unpaid', 'held', 'visited', 'done', 'returning', 'returned', 'expired', 'cancelled')", name=op.f('ck_deposit_state')),
    sa.CheckConstraint('amount_fen BETWEEN 100 AND 500000', name=op.f('ck_deposit_amount_fen')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_deposit_account_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['offer_id'], ['deposit_offer.id'], name=op.f('fk_deposit_offer_id_deposit_offer'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deposit')),
    sa.UniqueConstraint('number', name=op.f('uq_deposit_number'))
    )
    with op.batch_alter_table('deposit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deposit_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_deposit_offer_id'), ['offer_id'], unique=False)
        batch_op.create_index('ix_deposit_state_pay_until', ['state', 'pay_until'], unique=False)
        batch_op.create_index('ix_deposit_state_returns_at', ['state', 'returns_at'], unique=False)
        batch_op.create_index('ix_deposit_stock_number_state', ['stock_number', 'state'], unique=False)

    op.create_table('deposit_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('deposit_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('channel', sa.String(length=9), nullable=False),
    sa.Column('scene', sa.String(length=7), nullable=False),
    sa.Column('amount_fen', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=7), nullable=False),
    sa.Column('action_json', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('queries', sa.Integer(), nullable=False),
    sa.Column('next_query_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('trade', sa.String(length=64), nullable=True),
    sa.Column('paid_fen', sa.Integer(), nullable=False),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("channel IN ('wechatpay', 'alipay')", name=op.f('ck_deposit_attempt_channel')),
    sa.CheckConstraint("scene IN ('desktop', 'phone', 'wechat')", name=op.f('ck_deposit_attempt_scene')),
    sa.CheckConstraint("state IN ('new', 'open', 'closing', 'closed', 'failed', 'settled')", name=op.f('ck_deposit_attempt_state')),
    sa.ForeignKeyConstraint(['deposit_id'], ['deposit.id'], name=op.f('fk_deposit_attempt_deposit_id_deposit'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deposit_attempt')),
    sa.UniqueConstraint('number', name=op.f('uq_deposit_attempt_number'))
    )
    with op.batch_alter_table('deposit_attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deposit_attempt_deposit_id'), ['deposit_id'], unique=False)
        batch_op.create_index('ix_deposit_attempt_next_query_at', ['next_query_at'], unique=False)
        batch_op.create_index('uq_deposit_attempt_live', ['deposit_id'], unique=True, sqlite_where=sa.text("state IN ('new', 'open', 'closing')"), postgresql_where=sa.text("state IN ('new', 'open', 'closing')"))

    op.create_table('deposit_car_hold',
    sa.Column('stock_number', sa.String(length=40), nullable=False),
    sa.Column('deposit_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['deposit_id'], ['deposit.id'], name=op.f('fk_deposit_car_hold_deposit_id_deposit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('stock_number', name=op.f('pk_deposit_car_hold')),
    sa.UniqueConstraint('deposit_id', name=op.f('uq_deposit_car_hold_deposit_id'))
    )
    op.create_table('deposit_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('deposit_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('event', sa.String(length=20), nullable=False),
    sa.Column('detail', sa.String(length=200), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['deposit_id'], ['deposit.id'], name=op.f('fk_deposit_event_deposit_id_deposit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deposit_event'))
    )
    with op.batch_alter_table('deposit_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deposit_event_deposit_id'), ['deposit_id'], unique=False)

    op.create_table('deposit_incident',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.String(length=14), nullable=False),
    sa.Column('deposit_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('said', sa.String(length=300), nullable=False),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_by', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.CheckConstraint("kind IN ('amount', 'foreign', 'unknown', 'unknown_refund', 'twice', 'refund_amount', 'refund_stuck', 'refund_old', 'balance', 'settings', 'uncertain', 'bill')", name=op.f('ck_deposit_incident_kind')),
    sa.ForeignKeyConstraint(['deposit_id'], ['deposit.id'], name=op.f('fk_deposit_incident_deposit_id_deposit'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deposit_incident')),
    sa.UniqueConstraint('key', name=op.f('uq_deposit_incident_key'))
    )
    with op.batch_alter_table('deposit_incident', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deposit_incident_deposit_id'), ['deposit_id'], unique=False)
        batch_op.create_index('ix_deposit_incident_resolved_at_id', ['resolved_at', 'id'], unique=False)

    op.create_table('deposit_refund',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('deposit_id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('amount_fen', sa.Integer(), nullable=False),
    sa.Column('cause', sa.String(length=8), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=7), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('problem', sa.String(length=200), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("cause IN ('asked', 'due', 'declined', 'sold', 'excess', 'late', 'hand', 'erased')", name=op.f('ck_deposit_refund_cause')),
    sa.CheckConstraint("state IN ('waiting', 'sent', 'done', 'closed', 'stuck')", name=op.f('ck_deposit_refund_state')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_deposit_refund_amount_fen')),
    sa.ForeignKeyConstraint(['attempt_id'], ['deposit_attempt.id'], name=op.f('fk_deposit_refund_attempt_id_deposit_attempt'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['deposit_id'], ['deposit.id'], name=op.f('fk_deposit_refund_deposit_id_deposit'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deposit_refund')),
    sa.UniqueConstraint('number', name=op.f('uq_deposit_refund_number'))
    )
    with op.batch_alter_table('deposit_refund', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deposit_refund_attempt_id'), ['attempt_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_deposit_refund_deposit_id'), ['deposit_id'], unique=False)
        batch_op.create_index('ix_deposit_refund_state_next_try_at', ['state', 'next_try_at'], unique=False)

    for statement in _kept_as_they_came(op.get_bind().dialect.name):
        op.execute(statement)


_CAME = 'channel, event, received_at, headers, body, verdict, number'


def _kept_as_they_came(dialect: str) -> list[str]:
    """Triggers that let no notice be deleted, and nothing of it be changed but what became of it."""
    if dialect == 'sqlite':
        return [
            f"CREATE TRIGGER deposit_notice_no_{name} BEFORE {event} ON deposit_notice "
            "BEGIN SELECT RAISE(ABORT, 'notices are kept as they came'); END"
            for name, event in (('delete', 'DELETE'), ('update', f'UPDATE OF {_CAME}'))
        ]
    return [
        "CREATE FUNCTION refuse_notice_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'notices are kept as they came'; END $$",
        f"CREATE TRIGGER deposit_notice_kept BEFORE UPDATE OF {_CAME} OR DELETE ON deposit_notice "
        "FOR EACH ROW EXECUTE FUNCTION refuse_notice_change()",
    ]


def downgrade() -> None:
    if op.get_bind().dialect.name != 'sqlite':
        op.execute("DROP TRIGGER deposit_notice_kept ON deposit_notice")
        op.execute("DROP FUNCTION refuse_notice_change")
    with op.batch_alter_table('deposit_refund', schema=None) as batch_op:
        batch_op.drop_index('ix_deposit_refund_state_next_try_at')
        batch_op.drop_index(batch_op.f('ix_deposit_refund_deposit_id'))
        batch_op.drop_index(batch_op.f('ix_deposit_refund_attempt_id'))

    op.drop_table('deposit_refund')
    with op.batch_alter_table('deposit_incident', schema=None) as batch_op:
        batch_op.drop_index('ix_deposit_incident_resolved_at_id')
        batch_op.drop_index(batch_op.f('ix_deposit_incident_deposit_id'))

    op.drop_table('deposit_incident')
    with op.batch_alter_table('deposit_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deposit_event_deposit_id'))

    op.drop_table('deposit_event')
    op.drop_table('deposit_car_hold')
    with op.batch_alter_table('deposit_attempt', schema=None) as batch_op:
        batch_op.drop_index('uq_deposit_attempt_live', sqlite_where=sa.text("state IN ('new', 'open', 'closing')"), postgresql_where=sa.text("state IN ('new', 'open', 'closing')"))
        batch_op.drop_index('ix_deposit_attempt_next_query_at')
        batch_op.drop_index(batch_op.f('ix_deposit_attempt_deposit_id'))

    op.drop_table('deposit_attempt')
    with op.batch_alter_table('deposit', schema=None) as batch_op:
        batch_op.drop_index('ix_deposit_stock_number_state')
        batch_op.drop_index('ix_deposit_state_returns_at')
        batch_op.drop_index('ix_deposit_state_pay_until')
        batch_op.drop_index(batch_op.f('ix_deposit_offer_id'))
        batch_op.drop_index(batch_op.f('ix_deposit_account_id'))

    op.drop_table('deposit')
    with op.batch_alter_table('deposit_offer', schema=None) as batch_op:
        batch_op.drop_index('ix_deposit_offer_state_trim_id')
        batch_op.drop_index('ix_deposit_offer_state_series_id')
        batch_op.drop_index('ix_deposit_offer_seller_key')

    op.drop_table('deposit_offer')
    with op.batch_alter_table('deposit_notice', schema=None) as batch_op:
        batch_op.drop_index('ix_deposit_notice_verdict_received_at')
        batch_op.drop_index(batch_op.f('ix_deposit_notice_number'))

    op.drop_table('deposit_notice')
    with op.batch_alter_table('deposit_bill_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deposit_bill_line_number'))

    op.drop_table('deposit_bill_line')
    op.drop_table('deposit_bill_day')
