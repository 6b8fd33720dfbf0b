"""The `notices` commands."""

from __future__ import annotations

import click
from flask import current_app
from werkzeug.datastructures import MultiDict

from webapp import clock
from webapp.commands import Commands
from webapp.notices import forms, mails
from webapp.notices.channels import REASONS, Later, Refused, mail

notices = Commands("notices", help="Try the mail server of notices.")


@notices.command("try-mail")
@click.argument("address")
def try_mail(address: str) -> None:
    """Send a mail to ADDRESS, and say whether the server has taken it."""
    url = current_app.config["SMTP_URL"]
    if not url:
        raise click.ClickException("没有设置 SMTP_URL 和 MAIL_FROM，见 docs/zh/notices.md")
    try:
        to = forms.read_address(MultiDict({"mail": address}))
        mail.send(url, mails.of_trial(to=to, at=clock.now()))
    except forms.Wrong as error:
        raise click.BadParameter(error.fields["mail"], param_hint="ADDRESS") from error
    except (Refused, Later) as error:
        raise click.ClickException(f"没有发出去：{REASONS[str(error)]}") from error
    click.echo("服务器收下了，请到邮箱里看看，包括垃圾邮件", err=True)
