"""A place on the network where one of our servers listens."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

from govclaim.errors import InputError

__all__ = ["LOCAL", "address", "bound"]

LOCAL = "127.0.0.1"
"""This machine alone."""


@contextlib.contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that is bound and does not listen yet.

    Args:
        host: Address of this machine to listen at.
        port: Where; 0 for any that is free.

    Raises:
        InputError: The port is taken or the address is none of this machine.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            taken = not isinstance(error, socket.gaierror)
            message = f"it cannot listen there ({error.strerror})"
            hint = (
                "choose another --port, or an address of this machine" if taken else "give an address, like 127.0.0.1"
            )
            raise InputError(message, where=f"{host}:{port}", hint=hint) from error
        yield listener


def address(listener: socket.socket) -> str:
    """What to write into a browser.

    Args:
        listener: Bound.
    """
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
