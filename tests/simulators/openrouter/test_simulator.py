"""The simulator as others use it: queue, responder, what became of the connections."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from bot.simulators.openrouter import Answer, OpenRouterSimulator, problems
from tests.simulators.process import process

CALL = {"model": "simulated/coder", "messages": [{"role": "user", "content": "hello"}]}


async def said(http: httpx.AsyncClient) -> str:
    response = await http.post("/chat/completions", json=CALL)
    content = response.json()["choices"][0]["message"]["content"]
    assert isinstance(content, str)
    return content


async def test_queue_then_responder_then_echo(
    http: httpx.AsyncClient, simulator: OpenRouterSimulator
) -> None:
    simulator.answer(Answer("first"), Answer("second"))
    assert [await said(http) for _ in range(3)] == ["first", "second", "You said: hello"]
    simulator.respond(lambda body: Answer(f"decided for {body['model']}"))
    simulator.answer(Answer("third"))
    assert [await said(http) for _ in range(2)] == ["third", "decided for simulated/coder"]
    assert [body["messages"] for body in simulator.requests] == [CALL["messages"]] * 5


async def test_a_refused_request_uses_up_no_answer(
    http: httpx.AsyncClient, simulator: OpenRouterSimulator
) -> None:
    simulator.answer(Answer("kept"))
    assert (await http.post("/chat/completions", json={**CALL, "messages": []})).status_code == 400
    assert await said(http) == "kept"


async def test_the_same_orders_give_the_same_bytes() -> None:
    answers = []
    for _ in range(2):
        async with OpenRouterSimulator.start() as simulator, httpx.AsyncClient(trust_env=False) as http:
            simulator.answer(Answer("text " * 20, reasoning="because", keepalives=2))
            headers = {"Authorization": f"Bearer {simulator.key}"}
            url = f"{simulator.base_url}/chat/completions"
            answers.append((await http.post(url, json={**CALL, "stream": True}, headers=headers)).content)
    assert answers[0] == answers[1]


async def test_a_client_that_hangs_up_is_noticed(
    http: httpx.AsyncClient, simulator: OpenRouterSimulator
) -> None:
    simulator.answer(Answer("text", hold=asyncio.Event()))
    async with http.stream("POST", "/chat/completions", json={**CALL, "stream": True}) as response:
        await simulator.until(lambda: simulator.open_streams == 1)
        id_ = response.headers["x-generation-id"]
    await simulator.until(lambda: simulator.closed_early == 1, timeout=1)
    assert simulator.open_streams == 0
    assert (await http.get(f"/generation?id={id_}")).json()["data"]["cancelled"] is True


async def test_a_problem_may_come_before_an_answer(
    http: httpx.AsyncClient, simulator: OpenRouterSimulator
) -> None:
    simulator.answer(problems.html(502), Answer("better"))
    response = await http.post("/chat/completions", json=CALL)
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (502, "text/html")
    assert await said(http) == "better"


async def test_waiting_says_how_things_stand(simulator: OpenRouterSimulator) -> None:
    with pytest.raises(TimeoutError, match="0 requests, 0 open streams"):
        await simulator.until(lambda: None, timeout=0.01)


async def test_the_simulator_as_a_process() -> None:
    async with process("openrouter") as settings:
        headers = {"Authorization": f"Bearer {settings['OPENROUTER_API_KEY']}"}
        base = settings["OPENROUTER_BASE_URL"]
        async with httpx.AsyncClient(base_url=base, headers=headers, trust_env=False) as http:
            assert await said(http) == "You said: hello"
