"""The chat in the browser: a page of our own on Gradio's server, queue, API and sign-in.

`server.py` wires it; `endpoints.py` holds what the page can ask for; `page/` is what runs in the browser. Nothing here
retrieves or writes: it calls `assistant.Assistant` and `assistant.citation.render`.
"""
