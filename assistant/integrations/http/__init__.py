"""The HTTP server: its own interface, limits, errors and metrics."""
