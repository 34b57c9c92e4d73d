"""Packages that one part of govclaim needs and the core does not install."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from govclaim.errors import GovclaimError, InputError

__all__ = ["required"]


def required(package: str, extra: str, *, where: str | None = None, error: type[GovclaimError] = InputError) -> Any:
    """Import a package of an extra.

    Args:
        package: Its name in Python.
        extra: Ours that installs it.
        where: The file that needs it.
        error: What is raised where it is missing.

    Raises:
        GovclaimError: It is not installed; of the class ``error``.
    """
    try:
        return import_module(package)
    except ImportError as cause:
        raise error(
            f"the package {package} is missing ({cause})", where=where, hint=f"pip install 'govclaim[{extra}]'"
        ) from cause
