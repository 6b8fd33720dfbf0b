"""Every route for every kind of visitor: what they get. One table, read it as one.

A line is a method, an address and what each visitor gets; a single figure is what all of them
get. POST is sent as the site's own pages send it, with nothing in it: 400 and 404 then mean that
one was let in, and that it was noticed that nothing was asked.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.people import account, signed_in
from tests.catalogue import catalogue
from tests.deposits.objects import deposit_of_another
from tests.knowledge.conftest import draft
from webapp.accounts.models import ROLES, RealName
from webapp.assistant.models import Conversation, Turn
from webapp.catalogue.models import Batch
from webapp.extensions import db
from webapp.knowledge import service as knowledge
from webapp.knowledge.models import KnowledgeChange
from webapp.operations.models import TaskRun
from webapp.rankings.lists import Entry, Inputs
from webapp.rankings.models import Ranking
from webapp.search.models import Alias

VISITORS = ("guest", "member", "verified", "editor", "moderator", "operator", "admin")

TABLE = """
#                                                guest membr verif  edit moder  oper admin
GET  /                                             200
GET  /accounts/                                    303   200   200   200   200   200   200
GET  /accounts/_export                             303   286   286   286   286   286   286
GET  /accounts/_menu                               200
GET  /accounts/avatars/1/0123456789abcdef.webp     404
GET  /accounts/callback/wechat                     400
GET  /accounts/collision                           303   404   404   404   404   404   404
POST /accounts/export                              303
GET  /accounts/export.zip                          303   404   404   404   404   404   404
POST /accounts/identities/1/unlink                 303   404   404   404   404   404   404
POST /accounts/leave                               303   422   422   422   422   422   422
GET  /accounts/invite                              410
POST /accounts/invite                              410
GET  /accounts/login                               200
GET  /accounts/login/wechat                        302
POST /accounts/logout                              303
POST /accounts/merge                               303   404   404   404   404   404   404
GET  /accounts/privacy                             200
POST /accounts/privacy                             303
POST /accounts/profile                             303   422   422   422   422   422   422
GET  /accounts/realname                            303   200   200   200   200   200   200
POST /accounts/realname                            303   422   303   422   422   422   422
POST /accounts/sessions/1/end                      303   404   404   404   404   404   404
POST /accounts/sessions/end-all                    303
GET  /accounts/staff-key                           303   403   403   200   200   200   200
POST /accounts/staff-key                           303   403   403   422   422   422   422
GET  /accounts/staff-login                         200
POST /accounts/staff-login                         403
POST /accounts/stay                                303
GET  /accounts/welcome                             400
POST /accounts/welcome                             400
GET  /assistant/                                   200
POST /assistant/                                   400
GET  /assistant/_about                             200
GET  /assistant/_panel                             200
GET  /assistant/of-another                         404
POST /assistant/of-another                         400
POST /assistant/of-another/delete                  404
GET  /assistant/of-another/export                  404
GET  /assistant/of-another/known                   404
GET  /assistant/of-another/turns/1                 404
POST /assistant/of-another/turns/1/feedback        404
POST /assistant/of-another/turns/1/forget          404
GET  /assistant/of-another/turns/1/sources/1       404
POST /assistant/of-another/turns/1/stop            404
GET  /cars/                                        200
GET  /cars/_basket                                 200
GET  /cars/_brands                                 200
POST /cars/basket                                  400
GET  /cars/brands                                  200
GET  /cars/compare                                 200
GET  /cars/compare.csv                             400
GET  /cars/compare.json                            400
GET  /cars/cost                                     200
GET  /cars/compare.png?ids=1                  200
GET  /cars/series/1/card.png                       200
GET  /cars/trims/1/card.png                        200
GET  /cars/guide                                   200
GET  /cars/series/1                                200
GET  /cars/suggest                                 200
GET  /cars/trims/1                                 200
GET  /cars/trims/1/cost                            200
GET  /console/                                     303   403   403   200   200   200   200
GET  /console/accounts                             303   403   403   403   200   403   200
POST /console/accounts/1/end-sessions              303   403   403   403   303   403   303
POST /console/accounts/1/role                      303   403   403   403   403   403   303
POST /console/accounts/1/suspend                   303   403   403   403   303   403   303
GET  /console/assistant/try                        303   403   403   200   403   403   200
GET  /console/audit                                303   403   403   403   403   200   200
GET  /console/backups                              303   403   403   403   403   200   200
GET  /console/catalogue                            303   403   403   200   403   403   200
GET  /console/catalogue/batches/1                  303   403   403   200   403   403   200
POST /console/catalogue/batches/1/columns          303   403   403   409   403   403   409
POST /console/catalogue/batches/1/import           303   403   403   409   403   403   409
POST /console/catalogue/batches/1/undo             303   403   403   409   403   403   409
GET  /console/catalogue/columns.csv                303   403   403   200   403   403   200
GET  /console/catalogue/doubts                     303   403   403   200   403   403   200
POST /console/catalogue/doubts                     303   403   403   400   403   403   400
POST /console/catalogue/pictures/1                 303   403   403   404   403   403   404
POST /console/catalogue/series/1/maker             303   403   403   303   403   403   303
GET  /console/catalogue/series/1/pictures          303   403   403   200   403   403   200
POST /console/catalogue/series/1/pictures          303   403   403   422   403   403   422
GET  /console/catalogue/trims/1                    303   403   403   200   403   403   200
GET  /console/catalogue/trims/1/values/price_wan   303   403   403   404   403   403   404
POST /console/catalogue/trims/1/values/price_wan   303   403   403   404   403   403   404
GET  /console/catalogue/trims/new                  303   403   403   200   403   403   200
POST /console/catalogue/trims/new                  303   403   403   422   403   403   422
POST /console/catalogue/uploads                    303   403   403   422   403   403   422
GET  /console/deposits                             303   403   403   403   403   200   200
GET  /console/deposits/D261201AAAAAAAAA            303   403   403   403   403   200   200
POST /console/deposits/D261201AAAAAAAAA/decline    303   403   403   403   403   422   422
POST /console/deposits/D261201AAAAAAAAA/done       303   403   403   403   403   409   409
POST /console/deposits/D261201AAAAAAAAA/refund     303   403   403   403   403   422   422
POST /console/deposits/D261201AAAAAAAAA/visited    303   403   403   403   403   409   409
GET  /console/money                                303   403   403   403   403   200   200
GET  /console/money/alipay/2026-11-30              303   403   403   403   403   404   404
POST /console/money/incidents/1/resolve            303   403   403   403   403   400   400
POST /console/money/refunds/1/note                 303   403   403   403   403   400   400
POST /console/money/refunds/1/retry                303   403   403   403   403   404   404
GET  /console/offers                               303   403   403   403   403   200   200
POST /console/offers                               303   403   403   403   403   422   422
GET  /console/offers/1                             303   403   403   403   403   200   200
POST /console/offers/1                             303   403   403   403   403   422   422
POST /console/offers/1/end                         303   403   403   403   403   303   303
POST /console/offers/1/reopen                      303   403   403   403   403   303   303
POST /console/offers/1/sold                        303   403   403   403   403   404   404
GET  /console/offers/new                           303   403   403   403   403   200   200
GET  /console/offers/new/1                         303   403   403   403   403   200   200
GET  /console/indexes                              303   403   403   403   403   200   200
POST /console/indexes/none/rebuild                 303   403   403   403   403   404   404
POST /console/indexes/none/stop                    303   403   403   403   403   404   404
GET  /console/knowledge                            303   403   403   200   403   403   200
GET  /console/knowledge/add                        303   403   403   200   403   403   200
POST /console/knowledge/add                        303   403   403   422   403   403   422
GET  /console/knowledge/changes                    303   403   403   200   403   403   200
GET  /console/knowledge/changes/1                  303   403   403   200   403   403   200
POST /console/knowledge/changes/1/apply            303   403   403   409   403   403   409
GET  /console/knowledge/collections/pages/remove   303   403   403   409   403   403   409
POST /console/knowledge/collections/pages/remove   303   403   403   409   403   403   409
GET  /console/knowledge/documents/1                303   403   403   200   403   403   200
GET  /console/knowledge/documents/1/remove         303   403   403   409   403   403   409
POST /console/knowledge/documents/1/remove         303   403   403   409   403   403   409
GET  /console/knowledge/try                        303   403   403   200   403   403   200
GET  /console/moments                              303   403   403   403   200   403   200
POST /console/moments/1                            303   403   403   403   404   403   404
GET  /console/rankings                             303   403   403   200   403   403   200
POST /console/rankings/runs                        303   403   403   303   403   403   409
POST /console/rankings/sales                       303   403   403   422   403   403   422
GET  /console/notices                              303   403   403   403   403   200   200
POST /console/notices/mail/again                   303   403   403   403   403   303   303
GET  /console/new-rule                             303   403   403   200   403   403   200
POST /console/new-rule                             303   403   403   422   403   403   422
GET  /console/prices                               303   403   403   200   403   403   200
POST /console/prices                               303   403   403   422   403   403   422
GET  /console/rules                                303   403   403   200   403   403   200
GET  /console/rules/vat                            303   403   403   200   403   403   200
GET  /console/rules/vat/2026                       303   403   403   200   403   403   200
POST /console/rules/vat/2026                       303   403   403   422   403   403   422
POST /console/rules/vat/2026/withdraw              303   403   403   404   403   403   404
GET  /console/settings                             303   403   403   403   403   200   200
GET  /console/tasks                                303   403   403   403   403   200   200
POST /console/tasks/1/again                        303   403   403   403   403   409   409
GET  /console/videos                               303   403   403   403   200   403   200
POST /console/videos/of-another/hide               303   403   403   403   404   403   404
POST /console/videos/of-another/restore            303   403   403   403   404   403   404
POST /console/videos/of-another/process            303   403   403   403   404   403   404
GET  /console/words                                303   403   403   200   403   403   200
POST /console/words/aliases                        303   403   403   422   403   403   422
POST /console/words/aliases/1/forget               303   403   403   404   403   403   404
POST /console/words/synonyms                       303   403   403   422   403   403   422
POST /console/words/synonyms/1/forget              303   403   403   404   403   403   404
GET  /deposits/                                    303   200   200   200   200   200   200
POST /deposits/                                    303   303   404   303   303   303   303
GET  /deposits/new?offer=1                         200
GET  /deposits/confirm?offer=1                     303   303   200   303   303   303   303
GET  /deposits/D261201AAAAAAAAA                    303   404   404   404   404   404   404
GET  /deposits/D261201AAAAAAAAA/back               303   404   404   404   404   404   404
POST /deposits/D261201AAAAAAAAA/cancel             303   404   404   404   404   404   404
POST /deposits/D261201AAAAAAAAA/check              303   404   404   404   404   404   404
GET  /deposits/D261201AAAAAAAAA/evidence.zip       303   404   404   404   404   404   404
GET  /deposits/D261201AAAAAAAAA/go                 303   404   404   404   404   404   404
POST /deposits/D261201AAAAAAAAA/pay                303   303   404   303   303   303   303
GET  /deposits/D261201AAAAAAAAA/receipt            303   404   404   404   404   404   404
POST /deposits/D261201AAAAAAAAA/refund             303   404   404   404   404   404   404
GET  /deposits/D261201AAAAAAAAA/watch              303   404   404   404   404   404   404
POST /deposits/notices/alipay                      404
POST /deposits/notices/wechatpay                   404
GET  /garage/                                      200
GET  /garage/_link                                 200
GET  /garage/_strip                                200
POST /garage/favourites                            400
GET  /garage/history                               200
POST /garage/history/switch                        303
POST /garage/visits                                400
POST /garage/visits/clear                          303
POST /garage/visits/remove                         400
GET  /healthz                                      200
GET  /knowledge/                                   200
GET  /knowledge/documents/1                        200
GET  /knowledge/pages/r1                           302
GET  /knowledge/passages/1                         200
GET  /media/files/exports/1.zip                    403
GET  /metrics                                      200
GET  /pictures/cars/0123456789abcdef0123456789abcdef/small.webp 404
GET  /notices/                                     303   200   200   200   200   200   200
GET  /notices/_bell                                286   200   200   200   200   200   200
GET  /notices/1                                    303   404   404   404   404   404   404
POST /notices/read                                 303   400   400   400   400   400   400
GET  /notices/confirm/forged                       400
POST /notices/confirm/forged                       400
GET  /notices/settings                             303   200   200   200   200   200   200
POST /notices/settings                             303   422   422   422   422   422   422
POST /notices/settings/mail                        303   404   404   404   404   404   404
POST /notices/settings/mail/remove                 303
GET  /notices/unsubscribe/forged                   400
POST /notices/unsubscribe/forged                   400
GET  /rankings/                                    200
GET  /rankings/retail-series/                      302
GET  /rankings/retail-series/2026-06               200
GET  /rankings/retail-series/2026-06.csv           200
GET  /recommend/                                   200
GET  /recommend/_strip                             200
POST /recommend/choices                            400
GET  /readyz                                       200
GET  /robots.txt                                   200
GET  /saved/                                       200
POST /saved/                                       400
GET  /saved/1                                      303   404   404   404   404   404   404
POST /saved/1                                      303   404   404   404   404   404   404
POST /saved/1/remove                               303
GET  /saved/_offer                                 204
GET  /sitemap.xml                                  200
GET  /static/css/base.css                          200
GET  /static/v-0/css/base.css                      200
GET  /videos/                                      200
GET  /videos/of-another                            404
GET  /videos/of-another/360.m3u8                   404
POST /videos/of-another/captions                   303   404   404   404   404   404   404
GET  /videos/of-another/captions-zh.vtt            404
POST /videos/of-another/chapters                   303   404   404   404   404   404   404
GET  /videos/of-another/details                    303   404   404   404   404   404   404
GET  /videos/of-another/master.m3u8                404
GET  /videos/of-another/own                        404
POST /videos/of-another/points                     303   404   404   404   404   404   404
GET  /videos/of-another/position                   200
POST /videos/of-another/position                   404
GET  /videos/of-another/poster                     404
POST /videos/points/1/remove                       303   404   404   404   404   404   404
GET  /videos/new                                   303   200   200   200   200   200   200
POST /videos/new                                   303   400   400   400   400   400   400
GET  /videos/mine                                  303   200   200   200   200   200   200
GET  /videos/of-another/edit                       303   404   404   404   404   404   404
POST /videos/of-another/edit                       303   404   404   404   404   404   404
POST /videos/of-another/change-poster              303   404   404   404   404   404   404
POST /videos/of-another/remove                     303   404   404   404   404   404   404
POST /videos/uploads                               401   400   400   400   400   400   400
GET  /videos/uploads/of-another                    401   404   404   404   404   404   404
DELETE /videos/uploads/of-another                  401   404   404   404   404   404   404
POST /videos/uploads/of-another/finish             401   404   404   404   404   404   404
GET  /videos/uploads/of-another/pieces/1           401   404   404   404   404   404   404
POST /videos/uploads/of-another/pieces/1           401   404   404   404   404   404   404
GET  /wechat/messages                              403
POST /wechat/messages                              403
"""

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
_number = count(1)


def lines() -> dict[str, tuple[int, ...]]:
    """ "GET /cars/" to what each visitor gets."""
    read = {}
    for line in TABLE.strip().splitlines()[1:]:
        method, address, *figures = line.split()
        given = tuple(map(int, figures))
        read[f"{method} {address}"] = given if len(given) > 1 else given * len(VISITORS)
    return read


def route_of(app: Flask, line: str) -> str:
    """The route that a line's address belongs to."""
    method, address = line.split()
    adapter = app.url_map.bind("localhost")
    rule, _ = adapter.match(address.partition("?")[0], method=method, return_rule=True)
    return f"{method} {rule.rule}"


