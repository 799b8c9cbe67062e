"""Where the chat may be served; told before anything is loaded."""

from __future__ import annotations

import errno
import socket
from ipaddress import ip_address

from assistant.errors import ConfigError


def check_host(host: str, auth: str | None) -> None:
    """Raises ConfigError where others can reach a host and no sign-in is asked for."""
    if not auth and not is_loopback(host):
        raise ConfigError(
            f"--host {host} lets anyone on the network read these documents. Set ASSISTANT_AUTH=user:password first, "
            "or leave --host out to serve this machine alone."
        )


def check_free(host: str, port: int) -> None:
    """Raises ConfigError where nothing can be served at a host and port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, port))
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        reason = f"Port {port} is taken" if taken else f"{host}:{port} cannot be served ({error.strerror})"
        raise ConfigError(f"{reason}. Stop what uses it, or name another one with --port and --host.") from None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server on this host."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
