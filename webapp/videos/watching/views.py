"""Watching videos: the list, one video with its player, playlists, and what viewers add."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx, network, visitor
from webapp.access import login_required, public
from webapp.accounts import login
from webapp.accounts import queries as accounts
from webapp.backends.storage import storage
from webapp.catalogue import queries as catalogue
from webapp.errors import BadInput, Forbidden, NotFound, Suggestion
from webapp.extensions import limiter
from webapp.pagecache import cache_page
from webapp.pageviews import opened_by_a_person
from webapp.pagination import Page
from webapp.videos import queries as videos
from webapp.videos.models import Video
from webapp.videos.watching import chapters, forms, pages, playlists, queries, service, webvtt

bp = Blueprint("watching", __name__, url_prefix="/videos")

PAGE_SECONDS: Final = 300
PAGE_SIZE: Final = 24
VIDEO: Final = "/<string(minlength=6,maxlength=24):public_id>"
POINT: Final = "/points/<int(min=1, max=2147483647):point_id>"
Read = TypeVar("Read")


@bp.get("/")
@public
def index() -> str:
    """All listed videos, or those of one series, the newest or the most watched first."""
    asked = _read(lambda: forms.read_listing(request.args))
    series = None if asked.series_id is None else catalogue.series_head(asked.series_id)
    if asked.series_id is not None and series is None:
        raise NotFound(f"没有编号为 {asked.series_id} 的车系。")
    cards, total = videos.listed(
        series_id=asked.series_id,
        most_watched=asked.sort == "watched",
        number=asked.page,
        size=PAGE_SIZE,
    )

    def address(
        page: int = 1, *, sort: str = asked.sort, series_id: int | None = asked.series_id
    ) -> str:
        return url_for(
            "watching.index",
            series=series_id,
            sort=None if sort == "newest" else sort,
            page=None if page == 1 else page,
        )

    paging = Page(cards, asked.page, PAGE_SIZE, total, address)
    if asked.page > paging.pages:
        first = [Suggestion("回到第 1 页", address())]
        raise BadInput(f"参数 page={asked.page}：只有 {paging.pages} 页", suggestions=first)
    cache_page(PAGE_SECONDS)
    return render_template(
        "videos/index.html",
        paging=paging,
        series=series,
        all_series=videos.series_with_videos(),
        sort=asked.sort,
        sorts=forms.SORTS,
        address=address,
    )


@bp.get(VIDEO)
@public
def video(public_id: str) -> str:
    """One video. Its author and staff see it in every state; then the page is theirs alone."""
    found = load_video(public_id)
    start = _read(lambda: forms.read_start(request.args))
    if found.duration_s is not None and start >= found.duration_s:
        start = 0
    author = accounts.account_by_id(found.account_id) if found.account_id else None
    page = pages.video_page(found, start=start, author=author.nickname if author else None)
    if found.is_shown:
        cache_page(PAGE_SECONDS)
    return render_template(
        "videos/video.html",
        video=found,
        page=page,
        description=pages.described(current_app.config["BASE_URL"], page),
    )


@bp.get(f"{VIDEO}/master.m3u8")
@public
def playlist(public_id: str) -> Response:
    found = load_playing(public_id)
    return Response(playlists.master(found), mimetype=playlists.TYPE, headers=_KEPT)


@bp.get(f"{VIDEO}/<int(max=9999):height>.m3u8")
@public
def rung(public_id: str, height: int) -> Response:
    found = load_playing(public_id)
    for one in found.renditions:
        if one.height == height:
            return Response(playlists.media(one), mimetype=playlists.TYPE, headers=_KEPT)
    raise NotFound("这个清晰度已经没有了，请刷新页面。")


@bp.get(f"{VIDEO}/poster")
@public
def poster(public_id: str) -> BaseResponse:
    """An address of the poster that stays, for search engines."""
    found = load_video(public_id)
    if found.poster_key is None:
        raise NotFound("这个视频没有封面。")
    return redirect(storage().address(found.poster_key, lifetime=videos.lifetime()), 302)


@bp.get(f"{VIDEO}/captions-<language>.vtt")
@public
def captions(public_id: str, language: str) -> Response:
    load_video(public_id)
    text = queries.captions(public_id, language)
    if text is None:
        raise NotFound("这个视频没有这种字幕。")
    return Response(text, mimetype="text/vtt", headers=_KEPT)


@bp.get(f"{VIDEO}/position")
@public
def position(public_id: str) -> BaseResponse:
    """Where this person stopped; `here`: that is the browser's to know, as it is of guests."""
    keeps = visitor.keeps_history()
    if keeps and current_user.is_authenticated:
        return _private({"second": queries.position(login.me().account.id, public_id)})
    return _private({"second": 0, "here": keeps})


@bp.post(f"{VIDEO}/position")
@public
@limiter.limit("240/minute")
def watch(public_id: str) -> BaseResponse:
    """The player says how far it is: counted once in half an hour, remembered where history is."""
    found, now = load_video(public_id), clock.now()
    second = _read(lambda: forms.read_second(request.form))
    if found.renditions and opened_by_a_person(request.environ):
        nobody = f"{network.of_request()} {request.user_agent.string}"
        service.count_view(video=found, viewer=visitor.known_owner() or nobody, now=now)
    keeps = visitor.keeps_history()
    if keeps and current_user.is_authenticated:
        account_id = login.me().account.id
        service.stop_at(account_id=account_id, video=found, second=second, now=now)
        keeps = False
    return _private({"here": keeps})


