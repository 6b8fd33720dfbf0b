"""Each fault of the two channels that the product has to bear, beside the tests that show it.

A row is a fault with its tests below it, each as FILE.NAME; a test that is renamed or goes must be
named anew here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

HERE: Final = Path(__file__).parents[1]
FILES: Final = {
    "bills": "deposits/test_bills.py",
    "notices": "deposits/test_notices.py",
    "own": "deposits/test_own_pages.py",
    "paying": "deposits/test_paying.py",
    "returning": "deposits/test_returning.py",
    "settling": "deposits/test_settling.py",
    "contract": "backends/payments/test_contract.py",
    "vectors": "backends/payments/test_vectors.py",
    "wechat": "backends/payments/test_wechatpay_over_http.py",
    "alipay": "backends/payments/test_alipay_over_http.py",
    "sandbox": "sandbox/test_payments.py",
}

WECHAT_PAY: Final = """
the same callback three times
  notices.test_the_same_event_again_is_answered_and_does_nothing
two of them in parallel
  notices.test_the_same_event_at_the_same_moment_counts_once
same event, other ciphertext and key
  wechat.test_the_same_event_signed_by_either_key_is_one_event
refund told before its payment
  notices.test_a_refund_that_is_told_of_before_its_payment_ends_as_if_in_order
paid after our close or expiry
  settling.test_money_for_a_deposit_that_was_given_up_goes_back
  contract.test_money_that_arrives_after_closing_is_paid
pay and close at the same moment
  paying.test_a_payment_that_arrives_while_the_channel_is_changed_counts
  contract.test_a_closed_order_is_closed_and_a_paid_one_stays_paid
no callback at all
  paying.test_a_silent_payment_is_found_by_the_first_query
callback before the answer to create
  notices.test_a_notice_that_overtakes_the_answer_to_its_order_counts
wrong or probing signature, old or ahead, SM2, changed body
  wechat.test_a_notice_that_is_not_the_channels_own_is_refused_and_comes_again
  notices.test_a_forged_notice_changes_nothing
unknown serial without a call outside
  wechat.test_a_notice_that_is_not_the_channels_own_is_refused_and_comes_again
  vectors.test_odd_heads_are_refused_without_asking_anybody
no Signature-Type
  wechat.test_a_notice_that_is_only_unusual_is_read
wrong tag, other AAD, rotated APIv3 key
  wechat.test_a_notice_that_is_not_the_channels_own_is_refused_and_comes_again
empty or missing associated_data
  wechat.test_a_notice_that_is_only_unusual_is_read
other amount, currency, appid, mchid
  wechat.test_a_notice_about_somebody_elses_money_says_so
  notices.test_a_genuine_notice_that_does_not_fit_is_an_incident
payer_total lower by a coupon
  wechat.test_a_notice_that_is_only_unusual_is_read
not SUCCESS in a genuine event
  wechat.test_a_notice_says_what_it_says_of_amount_state_number_and_kind
  settling.test_what_is_not_paid_leaves_the_attempt_open
unknown order
  notices.test_an_order_we_do_not_have_is_an_incident
unknown kind of event
  notices.test_an_event_we_do_not_know_is_kept_and_ignored
wrong signature of an answer
  wechat.test_an_order_whose_answer_is_uncertain_is_created_again_with_its_number
  contract.test_nothing_is_believed_of_an_answer_without_a_good_signature
204 to close with and without signature
  wechat.test_an_empty_answer_to_closing_counts_only_with_its_signature
500 with the order created
  wechat.test_an_order_whose_answer_is_uncertain_is_created_again_with_its_number
OUT_TRADE_NO_USED
  paying.test_a_number_that_is_used_up_is_followed_by_another
429
  contract.test_too_many_calls_are_a_refusal_of_their_own
we answer slower than five seconds
  sandbox.test_an_answer_that_comes_too_late_is_none
200 is taken whatever it says
  sandbox.test_only_the_exact_answer_is_taken
  notices.test_a_forged_notice_changes_nothing
refund sent, connection lost
  contract.test_a_refund_whose_answer_was_lost_is_there_when_asked_for_again
  returning.test_an_answer_that_was_lost_is_asked_for_and_not_sent_again
