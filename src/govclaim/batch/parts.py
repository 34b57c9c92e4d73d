"""Files that have their name only when they are whole: parts of a result, and all of them in one."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from govclaim.batch import arrow
from govclaim.batch.work import Format
from govclaim.errors import OutputError

__all__ = ["Part", "join", "opened", "settle", "writing"]

_FULL = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "the quota is used up", errno.EFBIG: "the file is too large"}


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn what the system says about writing into an error for people.

    Args:
        place: What is written; named in the error.

    Raises:
        OutputError: Instead of an ``OSError``.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        full = _FULL.get(error.errno or 0)
        hint = "make room, then go on with --resume" if full else "choose another place, or mend its rights"
        raise OutputError(
            full or f"it cannot be written ({error.strerror or error})", where=str(place), hint=hint
        ) from (error)


@contextlib.contextmanager
def opened(path: Path, folder: Path | None = None) -> Iterator[IO[bytes]]:
    """A file that gets its name when it is whole and on the disk; else nothing of it remains.

    Args:
        path: Its name.
        folder: Where it lies until then, on the same disk; the default is beside it.

    Raises:
        OutputError: It cannot be written.
    """
    unfinished = (folder or path.parent) / (path.name + ".part")
    with writing(path):
        try:
            with unfinished.open("wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            unfinished.replace(path)
            settle(path.parent)
        except BaseException:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            raise


def settle(folder: Path) -> None:
    """Let the names in a folder survive a power cut, where the system can promise it.

    Args:
        folder: In which a file was made or renamed.
    """
    with contextlib.suppress(OSError, AttributeError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class Part:
    """A part of the result, filled document by document.

    Args:
        path: Its name once it is whole.
        folder: Where it lies until then.
        format: ``jsonl`` goes to the disk as it comes; ``parquet`` is one row group, held until the end.
    """

    def __init__(self, path: Path, folder: Path, format: Format) -> None:
        self.path = path
        self.format = format
        self._rows: list[bytes] = []
        self._stack = contextlib.ExitStack()
        self._stream = self._stack.enter_context(opened(path, folder))

    def add(self, content: bytes) -> None:
        """One more document, as ``work.Written`` holds it."""
        if self.format == "parquet":
            self._rows.append(content)
        else:
            with writing(self.path):
                self._stream.write(content)

    def finish(self) -> int:
        """Give it its name.

        Returns:
            Its size in bytes.
        """
        if self.format == "parquet":
            from pyarrow import parquet

            with writing(self.path):
                parquet.write_table(arrow.table(self._rows), self._stream, compression="zstd")
        self._stack.close()
        return self.path.stat().st_size

    def drop(self) -> None:
        """Leave nothing of it behind."""
        with contextlib.suppress(_DroppedError), self._stack:
            raise _DroppedError


class _DroppedError(Exception):
    """Never leaves this module."""


def join(paths: Iterable[Path], target: Path, format: Format) -> None:
    """Put parts into one file, in their order; memory does not grow with their number.

    Args:
        paths: The parts.
        target: The file; it has its name when it is whole.
        format: Of the parts and the file.

    Raises:
        OutputError: It cannot be written.
    """
    with opened(target) as stream:
        if format == "parquet":
            _join_tables(paths, stream)
        else:
            for path in paths:
                with path.open("rb") as part:
                    shutil.copyfileobj(part, stream, 1 << 20)


def _join_tables(paths: Iterable[Path], stream: IO[bytes]) -> None:
    from pyarrow import parquet

    with parquet.ParquetWriter(stream, arrow.schema(), compression="zstd") as writer:
        for path in paths:
            part = parquet.ParquetFile(path)
            for group in range(part.num_row_groups):
                writer.write_table(part.read_row_group(group))
