"""What importers read: files, folders, annotations as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from govclaim import schema
from govclaim.errors import InputError, SchemaError
from govclaim.formats import Refused
from govclaim.schema import Annotation

__all__ = ["by_id", "documents", "folder", "raw_text", "text_of"]


def documents(path: Path) -> Iterator[Annotation | Refused]:
    """The annotations of a ``.json`` or ``.jsonl`` file, one at a time; a faulty line is set aside.

    Args:
        path: Of the file.

    Raises:
        InputError: The file cannot be read.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from error
    with stream:
        lines = enumerate(stream, 1) if path.suffix == ".jsonl" else ((0, content) for content in (stream.read(),))
        for number, line in lines:
            if not line.strip():
                continue
            try:
                yield schema.loads(line, where=f"{path}:{number}" if number else str(path))
            except SchemaError as error:
                yield Refused(None, error)


def by_id(paths: list[Path]) -> Mapping[str, Annotation]:
    """Annotations of some files by their ids.

    Args:
        paths: ``.json`` or ``.jsonl``.

    Raises:
        GovclaimError: A file cannot be read, or a line breaks the contract.
    """
    found: dict[str, Annotation] = {}
    for path in paths:
        for annotation in documents(path):
            if isinstance(annotation, Refused):
                raise annotation.error
            found[annotation.id] = annotation
    return found


def text_of(path: Path) -> str:
    """The content of a UTF-8 file with its line breaks as they are, without a byte order mark.

    Args:
        path: Of the file.

    Raises:
        InputError: It cannot be read or is no UTF-8.
    """
    return raw_text(path).removeprefix("\ufeff")


def raw_text(path: Path) -> str:
    """The content of a UTF-8 file as it is: a byte order mark is a character that offsets count.

    Args:
        path: Of the file.

    Raises:
        InputError: It cannot be read or is no UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise _unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise InputError(f"byte {error.start} is no UTF-8", where=str(path), hint="save the file as UTF-8") from error


def folder(path: Path, pattern: str) -> list[Path]:
    """The files of a folder.

    Args:
        path: Of the folder.
        pattern: Like ``*.ann``.

    Raises:
        InputError: It is no folder, or has none of them.
    """
    found = sorted(path.glob(pattern)) if path.is_dir() else []
    if not found:
        what = f"has no {pattern}" if path.is_dir() else "is no folder"
        raise InputError(f"it {what}", where=str(path), hint=f"give the folder with the {pattern} files")
    return found


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(f"the file cannot be read ({error.strerror})", where=str(path), hint="check the path")
