"""Mails over SMTP: one connection a mail, encrypted wherever it leaves the own network."""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from webapp.notices.channels import Later, Refused

SECONDS: Final = 10.0
"""For the connection, and for each answer."""
PORTS: Final = {"smtp": 25, "smtps": 465}


def send(url: str, message: EmailMessage) -> None:
    """Hand a mail to the server of SMTP_URL. Raises Refused, Later."""
    try:
        with _connected(urlsplit(url), message["From"].addresses[0].domain) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        ((code, _),) = error.recipients.values()
        _judge(code, "address")
    except smtplib.SMTPDataError as error:
        _judge(error.smtp_code, "content")
    except smtplib.SMTPSenderRefused as error:
        raise Later("sender") from error
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        raise Later("login") from error
    except (smtplib.SMTPException, OSError) as error:
        raise Later("away") from error


def _judge(code: int, reason: str) -> None:
    """A 4xx may pass another time (grey lists, full boxes), a 5xx never does."""
    if code >= 500:
        raise Refused(reason)
    raise Later("busy", away=False)


@contextmanager
def _connected(url: SplitResult, own_name: str) -> Iterator[smtplib.SMTP]:
    """`own_name` is what we call ourselves there: looking it up could take seconds."""
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    context = ssl.create_default_context()
    server: smtplib.SMTP = (
        smtplib.SMTP_SSL(host, port, own_name, timeout=SECONDS, context=context)
        if url.scheme == "smtps"
        else smtplib.SMTP(host, port, own_name, timeout=SECONDS)
    )
    try:
        if url.scheme == "smtp":
            server.ehlo()
            if server.has_extn("starttls") or not _is_near(host):
                server.starttls(context=context)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server
    finally:
        # The mail was taken or not before; how the server says goodbye changes nothing.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


def _is_near(host: str) -> bool:
    """On this machine or a private network: such an address, or a name without a dot."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host
