"""What staff do with messages of notices that were given up."""

from __future__ import annotations

from webapp import clock
from webapp.audit import Actor, record
from webapp.notices import queries, service
from webapp.transactions import transaction


def send_again(*, actor: Actor, channel: str) -> int:
    """Have all that were given up of a channel sent once more by the next beat; how many. One
    whose notice has a newer one waiting stays as it is."""
    now = clock.now()
    with transaction():
        again = sum(
            service.try_again(delivery_id=number, now=now)
            for number in queries.given_up_of(channel)
        )
        if again:
            record(actor, "send notices again", f"channel {channel}", after={"messages": again})
    return again