def test_every_route_stands_in_the_table(app: Flask) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        if not rule.websocket  # what is said there has its own tests
        for method in METHODS & (rule.methods or set())
    }
    missing = routes - {route_of(app, line) for line in lines()}
    assert missing == set(), "add a line for each to TABLE in tests/test_routes.py"


def test_everyone_gets_what_the_table_says(app: Flask, objects: None) -> None:
    readers = {visitor: browser(app, visitor) for visitor in VISITORS}
    wrong = []
    for line, expected in lines().items():
        given = tuple(status(app, line, visitor, readers[visitor]) for visitor in VISITORS)
        if given != expected:
            wrong.append(f"{line}: {given} instead of {expected}")
    assert wrong == []


def status(app: Flask, line: str, visitor: str, reader: FlaskClient) -> int:
    """Writes come from somebody new each time: nobody suffers from what another write did."""
    method, address = line.split()
    if method == "GET":
        answer = reader.get(address)
    else:
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = browser(app, visitor).open(address, method=method, headers=headers)
    answer.close()
    return answer.status_code


def browser(app: Flask, visitor: str) -> FlaskClient:
    if visitor == "guest":
        return app.test_client()
    number = next(_number)
    person = account(f"o-{number}")
    if visitor in ROLES:
        person.role = visitor
    if visitor == "verified":
        now = datetime.now(UTC)
        db.session.add(
            RealName(
                account_id=person.id,
                state="verified",
                name_mask="*",
                number_mask="*",
                consent="2026-11",
                consented_at=now,
                checked_at=now,
            )
        )
    db.session.commit()
    return signed_in(app, person)


