"""Serving the app: a loopback address to listen on, and uvicorn behind it."""

from __future__ import annotations

import ipaddress
import os
import socket

import uvicorn
from fastapi import FastAPI

from rag.errors import ConfigError
from ui.http.guard import LOOPBACK_NAMES


def serve(app: FastAPI, host: str, port: int) -> None:
    """Serve `app` on a loopback address until interrupted; prints its URL once it can be opened.

    Port 0 takes any free one. Raises ConfigError for a host beyond loopback and a busy port.
    """
    with listening(host, port) as listener:
        address, bound = listener.getsockname()[:2]
        shown = f"[{address}]" if ":" in address else address
        print(f"askpapers is at http://{shown}:{bound}", flush=True)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False))
        server.run(sockets=[listener])


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens on a loopback address. Raises ConfigError if it cannot be had."""
    address = "127.0.0.1" if host == "localhost" else host
    if not _is_loopback(address):
        raise ConfigError(
            f"--host {host} can be reached from other machines, and the app has no passwords yet: "
            f"use {', '.join(sorted(LOOPBACK_NAMES))}; to use it from elsewhere, tunnel to it: "
            f"ssh -L {port}:127.0.0.1:{port} THIS-MACHINE"
        )
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family)
    except OSError as error:
        raise ConfigError(
            f"port {port} on {host} cannot be used ({os.strerror(error.errno or 0)}): "
            "choose another with --port"
        ) from error


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
