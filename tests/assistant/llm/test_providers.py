"""The models of OpenAI, Anthropic, Ollama and servers like them, against a local server that speaks their languages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from model_server import ModelServer, Reply, serving, shape

from assistant.config import Settings
from assistant.errors import ConfigError, LLMError, LLMRefused, LLMTimeout, LLMTooLong, LLMUnavailable
from assistant.llm import providers as llm
from assistant.llm.model import Message, Model

KEY = "sk-planted-3f9a77c1"
TEXT = "The bridge is 310 metres long [1]."
ASK = [Message("system", "Answer shortly."), Message("user", "How long is the bridge?")]
NAMES = {
    "openai": "openai/gpt-4o-mini", "newer": "openai/gpt-99", "openai-like": "openai-like/mine",
    "anthropic": "anthropic/claude-sonnet-4-5-20250929", "ollama": "ollama/llama3.2",
}  # fmt: skip
ALL = list(NAMES)
Open = Callable[..., Model]


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving() as server:
        yield server


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ASSISTANT_MODEL_KEY", "OLLAMA_API_KEY"):
        monkeypatch.setenv(name, KEY)
    monkeypatch.setattr(llm, "FIRST_WAIT", 0.01)


@pytest.fixture
def open_model(server: ModelServer) -> Open:
    def make(kind: str, **more: object) -> Model:
        url = server.url if kind in ("anthropic", "ollama") else f"{server.url}/v1"
        options = {"model": NAMES[kind], "model_url": url, "model_timeout": 20, "model_context": 4096, **more}
        model = llm.open_model(Settings(**options))  # type: ignore[arg-type]
        assert model is not None
        return model

    return make


def wire(kind: str) -> str:
    return "openai" if kind in ("newer", "openai-like") else kind


def failure(model: Model) -> LLMError:
    with pytest.raises(LLMError) as caught:
        list(model.stream(ASK))
    message = str(caught.value)
    assert "\n" not in message
    assert KEY not in message
    assert len(message) < 400
    return caught.value


def test_no_model_is_no_error() -> None:
    assert llm.open_model(Settings()) is None


@pytest.mark.parametrize("kind", ALL)
def test_pieces_come_as_they_are_written(kind: str, server: ModelServer, open_model: Open) -> None:
    server.replies = [Reply(between=0.15)]
    times, pieces = [], []
    for piece in open_model(kind).stream(ASK):
        times.append(time.monotonic())
        pieces.append(piece)
    assert "".join(pieces) == TEXT
    assert len(pieces) == 3
    assert times[-1] - times[0] > 0.2


@pytest.mark.parametrize("kind", ALL)
def test_the_messages_the_model_and_the_longest_answer_are_sent(
    kind: str, server: ModelServer, open_model: Open
) -> None:
    model = open_model(kind)
    list(model.stream(ASK, tokens=77))
    ((_, headers, body),) = server.asked
    sent = [m["content"] for m in body["messages"]]
    if kind == "anthropic":
        sent = [body["system"], *sent]
    told = [c[0]["text"] if isinstance(c, list) else c for c in sent]
    assert told == [m.content for m in ASK]
    assert body["model"] == NAMES[kind].partition("/")[2]
    longest = body.get("max_tokens") or body.get("max_completion_tokens") or body["options"]["num_predict"]
    assert longest == 77
    assert KEY in str(headers)
    assert model.name == NAMES[kind]
    assert model.context == 4096


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("finish", ["stop", "max_tokens"])
def test_a_stream_says_whether_its_text_was_cut(kind: str, finish: str, server: ModelServer, open_model: Open) -> None:
    server.replies = [Reply(finish=finish)]
    stream = open_model(kind).stream(ASK)
    assert [next(stream) for _ in range(3)] == ["The bridge is ", "310 metres ", "long [1]."]
    with pytest.raises(StopIteration) as stop:
        next(stream)
    assert stop.value.value is (finish == "max_tokens")


@pytest.mark.parametrize("kind", ALL)
def test_closing_the_stream_closes_the_connection_at_once(kind: str, server: ModelServer, open_model: Open) -> None:
    server.replies = [Reply(pieces=["word "] * 2000, between=0.02)]
    stream = open_model(kind).stream(ASK)
    assert next(stream) == "word "
    start = time.monotonic()
    stream.close()
    assert server.gone.wait(2)
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(
    ("status", "type_", "code"),
    [(429, "rate_limit_error", "rate_limit_exceeded"), (500, "api_error", None), (503, "server_error", None),
     (529, "overloaded_error", None)],
)  # fmt: skip
def test_what_may_pass_is_tried_again_before_the_first_piece(
    kind: str, status: int, type_: str, code: str | None, server: ModelServer, open_model: Open
) -> None:
    error = Reply(status=status, body=shape(wire(kind), status, "Try later", type_, code))
    server.replies = [error, error, Reply()]
    assert "".join(open_model(kind).stream(ASK)) == TEXT
    assert len(server.asked) == 3


@pytest.mark.parametrize("kind", ALL)
def test_it_is_tried_three_times_and_then_told(kind: str, server: ModelServer, open_model: Open) -> None:
    server.replies = [Reply(status=500, body=shape(wire(kind), 500, "Internal server error", "api_error"))]
    error = failure(open_model(kind))
    assert isinstance(error, LLMUnavailable)
    assert f"The server of the model {NAMES[kind]} failed (500): try again later. It says: Internal server" in str(
        error
    )
    assert len(server.asked) == 3


@pytest.mark.parametrize("kind", ALL)
def test_the_wait_that_a_server_asks_for_is_kept(kind: str, server: ModelServer, open_model: Open) -> None:
    slow = Reply(status=429, body=shape(wire(kind), 429, "Slow down", "rate_limit_error"), headers={"Retry-After": "1"})
    server.replies = [slow, Reply()]
    start = time.monotonic()
    assert "".join(open_model(kind).stream(ASK)) == TEXT
    assert 1 <= time.monotonic() - start < 3 or kind == "ollama"  # whose SDK drops the headers


@pytest.mark.parametrize("kind", ["openai", "openai-like", "anthropic"])
def test_a_wait_that_is_too_long_is_not_begun(kind: str, server: ModelServer, open_model: Open) -> None:
    body = shape(wire(kind), 429, "Slow down", "rate_limit_error")
    server.replies = [Reply(status=429, body=body, headers={"Retry-After": "3600"})]
    assert "too many requests: try again later" in str(failure(open_model(kind)))
    assert len(server.asked) == 1


@pytest.mark.parametrize("kind", ALL)
def test_a_quota_that_is_used_up_is_not_tried_again(kind: str, server: ModelServer, open_model: Open) -> None:
    body = shape(wire(kind), 429, "You exceeded your current quota (insufficient_quota)", "x", "insufficient_quota")
    server.replies = [Reply(status=429, body=body)]
    assert "the quota is used up" in str(failure(open_model(kind)))
    assert len(server.asked) == 1


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_told_without_the_key(kind: str, status: int, server: ModelServer, open_model: Open) -> None:
    said = f"Incorrect API key provided: {KEY}. Authorization: Bearer {KEY}"
    server.replies = [Reply(status=status, body=shape(wire(kind), status, said, "authentication_error"))]
    error = failure(open_model(kind))
    assert isinstance(error, LLMRefused)
    variable = {"ollama": "OLLAMA_API_KEY", "anthropic": "ANTHROPIC_API_KEY", "openai-like": "ASSISTANT_MODEL_KEY"}
    assert f"refuses the key ({status}): check {variable.get(kind, 'OPENAI_API_KEY')}." in str(error)
    assert len(server.asked) == 1


@pytest.mark.parametrize("kind", ALL)
def test_an_unknown_model_is_told(kind: str, server: ModelServer, open_model: Open) -> None:
    body = shape(wire(kind), 404, f"The model does not exist, {KEY}", "not_found_error", "model_not_found")
    server.replies = [Reply(status=404, body=body)]
    error = failure(open_model(kind))
    assert isinstance(error, LLMRefused)
    assert f"There is no model {NAMES[kind]} at its server: check the name in ASSISTANT_MODEL. It says: The" in str(
        error
    )
    assert "***" in str(error)


TOO_LONG = [
    ("openai", 400, "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000."),
    ("openai-like", 400, "the request exceeds the available context size, try increasing it"),
    ("anthropic", 400, "prompt is too long: 210000 tokens > 200000 maximum"),
    ("ollama", 400, "the input length exceeds the context length"),
]


@pytest.mark.parametrize(("kind", "status", "said"), TOO_LONG)
def test_a_prompt_that_is_too_long_is_told(
    kind: str, status: int, said: str, server: ModelServer, open_model: Open
) -> None:
    server.replies = [Reply(status=status, body=shape(wire(kind), status, said, "invalid_request_error"))]
    error = failure(open_model(kind))
    assert isinstance(error, LLMTooLong)
    assert "set ASSISTANT_MODEL_CONTEXT lower." in str(error)


@pytest.mark.parametrize("kind", ALL)
def test_a_stream_that_breaks_off_is_an_error_behind_its_pieces(
    kind: str, server: ModelServer, open_model: Open
) -> None:
    server.replies = [Reply(cut=True, finish=None)]
    stream = open_model(kind).stream(ASK)
    assert next(stream) == "The bridge is "
    with pytest.raises(LLMUnavailable, match=r"cannot be reached|broke off"):
        list(stream)
    assert len(server.asked) == 1


@pytest.mark.parametrize("kind", ALL)
def test_a_stream_that_ends_without_saying_so_broke_off(kind: str, server: ModelServer, open_model: Open) -> None:
    server.replies = [Reply(finish=None)]
    assert "broke off in the middle" in str(failure(open_model(kind)))


@pytest.mark.parametrize("kind", ALL)
def test_an_error_inside_a_stream_is_an_error(kind: str, server: ModelServer, open_model: Open) -> None:
    fault = shape("openai", 500, "Overloaded", "overloaded_error")
    server.replies = [Reply(fault=fault)]
    stream = open_model(kind).stream(ASK)
    assert next(stream) == "The bridge is "
    with pytest.raises(LLMUnavailable, match="Overloaded"):
        list(stream)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("raw", [b"data: {not json\n\n", b"<html>Bad gateway</html>\n", b"\xff\xfe\x00\n\n"])
def test_what_no_model_says_is_an_error(kind: str, raw: bytes, server: ModelServer, open_model: Open) -> None:
    server.replies = [Reply(raw=raw)]
    assert isinstance(failure(open_model(kind)), LLMUnavailable)


@pytest.mark.parametrize("kind", ALL)
def test_a_page_instead_of_an_error_is_one_line(kind: str, server: ModelServer, open_model: Open) -> None:
    page = f"<html><body><h1>502 Bad Gateway</h1>\n\n{KEY}{'x ' * 500}</body></html>"
    server.replies = [Reply(status=502, body=page)]
    assert "(502)" in str(failure(open_model(kind)))


@pytest.mark.parametrize("kind", ALL)
def test_an_empty_text_has_no_pieces(kind: str, server: ModelServer, open_model: Open) -> None:
    server.replies = [Reply(pieces=())]
    assert list(open_model(kind).stream(ASK)) == []


@pytest.mark.parametrize("kind", ALL)
def test_a_server_that_hangs_is_left_when_time_is_up(kind: str, server: ModelServer, open_model: Open) -> None:
    server.replies = [Reply(before=30)]
    model = open_model(kind, model_timeout=0.6)
    start = time.monotonic()
    error = failure(model)
    assert isinstance(error, LLMTimeout)
    assert "did not finish in 0.6 s: set ASSISTANT_MODEL_TIMEOUT higher" in str(error)
    assert time.monotonic() - start < 3
    assert len(server.asked) == 1
    assert server.gone.wait(2)


@pytest.mark.parametrize("kind", ALL)
def test_a_model_that_writes_for_too_long_is_left_when_time_is_up(
    kind: str, server: ModelServer, open_model: Open
) -> None:
    server.replies = [Reply(pieces=["word "] * 2000, between=0.02)]
    assert isinstance(failure(open_model(kind, model_timeout=0.8)), LLMTimeout)
    assert server.gone.wait(2)


@pytest.mark.parametrize("kind", ALL)
def test_a_model_that_falls_silent_is_left(
    kind: str, server: ModelServer, open_model: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.llm.connections.IDLE", 0.3)
    server.replies = [Reply(pieces=["word "] * 9, silent=30)]
    start = time.monotonic()
    assert isinstance(failure(open_model(kind)), LLMTimeout)
    assert time.monotonic() - start < 4


@pytest.mark.parametrize("kind", ALL)
def test_a_server_that_is_not_there_is_told(kind: str, server: ModelServer, open_model: Open) -> None:
    model = open_model(kind)
    server.close()
    error = failure(model)
    assert isinstance(error, LLMUnavailable)
    assert f"The model {NAMES[kind]} cannot be reached: " in str(error)


@pytest.mark.parametrize(("kind", "variable"), [("openai", "OPENAI_API_KEY"), ("anthropic", "ANTHROPIC_API_KEY")])
def test_a_missing_key_is_told_before_anything_is_asked(
    kind: str, variable: str, open_model: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, " ")
    with pytest.raises(ConfigError, match=f"The model {NAMES[kind]} needs a key: set {variable}"):
        open_model(kind)


def test_a_server_like_openais_never_gets_openais_key(
    server: ModelServer, open_model: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASSISTANT_MODEL_KEY")
    list(open_model("openai-like").stream(ASK))
    assert KEY not in str(server.asked)


@pytest.mark.parametrize(("kind", "extra"), [("openai", "openai"), ("anthropic", "anthropic"), ("ollama", "ollama")])
def test_a_missing_package_says_what_to_install(
    kind: str, extra: str, open_model: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llm, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=rf'run `pip install "citewell\[{extra}\]"`'):
        open_model(kind)


def test_filtered_answers_are_told(server: ModelServer, open_model: Open) -> None:
    server.replies = [Reply(finish="content_filter")]
    assert "filters this answer" in str(failure(open_model("openai")))
