"""The HTTP server over a real socket, with the clients that people use."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import openai
import pytest
from app_server import served

from assistant.access.callers import Caller
from assistant.access.keys import add_key
from assistant.access.users import add_user
from assistant.api import Assistant
from assistant.errors import ConfigError
from assistant.integrations.http.app import check_may_serve, create_app
from assistant.integrations.http.guard import MAX_BODY_BYTES
from assistant.integrations.http.limits import RateLimiter, Workers
from assistant.integrations.http.problems import Problem
from assistant.types import REFUSAL

QUESTION = "When was the Harbour Bridge opened?"


@pytest.fixture(scope="module")
def url(town_bot: Assistant) -> Iterator[str]:
    with served(create_app(town_bot)) as address:
        yield address


@pytest.fixture(scope="module")
def web(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=120) as client:
        yield client


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as found:
        yield found


def test_a_chat_completion_is_the_answer_with_its_citations(client: openai.OpenAI, town_bot: Assistant) -> None:
    answer = town_bot.answer(QUESTION)
    reply = client.chat.completions.create(model="citewell", messages=[{"role": "user", "content": QUESTION}])
    message = reply.choices[0].message
    assert message.content == answer.text
    assert not answer.abstained
    assert reply.usage is not None
    assert reply.usage.total_tokens > 0
    links = [a.url_citation for a in message.annotations or [] if a.type == "url_citation"]
    assert links
    assert all(message.content[link.start_index : link.end_index].startswith("[") for link in links)
    whole = (reply.model_extra or {})["citewell"]
    assert whole["citations"] == json.loads(json.dumps(answer.to_dict()["citations"]))


def test_a_streamed_chat_completion_adds_up_to_the_answer(client: openai.OpenAI, town_bot: Assistant) -> None:
    stream = client.chat.completions.create(
        model="citewell",
        messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text.split() == town_bot.answer(QUESTION).text.split()
    assert chunks[-1].usage is not None
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"


def test_earlier_messages_are_the_history(client: openai.OpenAI) -> None:
    messages = [
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": "On 4 March 1931."},
        {"role": "user", "content": [{"type": "text", "text": "And how long is it?"}]},
    ]
    reply = client.chat.completions.create(model="citewell", messages=messages)  # type: ignore[arg-type]
    assert "Bridge" in (reply.model_extra or {})["citewell"]["standalone_question"]


def test_what_the_documents_do_not_say_is_a_refusal(client: openai.OpenAI) -> None:
    messages = [{"role": "user", "content": "What does a ticket to the moon cost?"}]
    reply = client.chat.completions.create(model="citewell", messages=messages)  # type: ignore[arg-type]
    assert reply.choices[0].message.content == REFUSAL


def test_responses_in_the_plain_form(client: openai.OpenAI, town_bot: Assistant) -> None:
    text = town_bot.answer(QUESTION).text
    reply = client.responses.create(model="citewell", input=QUESTION)
    assert reply.output_text == text
    events = list(client.responses.create(model="citewell", input=QUESTION, stream=True))
    assert events[-1].type == "response.completed"
    assert events[-1].response.output_text == text
    assert [e.sequence_number for e in events] == list(range(len(events)))


def test_the_models_are_the_collections(client: openai.OpenAI) -> None:
    assert [m.id for m in client.models.list()] == ["citewell"]
    with pytest.raises(openai.NotFoundError, match="There is no collection"):
        client.models.retrieve("gpt-4o")


def test_errors_come_in_openai_s_form(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="ask something in words"):
        client.chat.completions.create(model="citewell", messages=[{"role": "user", "content": "?"}])


def test_llama_index_can_use_it_as_a_model(url: str, town_bot: Assistant) -> None:
    from llama_index.core.llms import ChatMessage
    from llama_index.llms.openai_like import OpenAILike

    model = OpenAILike(model="citewell", api_base=f"{url}/v1", api_key="none", is_chat_model=True, max_retries=0)
    answer = town_bot.answer(QUESTION)
    assert model.chat([ChatMessage(role="user", content=QUESTION)]).message.content == answer.text
    *_, last = model.stream_chat([ChatMessage(role="user", content=QUESTION)])
    assert (last.message.content or "").split() == answer.text.split()


@pytest.mark.parametrize(
    ("task", "output"),
    [
        ("Generate a concise, 3-5 word title with an emoji summarizing the chat history.", '{ "title": "…" }'),
        ("Generate 1-3 broad tags categorizing the main themes of the chat history", '{ "tags": ["tag1"] }'),
        ("Suggest 3-5 relevant follow-up questions", '{ "follow_ups": ["Question 1?"] }'),
    ],
)
def test_what_a_chat_program_asks_beside_the_conversation_is_no_question(
    client: openai.OpenAI, task: str, output: str
) -> None:
    """As Open WebUI asks for titles, tags and follow-ups."""
    prompt = (
        f"### Task:\n{task}\n### Output:\nJSON format: {output}\n### Chat History:\n<chat_history>\n"
        f"USER: {QUESTION}\nASSISTANT: On 4 March 1931.\n</chat_history>"
    )
    reply = client.chat.completions.create(model="citewell", messages=[{"role": "user", "content": prompt}])
    said = json.loads(reply.choices[0].message.content or "")
    assert list(said) == [output.split('"')[1]]
    assert said[output.split('"')[1]] in (QUESTION, [])


def test_the_own_interface_gives_the_same_answer_as_python(web: httpx.Client, town_bot: Assistant) -> None:
    found = web.post("/api/ask", json={"question": QUESTION}).raise_for_status().json()
    wanted = json.loads(json.dumps(town_bot.answer(QUESTION).to_dict()))
    assert {**found, "timings": 0} == {**wanted, "timings": 0}


def test_the_stream_tells_stages_then_sentences_then_the_answer(web: httpx.Client) -> None:
    with web.stream("POST", "/api/stream", json={"question": QUESTION}) as reply:
        lines = [line for line in reply.iter_lines() if line]
    events = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    assert events[0] == "stage"
    assert "sentence" in events
    assert events[-1] == "answer"


def test_search_sources_and_documents(web: httpx.Client, town_bot: Assistant) -> None:
    hits = web.post("/api/search", json={"query": QUESTION, "limit": 2}).raise_for_status().json()
    assert len(hits) == 2
    names = [s["source"] for s in web.get("/api/sources").raise_for_status().json()]
    assert names == [s.source for s in town_bot.sources()]
    text = web.get(f"/api/documents/{hits[0]['source']}").raise_for_status().json()["text"]
    assert text[hits[0]["start"] : hits[0]["end"]] == hits[0]["text"]


def test_a_statement_is_verified_against_the_folder(web: httpx.Client, town_bot: Assistant) -> None:
    citation = town_bot.answer(QUESTION).citations[0]
    found = web.post("/api/verify", json={"claim": citation.quote}).raise_for_status().json()
    assert found["supported"]
    assert found["places"][0]["quote"]
    wrong = web.post("/api/verify", json={"claim": "The Harbour Bridge was closed in 1066."}).json()
    assert not wrong["supported"]
    assert wrong["reason"]


def test_errors_are_problem_details(web: httpx.Client) -> None:
    for reply, status in (
        (web.post("/api/ask", json={"question": "  "}), 400),
        (web.post("/api/ask", json={"question": QUESTION, "since": "yesterday"}), 400),
        (web.post("/api/ask", json={"questoin": QUESTION}), 422),
        (web.post("/api/ask", json={"question": QUESTION, "collection": "other"}), 404),
        (web.get("/api/documents/../../etc/passwd"), 404),
        (web.get("/api/documents/none.txt"), 404),
        (web.get("/nothing"), 404),
        (web.post("/api/ask", content=b"x" * (MAX_BODY_BYTES + 1)), 413),
    ):
        assert reply.status_code == status, reply.text
        assert reply.headers["content-type"] == "application/problem+json"
        assert {"type", "title", "status", "detail"} <= reply.json().keys()


def test_pages_elsewhere_cannot_use_a_local_server(web: httpx.Client) -> None:
    assert web.get("/api/sources", headers={"Host": "evil.example"}).status_code == 421
    assert web.get("/api/sources", headers={"Origin": "https://evil.example"}).status_code == 403


def test_health_readiness_metrics_and_schema(web: httpx.Client) -> None:
    assert web.get("/healthz").json() == {"status": "ok"}
    assert web.get("/readyz").json() == {"status": "ready"}
    web.post("/api/ask", json={"question": QUESTION}).raise_for_status()
    metrics = web.get("/metrics").text
    assert 'citewell_questions_total{mode="quotes",outcome="answered"}' in metrics
    assert "citewell_stage_seconds_bucket" in metrics
    paths = web.get("/openapi.json").json()["paths"]
    assert {"/api/ask", "/api/stream", "/v1/chat/completions", "/v1/responses"} <= paths.keys()


def test_an_ingest_over_http_reports_what_it_did(web: httpx.Client, town_bot: Assistant) -> None:
    report = web.post("/api/ingest").raise_for_status().json()
    assert report["unchanged"] == len(town_bot.sources())


def test_keys_are_needed_where_there_are_some_and_have_limits(town_bot: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    reader, writer = add_key(path, "reader", per_minute=3), add_key(path, "writer", ingest=True)
    assert reader not in path.read_text()
    app = create_app(bot_with(town_bot, api_keys=path))
    with served(app) as url, httpx.Client(base_url=url, timeout=120) as web:
        assert web.get("/api/sources").status_code == 401
        assert web.get("/metrics").status_code == 401
        assert web.get("/healthz").status_code == 200
        assert web.get("/api/sources", headers={"Authorization": "Bearer wrong"}).status_code == 401
        mine = {"Authorization": f"Bearer {reader}"}
        assert web.get("/api/sources", headers=mine).status_code == 200
        assert web.get("/api/sources", headers={"X-API-Key": reader}).status_code == 200
        assert web.post("/api/ingest", headers=mine).status_code == 403
        late = web.get("/api/sources", headers=mine)
        assert late.status_code == 429
        assert int(late.headers["Retry-After"]) >= 1
        assert web.post("/api/ingest", headers={"Authorization": f"Bearer {writer}"}).status_code == 200


def bot_with(bot: Assistant, **changes: object) -> Assistant:
    """The same assistant with other settings of a server."""
    other = bot.variant()
    other.settings = replace(bot.settings, **changes)  # type: ignore[arg-type]
    return other


def test_a_collection_that_is_not_theirs_does_not_exist_for_anyone_by_any_path(
    town_bot: Assistant, tmp_path: Path
) -> None:
    secret, store = tmp_path / "secret", tmp_path / "secret-store"
    secret.mkdir()
    (secret / "merger.txt").write_text("Project Nightjar\n\nThe merger with Oriole Works closes on 3 May 2031.\n")
    town_bot.for_corpus(secret, store).ingest()
    s = town_bot.settings
    collections = tmp_path / "collections.toml"
    collections.write_text(
        f'[town]\nfolder = "{s.corpus}"\nstore = "{s.store}"\n'
        f'[board]\ntitle = "Board papers"\nfolder = "{secret}"\nstore = "{store}"\nreaders = ["anna"]\n'
    )
    add_user(tmp_path / "users.toml", "anna", "long enough")
    add_user(tmp_path / "users.toml", "ben", "also long enough")
    app = create_app(bot_with(town_bot, collections=collections, users=tmp_path / "users.toml"))
    question = "When does the merger with Oriole Works close?"
    chat = {"messages": [{"role": "user", "content": question}]}
    with served(app) as url, httpx.Client(base_url=url, timeout=120) as web:
        anna, ben = httpx.BasicAuth("anna", "long enough"), httpx.BasicAuth("ben", "also long enough")
        assert "2031" in web.post("/api/ask", json={"question": question, "collection": "board"}, auth=anna).text
        assert web.get("/api/sources", auth=httpx.BasicAuth("ben", "wrong password")).status_code == 401
        replies = [
            web.get(path, params={"collection": name}, auth=ben)
            for path in ("/api/sources", "/api/documents/merger.txt", "/api/collections", "/v1/models", "/metrics")
            for name in ("", "board", "citewell/board", "town")
        ]
        for name in (None, "board", "citewell/board", "town"):
            replies += [
                web.post(path, json={**body, **({"collection": name} if name else {})}, auth=ben)
                for path, body in (
                    ("/api/ask", {"question": question}),
                    ("/api/stream", {"question": question}),
                    ("/api/search", {"query": question}),
                    ("/api/ingest", {}),
                )
            ]
            claim = {"claim": "The merger with Oriole Works closes on 3 May 2031.", "collection": name}
            assert not web.post("/api/verify", json=claim, auth=ben).json().get("supported")
            named = {"model": name} if name else {}
            replies += [
                web.post("/v1/chat/completions", json={**chat, **named}, auth=ben),
                web.post("/v1/responses", json={"input": question, **named}, auth=ben),
                web.get(f"/v1/models/{name}", auth=ben),
            ]
            call = {"name": "ask", "arguments": {"question": question, "collection": name}}
            listed = {"name": "list_documents", "arguments": {"collection": name}}
            uri = {"uri": f"citewell://{name}/merger.txt"}
            for method, params in (("tools/call", call), ("tools/call", listed), ("resources/read", uri)):
                body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
                accept = {"Accept": "application/json, text/event-stream"}
                replies.append(web.post("/mcp", json=body, headers=accept, auth=ben))
        for reply in replies:
            text = reply.text.replace(question, "")
            assert not [w for w in ("Nightjar", "2031", "Board papers") if w in text], (reply.url, text)


def test_a_client_that_leaves_stops_the_work() -> None:
    started, let_go = threading.Event(), threading.Event()
    workers = Workers(1, 1)

    def work() -> None:
        started.set()
        assert let_go.wait(20)

    first = workers.submit(work)
    assert started.wait(20)
    second = workers.submit(work)
    with pytest.raises(Problem) as busy:
        workers.submit(work)
    assert busy.value.status == 429
    assert "Retry-After" in busy.value.headers
    assert second.cancel()
    assert workers.pending == 1
    let_go.set()
    first.result(20)
    workers.close()
    assert workers.pending == 0


def test_questions_stop_at_their_next_stage_once_nobody_waits(web: httpx.Client) -> None:
    before = cancelled(web)
    for _ in range(2):
        with web.stream("POST", "/api/stream", json={"question": QUESTION}) as reply:
            next(reply.iter_lines())
    deadline = time.monotonic() + 20
    while "citewell_questions_pending 0.0" not in web.get("/metrics").text:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert cancelled(web) >= before


def cancelled(web: httpx.Client) -> float:
    lines = web.get("/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("citewell_questions_cancelled_total "))


def test_a_bucket_fills_evenly() -> None:
    now = [0.0]
    limiter, caller = RateLimiter(lambda: now[0]), Caller("ci", per_minute=2)
    limiter.take(caller)
    limiter.take(caller)
    with pytest.raises(Problem, match="Wait 30 seconds"):
        limiter.take(caller)
    now[0] = 30.0
    limiter.take(caller)


def test_without_keys_only_this_machine_is_served(town_bot: Assistant) -> None:
    with pytest.raises(ConfigError, match="assistant keys add"):
        check_may_serve(town_bot, "0.0.0.0", 0)
