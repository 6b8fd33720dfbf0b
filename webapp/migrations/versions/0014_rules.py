"""Dated rules as the staff entered them: documents, terms, scopes, eligibility, observations.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('observation',
    sa.Column('item', sa.String(length=200), nullable=False),
    sa.Column('region', sa.String(length=7), nullable=False),
    sa.Column('unit', sa.String(length=200), nullable=False),
    sa.Column('value', sa.String(length=20), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=500), nullable=True),
    sa.Column('captured', sa.Date(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_observation'))
    )
    op.create_index('uq_observation_current', 'observation', ['item', 'region', 'valid_from'], unique=True,
        sqlite_where=sa.text('superseded_at IS NULL'),
        postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_table('rule',
    sa.Column('code', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('jurisdiction', sa.String(length=7), nullable=False),
    sa.Column('authority', sa.String(length=200), nullable=False),
    sa.Column('document', sa.String(length=200), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=500), nullable=True),
    sa.Column('published', sa.Date(), nullable=True),
    sa.Column('verified_on', sa.Date(), nullable=True),
    sa.Column('verified_by', sa.String(length=200), nullable=False),
    sa.Column('review_by', sa.Date(), nullable=True),
    sa.Column('superseded_by', sa.String(length=200), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('tax', 'relief', 'subsidy', 'tariff', 'standard', 'licence', 'inspection', 'right', 'definition')", name=op.f('ck_rule_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule'))
    )
    op.create_index(op.f('ix_rule_code'), 'rule', ['code'], unique=False)
    op.create_index('uq_rule_current', 'rule', ['code'], unique=True,
        sqlite_where=sa.text('superseded_at IS NULL'),
        postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_table('rule_eligibility',
    sa.Column('trim', sa.String(length=200), nullable=False),
    sa.Column('rule', sa.String(length=200), nullable=False),
    sa.Column('answer', sa.String(length=7), nullable=False),
    sa.Column('batch', sa.String(length=200), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('captured', sa.Date(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("answer IN ('yes', 'no', 'unknown')", name=op.f('ck_rule_eligibility_answer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_eligibility'))
    )
    op.create_index('uq_rule_eligibility_current', 'rule_eligibility', ['trim', 'rule'], unique=True,
        sqlite_where=sa.text('superseded_at IS NULL'),
        postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_table('rule_term',
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('rule', sa.String(length=200), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('basis', sa.String(length=22), nullable=False),
    sa.Column('form', sa.String(length=6), nullable=False),
    sa.Column('rate', sa.String(length=20), nullable=True),
    sa.Column('amount_fen', sa.BigInteger(), nullable=True),
    sa.Column('floor_fen', sa.BigInteger(), nullable=True),
    sa.Column('cap_fen', sa.BigInteger(), nullable=True),
    sa.Column('limit', sa.String(length=20), nullable=True),
    sa.Column('unit', sa.String(length=200), nullable=True),
    sa.Column('text', sa.String(length=1000), nullable=True),
    sa.Column('note', sa.String(length=1000), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("basis IN ('invoice', 'registration', 'application', 'accident', 'type-approval-new', 'type-approval-existing', 'any')", name=op.f('ck_rule_term_basis')),
    sa.CheckConstraint("form IN ('rate', 'amount', 'limit', 'text')", name=op.f('ck_rule_term_form')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_term'))
    )
    op.create_index(op.f('ix_rule_term_key'), 'rule_term', ['key'], unique=False)
    op.create_index('uq_rule_term_current', 'rule_term', ['key'], unique=True,
        sqlite_where=sa.text('superseded_at IS NULL'),
        postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_table('rule_scope',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('term_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=20), nullable=False),
    sa.Column('operator', sa.String(length=2), nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.Column('cycle', sa.String(length=4), nullable=True),
    sa.ForeignKeyConstraint(['term_id'], ['rule_term.id'], name=op.f('fk_rule_scope_term_id_rule_term')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_scope'))
    )
    op.create_index(op.f('ix_rule_scope_term_id'), 'rule_scope', ['term_id'], unique=False)




def downgrade() -> None:
    op.drop_table('rule_scope')
    op.drop_table('rule_term')
    op.drop_table('rule_eligibility')
    op.drop_table('rule')
    op.drop_table('observation')