@pytest.fixture
def environ(environ: dict[str, str], redis_url: str) -> dict[str, str]:
    """Every provider is configured; with nothing sent, none is asked."""
    wechat = ("APP_ID", "APP_SECRET", "MP_APP_ID", "MP_APP_SECRET", "MP_TOKEN")
    names = [*(f"WECHAT_{name}" for name in wechat), "QQ_APP_ID", "QQ_APP_KEY", "IDCHECK_APPCODE"]
    vendor = {"IDCHECK_A_URL": "http://127.0.0.1:1"}
    return environ | vendor | dict.fromkeys(names, "0123456789abcdef")


@pytest.fixture
def objects(app: Flask) -> None:
    """Number 1 of everything that an address can name; the conversation is somebody else's."""
    now = datetime.now(UTC)
    account("o-other")
    catalogue.trim("a")
    catalogue.publish()
    knowledge.ingest(collection="pages", drafts=[draft("r1", "冬天续航会短一些。")])
    inputs = Inputs((Entry("brand:1", "星河", 5, ("乘联会",)),)).dump()
    db.session.add(
        Ranking(
            name="retail-series",
            period="2026-06",
            version=1,
            digest=sha256(inputs.encode()).hexdigest(),
            printed="",
            rows=1,
            inputs=inputs,
            published_at=now,
        )
    )
    deposit_of_another(now)
    db.session.add(Batch(kind="upload", title="cars.csv", state="undone"))
    db.session.add(
        KnowledgeChange(
            kind="removal", title="r1", collection="pages", document="r1", state="applied"
        )
    )
    db.session.add(Alias(kind="series", name="北斗", alias="小北", members="", origin="shipped"))
    db.session.add(
        TaskRun(
            key="k",
            task="tasks.cars.refresh_catalogue",
            args=None,
            state="failed",
            started_at=now,
            ended_at=now,
        )
    )
    db.session.add(Conversation(id="of-another", owner="guest:another", title="t"))
    db.session.flush()
    db.session.add(
        Turn(
            id=1,
            conversation_id="of-another",
            question="q",
            state="done",
            lease_until=now - timedelta(days=1),
        )
    )
    db.session.commit()
