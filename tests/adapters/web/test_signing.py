"""Signing in by a link, and out."""

from __future__ import annotations

from datetime import timedelta

from tests.adapters.web.stage import Web


async def test_looking_at_a_link_does_not_use_it_up(web: Web) -> None:
    browser, secret = await web.plain(), await web.stage.link()
    for _ in range(3):
        page = await browser.get(f"/sign-in/{secret}")
        assert page.status_code == 200
        assert f'action="/sign-in/{secret}"' in page.text
        assert "tw_session" not in browser.cookies
        assert page.headers["referrer-policy"] == "no-referrer"
    signed = await browser.post(f"/sign-in/{secret}")
    assert (signed.status_code, signed.headers["location"]) == (303, "/")
    assert "HttpOnly" in signed.headers["set-cookie"]
    assert "SameSite=lax" in signed.headers["set-cookie"]
    assert (await browser.get("/api/me")).json()["name"] == "Ana"


async def test_a_link_works_once_and_for_ten_minutes(web: Web) -> None:
    browser, secret = await web.plain(), await web.stage.link()
    assert (await browser.post(f"/sign-in/{secret}")).status_code == 303
    assert (await (await web.plain()).post(f"/sign-in/{secret}")).status_code == 410
    late = await web.stage.link()
    web.stage.clock.at += timedelta(minutes=11)
    assert (await (await web.plain()).post(f"/sign-in/{late}")).status_code == 410
    assert (await (await web.plain()).post("/sign-in/guess")).status_code == 410


async def test_signing_out_ends_the_cookie(web: Web) -> None:
    browser, csrf = await web.browser()
    cookie = browser.cookies["tw_session"]
    assert (await browser.post("/sign-out", data={"csrf": "guess"})).status_code == 403
    assert (await browser.post("/sign-out", data={"csrf": csrf})).status_code == 303
    again = await web.plain(headers={"Cookie": f"tw_session={cookie}"})
    assert (await again.get("/api/me")).status_code == 401


async def test_a_form_of_another_site_signs_nobody_in(web: Web) -> None:
    browser, secret = await web.plain(), await web.stage.link()
    answer = await browser.post(f"/sign-in/{secret}", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