NOT_ENOUGH, then topped up
  returning.test_a_merchant_who_is_short_of_money_waits_and_says_so
refund ABNORMAL
  wechat.test_a_refund_that_does_not_arrive_says_why
  returning.test_one_that_is_stuck_is_sent_again_by_staff
over the rest
  returning.test_staff_return_parts_up_to_what_is_left
  contract.test_what_cannot_be_refunded_is_refused
51st part
  returning.test_no_payment_is_returned_in_more_parts_than_the_channel_takes
both serials alternate
  wechat.test_the_same_event_signed_by_either_key_is_one_event
bill with three differences
  bills.test_exactly_what_differs_is_named
"""

ALIPAY: Final = """
query before the scan
  contract.test_an_order_nobody_knows_is_absent
  settling.test_what_is_not_paid_leaves_the_attempt_open
closed before the scan, paid later
  contract.test_money_that_arrives_after_closing_is_paid
  settling.test_money_for_a_deposit_that_was_given_up_goes_back
return page early, forged, replayed, unsigned
  own.test_a_forged_return_proves_nothing
  alipay.test_a_browser_that_came_back_names_the_order_only_if_alipay_signed_it
the same notice_id again
  notices.test_the_same_event_again_is_answered_and_does_nothing
the same at once
  notices.test_the_same_event_at_the_same_moment_counts_once
refund told before its payment
  notices.test_a_refund_that_is_told_of_before_its_payment_ends_as_if_in_order
wrong, missing, junk signature, RSA, plus as blank
  alipay.test_a_notice_that_is_not_alipays_own_is_refused_and_comes_again
  notices.test_a_forged_notice_changes_nothing
other app_id or seller_id
  alipay.test_a_notice_about_somebody_elses_money_says_so
  notices.test_a_genuine_notice_that_does_not_fit_is_an_incident
other total_amount
  alipay.test_a_notice_says_what_it_says_of_amount_and_number
  settling.test_another_amount_is_an_incident_and_not_money
empty or new field
  alipay.test_a_notice_that_is_only_unusual_is_read
a key twice
  alipay.test_a_notice_that_is_not_alipays_own_is_refused_and_comes_again
  vectors.test_a_field_that_comes_twice_is_refused
refund_fee of nothing
  alipay.test_a_notice_that_is_only_unusual_is_read
returned in part
  alipay.test_money_returned_in_part_and_in_full_is_told_apart_from_a_trade_that_ran_out
closed by refund or by time
  alipay.test_money_returned_in_part_and_in_full_is_told_apart_from_a_trade_that_ran_out
  vectors.test_closed_by_time_and_closed_by_a_refund_are_told_apart
TRADE_FINISHED first
  alipay.test_a_trade_that_ended_is_paid_and_one_that_ran_out_is_closed
fund_change N, done later
  alipay.test_a_refund_that_is_on_its_way_is_done_later
same refund number, other amount
  contract.test_what_cannot_be_refunded_is_refused
20000
  alipay.test_an_unknown_result_is_unknown
  returning.test_an_answer_that_was_lost_is_asked_for_and_not_sent_again
braces and quotes in the subject
  alipay.test_the_answer_verifies_whatever_the_subject
a page, or an unsigned error that says paid
  alipay.test_an_unsigned_error_that_says_paid_is_a_refusal
server in UTC
  alipay.test_times_are_beijings_on_a_server_in_utc
only success itself is taken
  sandbox.test_only_the_exact_answer_is_taken
  notices.test_a_notice_settles_and_is_answered_as_the_channel_asks
"""


@cache
def defined_in(file: str) -> frozenset[str]:
    tree = ast.parse((HERE / FILES[file]).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def rows(table: str) -> Iterator[tuple[str, list[str]]]:
    for block in re.split(r"\n(?! )", table.strip()):
        fault, *tests = block.splitlines()
        yield fault, [test.strip() for test in tests]


@pytest.mark.parametrize("table", [WECHAT_PAY, ALIPAY], ids=["wechatpay", "alipay"])
def test_every_fault_has_its_tests(table: str) -> None:
    untested = [fault for fault, tests in rows(table) if not tests]
    named = [test.split(".") for _, tests in rows(table) for test in tests]
    gone = [name for file, name in named if name not in defined_in(file)]
    assert (untested, gone) == ([], [])
