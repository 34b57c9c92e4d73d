"""Files and folders that have their name only when they are whole, and names of files made of ids."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from govclaim.errors import InputError

__all__ = ["document_id", "file_name", "whole_file", "whole_folder"]

_UNSAFE = frozenset('/\\:*?"<>|%')
_LONGEST = 180  # bytes; file systems take 255, and an extension and ".part" come on top


def file_name(id: str) -> str:
    """A name for a document's files on any file system, from which ``document_id`` gets the id back.

    Args:
        id: Of the document.

    Raises:
        InputError: The id is too long for a name of a file, or has half a surrogate pair.
    """
    try:
        name = "".join(_escaped(character) if _is_unsafe(character) else character for character in id)
        name = name if name.strip(". ") == name else "".join(map(_escaped, id))
        length = len(name.encode("utf-8"))
    except UnicodeEncodeError:
        raise InputError(f"the id {id!r} is no valid Unicode", hint="give the document another id") from None
    if length > _LONGEST:
        raise InputError(f"the id {id[:40]!r}… is too long for a file's name", hint="give the document a shorter id")
    return name


def document_id(name: str) -> str:
    """The id of a document from the name of its file.

    Args:
        name: Without folder and extension.
    """
    from urllib.parse import unquote

    return unquote(name)


def _is_unsafe(character: str) -> bool:
    return character in _UNSAFE or not character.isprintable()


def _escaped(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8"))


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A file beside ``path`` that takes its name when all went well, and its place from an older one.

    Args:
        path: Of the file.

    Yields:
        The path to write to.

    Raises:
        InputError: The file cannot be written.
    """
    part = path.with_name(path.name + ".part")
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield part
            part.replace(path)
        finally:
            with contextlib.suppress(OSError):
                part.unlink()


@contextlib.contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A folder beside ``path`` that takes its name when all went well.

    Args:
        path: Of the folder; it must not exist or be empty, for somebody may have worked in it.

    Yields:
        The folder to write in.

    Raises:
        InputError: The folder is there and not empty, or cannot be written.
    """
    with _told(path):
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise InputError(
                "the folder is there already and not empty", where=str(path), hint="choose another, or move it away"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part{os.getpid()}")
        part.mkdir()
        try:
            yield part
            if path.exists():
                path.rmdir()
            part.rename(path)
        finally:
            shutil.rmtree(part, ignore_errors=True)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise InputError(
            f"cannot be written ({error.strerror or error})", where=str(path), hint="choose another place"
        ) from error
