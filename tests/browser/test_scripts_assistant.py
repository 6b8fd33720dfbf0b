"""Modules of the conversation by themselves: its line, an answer on its way, its form."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.stage import Stage

# Sockets that a test opens, answers and breaks; pauses without their random part.
FAKES = """
window.made = [];
window.WebSocket = class extends EventTarget {
  static OPEN = 1;
  constructor(url) {
    super();
    Object.assign(this, { url, readyState: 0, sent: [] });
    made.push(this);
  }
  send(text) { this.sent.push(JSON.parse(text)); }
  close() { this.end(1000); }
  open() { this.readyState = 1; this.dispatchEvent(new Event("open")); }
  say(data) { this.dispatchEvent(new MessageEvent("message", { data })); }
  end(code) { this.readyState = 3; this.dispatchEvent(new CloseEvent("close", { code })); }
};
Math.random = () => 0.5;
window.htmx = { process() {} };
"""
LINE = """
const { Line } = await import("/static/js/assistant/line.js");
window.calls = [];
window.state = { needed: true, wanted: true };
const note = (name) => (frame) => calls.push(frame ? [name, frame] : name);
window.line = new Line({ needed: () => state.needed, wanted: () => state.wanted,
  opened: note("opened"), heard: note("heard"), broke: note("broke"), lost: note("lost") });
"""


@pytest.fixture
def timed(stage: Stage) -> Stage:
    """Time stands still but for `run_for`."""
    stage.page.clock.install(time=0)
    stage.page.clock.pause_at(1000)
    stage.show("", before=FAKES)
    stage.run(LINE)
    return stage


def sockets(stage: Stage) -> int:
    return int(stage.page.evaluate("made.length"))


def calls(stage: Stage) -> list[Any]:
    return list(stage.page.evaluate("calls.splice(0)"))


@pytest.mark.parametrize(("code", "first"), [(1006, 500), (1012, 300), (1001, 300)])
def test_a_broken_line_is_opened_again_after_growing_pauses_up_to_three_seconds(
    timed: Stage, code: int, first: int
) -> None:
    timed.run("line.connect()")
    assert timed.page.evaluate("made[0].url") == "wss://stage.test/assistant/socket"
    for tried in range(10):
        pause = min(3000, first * 2**tried)
        timed.run("made.at(-1).end(given)", code)
        assert calls(timed) == ["broke"]
        timed.page.clock.run_for(pause - 1)
        assert sockets(timed) == tried + 1
        timed.page.clock.run_for(1)
        assert sockets(timed) == tried + 2
    timed.run("made.at(-1).end(given)", code)
    assert calls(timed) == ["lost"]
    timed.page.clock.run_for(60_000)
    assert sockets(timed) == 11


def test_silence_is_looked_into_and_then_ends_the_line(timed: Stage) -> None:
    timed.run("line.guard(); made[0].open()")
    timed.page.clock.run_for(15_000)
    assert timed.page.evaluate("made[0].sent") == []
    timed.page.clock.run_for(3_000)
    assert timed.page.evaluate("made[0].sent") == [{"type": "ping"}]
    timed.run("""made[0].say('{"type": "pong"}')""")
    timed.page.clock.run_for(30_000)
    assert timed.page.evaluate("made[0].readyState") == 1
    timed.page.clock.run_for(3_000)
    assert timed.page.evaluate("made[0].readyState") == 3
    assert calls(timed) == ["opened", "broke"]


def test_a_line_nobody_waits_on_is_left_in_peace(timed: Stage) -> None:
    timed.run("line.guard(); made[0].open(); state.needed = false")
    timed.page.clock.run_for(60_000)
    assert timed.page.evaluate("[made[0].readyState, made[0].sent.length]") == [1, 0]
    timed.run("made[0].end(1006)")
    timed.page.clock.run_for(19_999)
    assert sockets(timed) == 1
    timed.page.clock.run_for(1)
    assert sockets(timed) == 2
    timed.run("state.wanted = false; made[1].end(1006)")
    timed.page.clock.run_for(60_000)
    assert sockets(timed) == 2
    assert calls(timed) == ["opened"]


def test_only_frames_are_handed_on_and_a_replaced_socket_is_not_missed(timed: Stage) -> None:
    timed.run(
        """line.send({ type: "watch" });
        made[0].open();
        line.send({ type: "stop" });
        for (const text of ["{", '{"type": "pong"}', '{"type": "text", "seq": 3}']) {
          made[0].say(text);
        }
        line.close();
        line.connect();"""
    )
    assert timed.page.evaluate("made[0].sent") == [{"type": "stop"}], "what waits is not kept"
    assert calls(timed) == ["opened", ["heard", {"type": "text", "seq": 3}]]
    assert sockets(timed) == 2


TURN = """
document.body.innerHTML = `<div id="log"><article><h2 class="turn-question"></h2>
  <div class="turn-answer" data-if-generated="AI">
  <div class="turn-live"><p class="turn-text"></p></div>
  <p class="turn-status"><span class="turn-status-text">…</span></p>
  <span data-label-generated hidden>AI</span></div></article></div>`;
