"""Other programs: HTTP, the OpenAI-compatible interface, and MCP."""
