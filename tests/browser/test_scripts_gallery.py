"""The script of the gallery: steps, the large picture, and back to where one was."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.stage import Stage

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def strip(*names: str) -> str:
    items = "".join(
        f'<li style="flex: 0 0 100%"><a class="gallery-open" href="{PIXEL}#{name}" data-width="30" '
        f'data-height="20"><img src="{PIXEL}" width="300" height="200" alt="{name}"></a></li>'
        for name in names
    )
    return (
        "<style>.gallery-strip { display: flex; width: 300px; overflow-x: auto; padding: 0 }"
        ".lightbox.is-zoomed img { outline: 1px solid }</style>"
        f'<section data-gallery><ul class="gallery-strip" tabindex="0">{items}</ul>'
        '<p class="gallery-bar" hidden><button data-step="-1">上一张</button>'
        '<span data-at>1</span><button data-step="1">下一张</button></p></section>'
    )


def test_pictures_are_stepped_through_and_opened_large(stage: Stage) -> None:
    page = stage.show(strip("一", "二", "三"), "gallery")
    at, after = page.locator("[data-at]"), page.locator(".gallery-bar [data-step='1']")
    expect(at).to_have_text("1")
    after.click()
    expect(at).to_have_text("2")
    page.locator(".gallery-open").nth(1).click()
    box = page.locator("dialog.lightbox")
    shown = box.locator("img")
    expect(box).to_be_visible()
    expect(shown).to_have_attribute("alt", "二")
    expect(shown).to_have_attribute("width", "30")
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_attribute("alt", "三")
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_attribute("alt", "一")  # round
    page.keyboard.press("+")
    expect(box.locator("[data-zoom]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_attribute("alt", "一")  # arrows now move the large picture
    page.keyboard.press("-")
    page.keyboard.press("ArrowLeft")
    expect(shown).to_have_attribute("alt", "三")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(page.locator(".gallery-open").nth(2)).to_be_focused()
    expect(at).to_have_text("3")
    expect(after).to_have_attribute("aria-disabled", "true")