const { Answer } = await import("/static/js/assistant/answer.js");
const article = document.querySelector("article");
const text = () => article.querySelector(".turn-text").textContent;
const former = [document.createElement("p"), document.createElement("p")];
former.forEach((paragraph, n) => paragraph.append("甲乙"[n]));
const answer = new Answer(article, { message: { text: "问" }, replaced: former });
"""


def test_text_is_let_out_evenly_and_the_rest_at_the_end(stage: Stage) -> None:
    stage.show("", before=FAKES)
    lengths = stage.run(
        TURN + "const seen = []; let next = null;"
        "window.requestAnimationFrame = (step) => { next = step; return 1; };"
        'answer.text({ writer: "rules", text: "一".repeat(24) });'
        "for (let n = 0; n < 3; n += 1) { seen.push(text().length); next(); }"
        'answer.text({ writer: "rules", text: "二".repeat(100) }); next();'
        "seen.push(text().length); answer.end(); next(); seen.push(text().length);"
        'return [seen, answer.waiting, text() === "一".repeat(24) + "二".repeat(100)];'
    )
    assert lengths == [[0, 2, 4, 16, 124], "", True]


@pytest.mark.parametrize(
    ("writer", "mark", "hidden"), [("rules", None, True), ("model", "AI", False)]
)
def test_only_words_of_a_model_carry_its_label(
    stage: Stage, writer: str, mark: str | None, hidden: bool
) -> None:
    stage.show("", before=FAKES)
    assert stage.run(
        TURN + 'answer.text({ writer: given, text: "词" }); answer.end();'
        'return [article.querySelector(".turn-answer").dataset.aigc ?? null,'
        ' article.querySelector("[data-label-generated]").hidden];',
        writer,
    ) == [mark, hidden]


def test_a_failed_answer_is_asked_again_in_place_of_what_it_replaced(stage: Stage) -> None:
    stage.show("", before=FAKES)
    failed = stage.run(
        TURN + 'let again = 0; answer.text({ writer: "rules", text: "半句" });'
        'answer.fail("断了", () => { again += 1; });'
        "const note = article.querySelector('.answer-note').textContent;"
        "const shown = [article.dataset.state, text(), note];"
        "article.querySelector('button').click();"
        "return [shown, again, document.getElementById('log').textContent];"
    )
    assert failed == [["failed", "半句", "断了"], 1, "甲乙"]


def test_an_answer_that_arrived_replaces_nothing_any_more(stage: Stage) -> None:
    stage.show("", before=FAKES)
    assert stage.run(
        TURN + "answer.arrived({ turn: 7 }); answer.fail('断了', null);"
        "const id = article.id; const buttons = article.querySelectorAll('button').length;"
        "answer.withdraw(); return [id, buttons, document.getElementById('log').textContent];"
    ) == ["turn-7", 0, ""]


FORM = """
document.body.innerHTML = `<section><form class="composer" data-ask action="/assistant/">
  <textarea name="text"></textarea><button class="composer-send"></button>
  <button type="button" data-stop hidden></button></form>
  <form id="other" data-ask><input name="again" value=" 5 "><input name="key" value="k"></form>
  <form id="sum" data-ask><input name="sum_km" value=" 30000 "><input name="sum_rate"></form>
  <form id="empty" data-ask><input name="sum_km"></form>
  </section>
  <form id="strange" data-ask><input name="text" value="别处"></form>`;
const { Composer, post } = await import("/static/js/assistant/composer.js");
const [section, form] = [document.querySelector("section"), document.querySelector(".composer")];
const asked = []; let takes = true; let ready = 0;
const composer = new Composer(section, {
  ask: (data) => { asked.push(data); return takes; }, stop() {}, ready: () => { ready += 1; } });
"""


def test_the_form_asks_what_is_known_of_and_keeps_what_was_not_taken(stage: Stage) -> None:
    stage.show("", before=FAKES)
    asked, fields, ready = stage.run(
        FORM
        + """const field = form.elements.text; const fields = [];
        const send = (text) => {
          field.value = text;
          form.requestSubmit();
          fields.push(field.value);
        };
        field.focus(); field.blur(); field.focus();
        send("  "); send(" 六座 "); takes = false; send("五座");
        document.getElementById("other").requestSubmit(); fields.push(field.value);
        for (const id of ["sum", "empty"]) document.getElementById(id).requestSubmit();
        document.addEventListener("submit", (event) => event.preventDefault());
        document.getElementById("strange").requestSubmit();
        return [asked, fields, ready];"""
    )
    assert asked == [{"text": "六座"}, {"text": "五座"}, {"again": "5"}, {"sum_km": "30000"}]
    assert fields == ["  ", "", "五座", "五座"]
    assert ready == 1


def test_the_form_follows_the_conversation_and_gives_words_back(stage: Stage) -> None:
    stage.show("", before=FAKES)
    assert stage.run(
        FORM
        + """const now = () => [form.getAttribute("action"),
          [...form.querySelectorAll("[name=reply_to]")].map((input) => input.value)];
        const seen = [];
        for (const call of [["c", 3], ["c", 4], ["", null]]) {
          composer.follow(...call);
          seen.push(now());
        }
        const words = [];
        for (const word of ["", "还你", "不要"]) {
          composer.giveBack(word);
          words.push(composer.field.value);
        }
        composer.busy(true);
        return [seen, words, composer.send.hidden, composer.stop.hidden];"""
    ) == [
        [["/assistant/c", ["3"]], ["/assistant/c", ["4"]], ["/assistant/", []]],
        ["", "还你", "还你"],
        True,
        False,
    ]


def test_a_question_without_a_line_goes_as_a_form(stage: Stage) -> None:
    stage.show("", before=FAKES)
    assert stage.run(
        FORM
        + """let sent = null;
        HTMLFormElement.prototype.submit = function () {
          sent = [this.method, this.getAttribute("action"), Object.fromEntries(new FormData(this))];
        };
        post({ type: "ask", conversation: "c", key: "k", text: "六座<b>", trim: undefined });
        return sent;"""
    ) == ["post", "/assistant/c", {"key": "k", "text": "六座<b>"}]
