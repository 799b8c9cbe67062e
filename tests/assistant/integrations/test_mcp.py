"""MCP with the SDK's own client, over stdin and stdout and over HTTP."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from app_server import served
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from pydantic import AnyUrl

from assistant.api import Assistant
from assistant.integrations.http.app import create_app

QUESTION = "When was the Harbour Bridge opened?"


async def use(session: ClientSession, bot: Assistant) -> None:
    """Every tool and a resource."""
    await session.initialize()
    tools = {tool.name for tool in (await session.list_tools()).tools}
    assert tools == {"ask", "search", "read_document", "list_documents", "verify_claim"}

    async def call(name: str, **arguments: Any) -> dict[str, Any]:
        result = await session.call_tool(name, arguments)
        assert not result.isError, result.content
        assert result.structuredContent is not None
        return result.structuredContent

    answer = bot.answer(QUESTION)
    assert (await call("ask", question=QUESTION))["text"] == answer.text
    passages = (await call("search", query=QUESTION, limit=2))["passages"]
    assert len(passages) == 2
    documents = (await call("list_documents"))["documents"]
    assert [d["source"] for d in documents] == [s.source for s in bot.sources()]
    citation = answer.citations[0]
    read = await call("read_document", source=citation.source, start=citation.start, length=len(citation.quote))
    assert read["text"] == citation.quote
    assert (await call("verify_claim", claim=citation.quote))["supported"]
    uri = next(d["uri"] for d in documents if d["source"] == citation.source)
    content = (await session.read_resource(AnyUrl(uri))).contents[0]
    assert citation.quote in content.text  # type: ignore[union-attr]
    wrong = await session.call_tool("read_document", {"source": "none.txt"})
    assert wrong.isError
    assert "no such document" in wrong.content[0].text  # type: ignore[union-attr]


def test_over_stdin_and_stdout(town_bot: Assistant) -> None:
    s = town_bot.settings
    command = ["-m", "assistant.cli.main", "mcp", "--corpus", str(s.corpus), "--store", str(s.store)]

    async def talk() -> None:
        parameters = StdioServerParameters(command=sys.executable, args=command)
        async with stdio_client(parameters) as streams, ClientSession(*streams) as session:
            await use(session, town_bot)

    asyncio.run(talk())


def test_over_http(town_bot: Assistant) -> None:
    async def talk(url: str) -> None:
        async with (
            streamable_http_client(f"{url}/mcp") as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await use(session, town_bot)

    with served(create_app(town_bot)) as url:
        asyncio.run(talk(url))
