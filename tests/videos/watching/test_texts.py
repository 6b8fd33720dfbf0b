"""Moments, captions and chapters as people write them."""

from __future__ import annotations

import pytest

from webapp.videos.watching import chapters, timecodes, webvtt


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("02:13", 133),
        ("2:13", 133),
        ("2：13", 133),
        ("1:02:13", 3733),
        ("133", 133),
        ("0", 0),
        ("120:00", 7200),
    ],
)
def test_a_moment_is_read_as_people_write_it(text: str, second: int) -> None:
    assert timecodes.read(text) == second


@pytest.mark.parametrize("text", ["", "2:60", "1:60:00", "-1", "1.5", "٣", "2:13:", "99:00:00"])
def test_what_is_no_moment_is_not_read(text: str) -> None:
    assert timecodes.read(text) is None


@pytest.mark.parametrize(("second", "text"), [(133.9, "02:13"), (3733, "1:02:13"), (0, "00:00")])
def test_a_moment_is_written_with_hours_only_where_there_are_some(second: float, text: str) -> None:
    assert timecodes.written(second) == text


def test_captions_keep_their_words_and_lose_everything_else() -> None:
    sent = (
        "WEBVTT - 标题\r\n\r\nSTYLE\r\n::cue { background: url(http://evil.test) }\r\n\r\n"
        "NOTE 只给自己看\r\n\r\n1\r\n00:01.000 --> 00:03.500 line:0 position:20%\r\n"
        "<v 张三><b>后备厢</b> 5 &lt; 6 &amp; 7\r\n第二行\r\n"
    ).encode()
    assert webvtt.write(webvtt.read(sent)) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:03.500\n后备厢 5 &lt; 6 &amp; 7\n第二行\n"
    )


def test_a_subrip_file_becomes_webvtt_in_the_order_of_time() -> None:
    sent = "2\n00:01:05,000 --> 00:01:06,000\n后\n\n1\n00:00:01,000 --> 00:00:02,000\n先\n"
    assert webvtt.read(sent.encode("utf-8-sig")) == [
        webvtt.Cue(1000, 2000, ("先",)),
        webvtt.Cue(65_000, 66_000, ("后",)),
    ]


def test_text_cannot_open_another_cue() -> None:
    sent = "WEBVTT\n\n00:01.000 --> 00:02.000\n看 00:09.000 --&gt; 00:10.000\n"
    written = webvtt.write(webvtt.read(sent.encode()))
    assert written.count("-->") == 1
    assert len(webvtt.read(written.encode())) == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "不是字幕文件"),
        (b"hello\nworld\n", "不是字幕文件"),
        (b"WEBVTT\n\nNOTE nothing\n", "没有一句"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n中".encode("gb18030"), "UTF-8"),
        (b"WEBVTT\n\n00:03.000 --> 00:02.000\na\n", "第 3 行：结束的时间"),
        (b"WEBVTT\n\n0:1 --> 0:2\na\n", "第 3 行的时间读不懂"),
        (b"WEBVTT\n\n10:00.000 --> 10:02.000\na\n", "视频结束之后"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"a" * 201, "最多 200 个"),
        (b"WEBVTT" + b" " * webvtt.MOST_BYTES, "最大 512 KB"),
    ],
)
def test_captions_that_cannot_be_used_are_refused_in_words(sent: bytes, said: str) -> None:
    with pytest.raises(webvtt.UnreadableCaptions, match=said):
        webvtt.read(sent, seconds=240)


def test_chapters_are_read_by_line_and_ordered() -> None:
    read = chapters.read("02:13 后备厢\n\n00:00  外观 和 内饰\n", seconds=240)
    assert read == [(0, "外观 和 内饰"), (133, "后备厢")]
    assert chapters.read(chapters.write(read), seconds=240) == read


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("00:00 外观\n后备厢 02:13", "第 2 行要写成"),
        ("00:00", "第 1 行要写成"),
        ("04:00 结束", "视频结束之后"),
        ("00:10 一\n0:10 二", "第 2 行的时间和前面"),
        ("00:10 " + "长" * 41, "最多 40 个字"),
        ("\n".join(f"{n} 章" for n in range(41)), "最多 40 个"),
    ],
)
def test_chapters_that_cannot_be_honoured_are_named_by_line(text: str, said: str) -> None:
    with pytest.raises(chapters.UnreadableChapters, match=said):
        chapters.read(text, seconds=240)