@bp.get(f"{VIDEO}/own")
@public
def own(public_id: str) -> BaseResponse:
    """What only this visitor may do with the video, fetched apart so that the page stays the same
    for all: mark a moment, and its author's tools."""
    found = load_video(public_id)
    signed_in = current_user.is_authenticated
    mine = signed_in and found.account_id == login.me().account.id
    states = ("shown", "waiting", "refused") if mine else ("waiting", "refused")
    points = queries.points_of_video(found.id, states=states) if signed_in else []
    if signed_in and not mine:
        marked = {point.id for point in queries.points_by(login.me().account.id)}
        points = [point for point in points if point.id in marked]
    html = htmx.render(
        "videos/own.html",
        "videos/_own.html",
        video=found,
        page=pages.marking(found),
        signed_in=signed_in,
        mine=mine,
        points=points,
    )
    return Response(html, headers=_PRIVATE)


@bp.post(f"{VIDEO}/points")
@login_required
@limiter.limit("60/minute")
def mark(public_id: str) -> BaseResponse:
    found = load_video(public_id)
    moment = _read(lambda: forms.read_moment(request.form))
    service.mark(video=found, account_id=login.me().account.id, now=clock.now(), **moment._asdict())
    return _back(found, "own")


@bp.post(POINT + "/remove")
@login_required
@limiter.limit("60/minute")
def take_back(point_id: int) -> BaseResponse:
    service.take_back(point_id=point_id, account_id=login.me().account.id)
    return htmx.redirect_to(htmx.page_before(url_for("watching.index")))


@bp.get(f"{VIDEO}/details")
@login_required
def details(public_id: str) -> BaseResponse:
    """Captions and chapters, for the author."""
    found = load_own(public_id)
    html = render_template(
        "videos/details.html",
        video=found,
        chapters=chapters.write(queries.chapters_of(found.id)),
        languages=service.LANGUAGES,
        there=queries.languages_of(found.id),
        most_kb=webvtt.MOST_BYTES // 1024,
    )
    return Response(html, headers=_PRIVATE)


@bp.post(f"{VIDEO}/chapters")
@login_required
def set_chapters(public_id: str) -> BaseResponse:
    found = load_own(public_id)
    service.set_chapters(video=found, text=request.form.get("chapters", "")[:8000])
    return _to_details(found)


@bp.post(f"{VIDEO}/captions")
@login_required
@limiter.limit("30/minute")
def set_captions(public_id: str) -> BaseResponse:
    """Take in a file, or take a language away."""
    found = load_own(public_id)
    data = None
    if request.form.get("do") != "remove":
        sent = request.files.get("file")
        content = sent.read(webvtt.MOST_BYTES + 1) if sent else b""
        data = _read(lambda: forms.read_captions(content))
    service.set_captions(video=found, language=request.form.get("language", ""), data=data)
    return _to_details(found)


def load_video(public_id: str) -> Video:
    """A video that this visitor may see. Raises NotFound for others, taken down ones included."""
    found = videos.video(public_id)
    if found is None or not (found.is_shown or _is_trusted(found)):
        raise NotFound(
            "没有这个视频，可能已经删除或下架。",
            suggestions=[Suggestion("看看别的视频", url_for("watching.index"))],
        )
    return found


def load_own(public_id: str) -> Video:
    """One of this person's own videos. Raises NotFound for others."""
    found = videos.video_of(login.me().account.id, public_id)
    if found is None:
        raise NotFound("你没有这个视频。")
    return found


def load_playing(public_id: str) -> Video:
    """The video of a playlist's address. Raises Forbidden where that is not or no longer ours."""
    found = load_video(public_id)
    if not playlists.is_open(found, request.args):
        raise Forbidden("这个播放地址已经过期，请刷新视频的页面。", title="播放地址过期了")
    return found


def _is_trusted(found: Video) -> bool:
    """Whether this visitor is its author, or staff that moderates."""
    if not current_user.is_authenticated:
        return False
    return found.account_id == login.me().account.id or login.me().may("moderation")


def _read(reader: Callable[[], Read]) -> Read:
    """What was sent. 400 where it cannot be read."""
    try:
        return reader()
    except forms.Unreadable as error:
        back = [Suggestion("全部视频", url_for("watching.index"))]
        raise BadInput(f"{error}。", suggestions=back) from error


def _back(found: Video, anchor: str) -> BaseResponse:
    return htmx.redirect_to(url_for("watching.video", public_id=found.public_id, _anchor=anchor))


def _to_details(found: Video) -> BaseResponse:
    return htmx.redirect_to(url_for("watching.details", public_id=found.public_id))


_PRIVATE: Final = {"Cache-Control": "private, no-store"}
_KEPT: Final = {"Cache-Control": "private, max-age=300"}


def _private(said: dict[str, int | bool]) -> BaseResponse:
    response = jsonify(said)
    response.headers.update(_PRIVATE)
    return response
