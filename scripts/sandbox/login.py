"""What the sandboxes of login providers share: grants, registered hosts, and their assembly."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Flask, request

from scripts.sandbox import pages
from scripts.sandbox.control import control
from scripts.sandbox.frame import Catalogue, labels_of, rules_of
from scripts.sandbox.grants import Grants
from scripts.sandbox.hooks import Sandbox, watch
from scripts.sandbox.redirects import LOOPBACK


class LoginSandbox(Sandbox):
    """`redirect_hosts` are registered for the applications; `local` are hosts in plain http."""

    def __init__(
        self,
        *,
        redirect_hosts: tuple[str, ...] = LOOPBACK,
        local: tuple[str, ...] = LOOPBACK,
        seed: str | None = None,
    ) -> None:
        super().__init__()
        self.redirect_hosts = redirect_hosts
        self.local = local
        self.grants = Grants(self.clock.now, seed)

    def reset(self) -> None:
        super().reset()
        self.grants.reset()


def application(
    sandbox: LoginSandbox,
    *,
    title: str,
    theme: str,
    endpoints: frozenset[str],
    faults: Catalogue,
    **page: Any,
) -> Flask:
    """The provider's application without its own routes: logged and disturbed, with the control
    API and the dashboard, to which `page` goes. A fault rule can match `grant`, the approval that
    a request is about."""
    app = Flask(__name__, static_folder=None, template_folder=str(pages.TEMPLATES))

    def about() -> dict[str, Any]:
        sent = request.values
        value = sent.get("code") or sent.get("access_token") or sent.get("refresh_token") or ""
        return {"grant": sandbox.grants.id_of(value)}

    watch(app, sandbox, endpoints=endpoints, about=about)
    named = partial(rules_of, faults)
    app.register_blueprint(
        control(sandbox.log, sandbox.clock, sandbox.faults, named=named, reset=sandbox.reset)
    )
    app.register_blueprint(
        pages.dashboard(
            sandbox,
            title=title,
            theme=theme,
            labels=labels_of(faults),
            named=named,
            timed=True,
            **page,
        )
    )
    return app
