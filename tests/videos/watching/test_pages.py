"""Pages of videos, their playlists, and who may see what."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.people import NOON, account, signed_in
from tests.clocks import StoppedClock
from tests.videos.watching.conftest import FILM, add_rung, box, make_video, store_mp4
from webapp.accounts.models import Account
from webapp.catalogue.models import Trim
from webapp.extensions import db
from webapp.videos import queries
from webapp.videos.models import Video
from webapp.videos.watching import beside
from webapp.videos.watching.register import PATHS

PAGE = "/videos/boot-of-a-car"


def playlist_of(page: str) -> str:
    found = re.search(r'data-playlist="([^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def test_the_list_has_the_newest_first_and_the_most_watched_on_demand(
    client: FlaskClient, cars: list[Trim]
) -> None:
    make_video("older-video", title="旧片", published_at=NOON - timedelta(days=1), views=9)
    make_video("newer-video", title="新片", published_at=NOON)
    newest = client.get("/videos/").text
    assert newest.index("新片") < newest.index("旧片")
    assert 'data-total="2"' in newest
    watched = client.get("/videos/?sort=watched").text
    assert watched.index("旧片") < watched.index("新片")


def test_a_series_has_a_list_of_its_own(client: FlaskClient, video: Video) -> None:
    make_video("another-video", title="别的车")
    page = client.get(f"/videos/?series={video.series_id}").text
    assert "北斗的后备厢" in page
    assert "别的车" not in page


def test_the_home_page_shows_the_two_newest_beside_and_none_where_there_are_none(
    client: FlaskClient,
) -> None:
    assert "home-videos" not in client.get("/?bare").text
    for day in range(3):
        make_video(f"video-of-day-{day}", published_at=NOON + timedelta(days=day), is_demo=day == 2)
    page = client.get("/").text
    block = page[page.index('id="home-videos"') :].partition("</section>")[0]
    assert re.findall('data-video="([^"]+)"', block) == ["video-of-day-2", "video-of-day-1"]
    assert block.count("示例") == 1
    assert "css/videos" in page.partition("</head>")[0]


def test_a_list_that_cannot_be_is_refused_in_words(client: FlaskClient) -> None:
    for query, status, said in (
        ("sort=best", 400, "newest"),
        ("colour=red", 400, "colour"),
        ("page=2", 400, "只有 1 页"),
        ("series=x", 400, "编号"),
        ("series=999", 404, "没有编号为 999 的车系"),
    ):
        answer = client.get(f"/videos/?{query}")
        assert (answer.status_code, said in answer.text) == (status, True), query


def test_nothing_to_watch_is_said_with_ways_on(client: FlaskClient) -> None:
    assert "还没有视频" in client.get("/videos/").text


def test_a_page_plays_a_file_without_a_script_from_the_second_asked_for(
    client: FlaskClient, video: Video
) -> None:
    page = client.get(f"{PAGE}?t=133").text
    source = re.search(r'<source src="([^"]+)#t=133" type="video/mp4">', page)
    assert source
    with client.get(source[1].replace("&amp;", "&")) as sent:
        assert sent.data == FILM
    assert 'data-video="boot-of-a-car" data-state="ready"' in page


def test_an_author_is_named_by_one_character(client: FlaskClient, video: Video) -> None:
    page = client.get(PAGE).text
    assert "李***" in page
    assert "李四光" not in page


def test_a_second_that_is_none_is_refused(client: FlaskClient, video: Video) -> None:
    for query in ("t=abc", "t=-1", "start=3"):
        assert client.get(f"{PAGE}?{query}").status_code == 400, query


def test_the_playlists_lead_to_the_media_by_addresses_that_expire(
    client: FlaskClient, video: Video, clock: StoppedClock
) -> None:
    add_rung(video, 720)
    address = playlist_of(client.get(PAGE).text)
    master = client.get(address)
    assert master.mimetype == "application/vnd.apple.mpegurl"
    assert "Content-Encoding" not in master.headers
    assert "BANDWIDTH=720000,RESOLUTION=640x360" in master.text
    rungs = [line for line in master.text.splitlines() if not line.startswith("#")]
    assert len(rungs) == 2
    media = client.get(rungs[1])
    segment = next(line for line in media.text.splitlines() if not line.startswith("#"))
    mapped = re.search('URI="([^"]+)"', media.text)
    assert mapped
    assert mapped[1] == segment
    with client.get(segment, headers={"Range": "bytes=8-11"}) as part:
        assert (part.status_code, part.data) == (206, FILM[8:12])
    clock.forward(hours=12)
    for expired in (address, rungs[0], segment):
        assert client.get(expired).status_code == 403


def test_an_address_holds_longer_than_a_span_and_is_the_same_within_one(
    app: Flask, clock: StoppedClock
) -> None:
    until = clock.moment + queries.lifetime()
    for minutes in (0, 7, 100):
        assert queries.lifetime() >= queries.ADDRESS_SPAN
        assert clock.moment + queries.lifetime() in (until, until + queries.ADDRESS_SPAN)
        clock.forward(minutes=minutes)


def test_a_playlist_opens_with_its_own_signature_alone(client: FlaskClient, video: Video) -> None:
    other = make_video("another-video")
    add_rung(other)
    address = playlist_of(client.get(PAGE).text)
    assert client.get(address.replace("boot-of-a-car", "another-video")).status_code == 403
    assert client.get(address[:-1] + ("0" if address[-1] != "0" else "1")).status_code == 403
    assert client.get(f"{PAGE}/master.m3u8").status_code == 403
    assert client.get(address.replace("master", "1080")).status_code == 404


def test_what_is_not_shown_is_open_to_its_author_and_moderators_alone(
    app: Flask, client: FlaskClient, reader: FlaskClient, author: Account
) -> None:
    made = make_video(account_id=author.id, problem="画面读不出来。")
    moderator = account("o-moderator")
    moderator.role = "moderator"
    db.session.commit()
    trusted = [signed_in(app, person) for person in (author, moderator)]
    for state in ("uploading", "uploaded", "merging", "failed", "hidden"):
        made.state = state
        db.session.commit()
        for browser in trusted:
            page = browser.get(PAGE)
            assert (page.status_code, "画面读不出来。" in page.text) == (200, True), state
        assert client.get(PAGE).status_code == reader.get(PAGE).status_code == 404, state
    assert "北斗的后备厢" not in client.get("/videos/").text


def test_an_unlisted_video_opens_by_its_address_and_stands_in_no_list(
    client: FlaskClient, cars: list[Trim]
) -> None:
    make_video(visibility="unlisted", series_id=cars[0].series_id)
    page = client.get(PAGE)
    assert (page.status_code, "noindex" in page.text) == (200, True)
    for path in ("/videos/", f"/cars/series/{cars[0].series_id}", "/sitemap.xml"):
        assert "boot-of-a-car" not in client.get(path).text


def test_while_it_is_processed_the_original_plays_where_a_browser_can(
    client: FlaskClient, app: Flask
) -> None:
    made = make_video(state="processing", original_key="videos/boot-of-a-car/original.mp4")
    store_mp4("videos/boot-of-a-car/original.mp4", box(b"trak", b"avc1"))
    assert "先放原始文件" in client.get(PAGE).text
    made.container, made.public_id = "video/x-matroska", "boot-of-a-van"
    db.session.commit()
    page = client.get("/videos/boot-of-a-van").text
    assert "正在处理这个视频" in page
    assert "original" not in page


@pytest.mark.parametrize(
    "header",
    [
        box(b"udta", box(b"\xa9xyz", b"+39.9042+116.4074/")),
        box(b"udta", box(b"loci", b"place")),
        box(b"meta", box(b"keys", b"com.apple.quicktime.location.ISO6709")),
        box(b"trak", box(b"stsd", b"gpmd")),
        None,
    ],
)
def test_an_original_that_may_tell_where_it_was_filmed_is_given_to_nobody(
    client: FlaskClient, header: bytes | None, request: pytest.FixtureRequest
) -> None:
    name = f"film-{request.node.callspec.indices['header']}"
    key = f"videos/{name}/original"
    make_video(name, state="processing", original_key=key)
    if header is not None:
        store_mp4(key, header)
    page = client.get(f"/videos/{name}").text
    assert "记着拍摄地点" in page
    assert "original" not in page


def test_a_video_is_described_for_search_engines_and_stands_in_the_sitemap(
    client: FlaskClient, video: Video
) -> None:
    page = client.get(PAGE).text
    assert '"@type": "VideoObject"' in page
    assert '"duration": "PT240S"' in page
    assert f"{PAGE}</loc>" in client.get("/sitemap.xml").text


def test_the_pages_of_its_car_show_a_video_and_pages_of_others_do_not(
    client: FlaskClient, video: Video, cars: list[Trim]
) -> None:
    assert 'id="part-videos"' in client.get(f"/cars/series/{video.series_id}").text
    assert 'id="part-videos"' in client.get(f"/cars/trims/{video.trim_id}").text
    other = next(car for car in cars if car.series_id != video.series_id)
    assert 'id="part-videos"' not in client.get(f"/cars/trims/{other.id}").text


def test_the_home_page_shows_the_two_newest_and_how_many_there_are(
    client: FlaskClient, cars: list[Trim]
) -> None:
    assert beside.at_home() is None
    for n in range(3):
        make_video(f"video-number-{n}", published_at=NOON + timedelta(days=n))
    shown = beside.at_home()
    assert shown is not None
    assert [card.public_id for card in shown.cards] == ["video-number-2", "video-number-1"]
    assert shown.total == 3
    assert "video-number-2" in client.get("/").text


def test_cached_pages_follow_what_is_shown_of_videos(app: Flask, client: FlaskClient) -> None:
    version = next(
        v.read for v in app.extensions["chezhi.registry"].page_versions.values() if v.paths == PATHS
    )
    seen = {version()}
    made = make_video()
    seen.add(version())
    add_rung(made)
    seen.add(version())
    made.visibility = "unlisted"
    db.session.commit()
    seen.add(version())
    assert len(seen) == 4
    made.views += 1
    db.session.commit()
    assert version() in seen


def test_captions_are_served_to_the_page_that_names_them(
    app: Flask, client: FlaskClient, author: Account, video: Video
) -> None:
    own = signed_in(app, author)
    sent = b"WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n"
    for language in ("en", "zh"):
        own.post(
            f"{PAGE}/captions", data={"language": language, "file": (io.BytesIO(sent), "c.vtt")}
        )
    page = client.get(PAGE).text
    assert page.index('srclang="zh"') < page.index('srclang="en"')
    captions = client.get(f"{PAGE}/captions-en.vtt")
    assert (captions.mimetype, "hello" in captions.text) == ("text/vtt", True)
    own.post(f"{PAGE}/captions", data={"language": "en", "do": "remove"})
    assert client.get(f"{PAGE}/captions-en.vtt").status_code == 404


def test_only_the_author_changes_captions_and_chapters(
    app: Flask, reader: FlaskClient, author: Account, video: Video
) -> None:
    form = {"chapters": "00:10 外观\n02:13 后备厢"}
    assert reader.post(f"{PAGE}/chapters", data=form).status_code == 404
    assert reader.get(f"{PAGE}/details").status_code == 404
    own = signed_in(app, author)
    assert own.post(f"{PAGE}/chapters", data=form).status_code == 303
    assert "02:13 后备厢" in own.get(f"{PAGE}/details").text
    assert 'href="?t=133" data-jump="133"' in own.get(PAGE).text
    bad = own.post(f"{PAGE}/chapters", data={"chapters": "后备厢"})
    assert (bad.status_code, "第 1 行" in bad.text) == (400, True)
    assert "02:13 后备厢" in own.get(f"{PAGE}/details").text


def test_no_file_is_no_captions(app: Flask, author: Account, video: Video) -> None:
    answer = signed_in(app, author).post(f"{PAGE}/captions", data={"language": "zh"})
    assert (answer.status_code, "先选一个字幕文件" in answer.text) == (400, True)
