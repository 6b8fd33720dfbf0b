"""Background work for people's accounts."""

from __future__ import annotations

from typing import Any, Final

from requests import RequestException
from structlog import get_logger

from tasks.celery import celery
from webapp import clock
from webapp.accounts import service
from webapp.accounts.service.profile import NoAvatar

log = get_logger(__name__)

AVATAR_TRIES: Final = 3
AVATAR_WAIT_SECONDS: Final = 30


@celery.task(name="tasks.accounts.fetch_avatar", bind=True, max_retries=AVATAR_TRIES)
def fetch_avatar(self: Any, account_id: int, url: str) -> None:
    """Copy the provider's picture; without a usable one the first character stands for it."""
    try:
        service.fetch_avatar(account_id=account_id, url=url)
    except NoAvatar as error:
        log.info("no avatar", account=account_id, reason=str(error))
    except RequestException as error:
        # Its text holds the address of the picture, which is personal.
        log.info("avatar not reached", account=account_id, reason=type(error).__name__)
        raise self.retry(countdown=AVATAR_WAIT_SECONDS, exc=NoAvatar("not reached")) from None


@celery.task(name="tasks.accounts.build_export")
def build_export(export_id: int) -> None:
    service.build_export(export_id=export_id, now=clock.now())


@celery.task(name="tasks.accounts.retry_real_names")
def retry_real_names() -> None:
    """Ask again where no vendor could tell; the sealed names never leave the database."""
    settled = service.retry_real_names(now=clock.now())
    log.info("real names asked again", settled=settled)


@celery.task(name="tasks.accounts.sweep")
def sweep() -> None:
    """Erase accounts whose days of reflection are over, expired sessions and old exports, and
    make the exports that the broker never took."""
    now = clock.now()
    service.build_waiting_exports(now=now)
    erased = service.erase_due(now=now)
    ended = service.sweep_sessions(now=now)
    service.sweep_invites(now=now)
    service.sweep_tries(now=now)
    log.info("accounts swept", erased=erased, sessions=ended)
