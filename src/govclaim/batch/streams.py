"""Bytes of a file, unpacked and decoded."""

from __future__ import annotations

import contextlib
import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from charset_normalizer import from_bytes

from govclaim.errors import InputError
from govclaim.extras import required

__all__ = ["as_text", "buffered", "decode", "encoding_of", "opened", "strictly"]

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LIKELY = ["gb18030", "big5", "utf_16_le", "utf_16_be"]
_TELLING = 200  # bytes
_SAMPLE = 1 << 16  # bytes that tell the encoding of a long file
_CUT = "the packed file ends early or is damaged"


@contextlib.contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """A file open for reading, unpacked where its name ends in ``.gz`` or ``.zst``.

    Args:
        path: Or ``-`` for standard input, which is neither unpacked nor closed.

    Raises:
        OSError: It cannot be opened.
        InputError: It is ``.zst``, and no library for that is installed; or what is read from it is damaged.
    """
    if path == "-":
        yield sys.stdin.buffer
        return
    with _open(path) as stream:
        try:
            yield stream
        except _damage(path) as error:
            raise InputError(_CUT, where=path, hint="fetch it again") from error


@contextlib.contextmanager
def as_text(stream: IO[bytes], encoding: str, *, errors: str = "strict") -> Iterator[IO[str]]:
    """A stream of bytes as one of text, for as long as it is needed; breaks stay as they are.

    Args:
        stream: Stays open.
        encoding: Of its text.
        errors: What is to be done with bytes that are none.
    """
    text = io.TextIOWrapper(cast(Any, stream), encoding, errors=errors, newline="\n")
    try:
        yield text
    finally:
        text.detach()  # or it would close the stream when it is collected


def buffered(stream: IO[bytes]) -> tuple[IO[bytes], bytes]:
    """A stream that can be looked into, and its first bytes, which tell its encoding.

    Args:
        stream: At its beginning.
    """
    able = cast(Any, stream if hasattr(stream, "peek") else io.BufferedReader(cast(Any, stream), _SAMPLE))
    return able, able.peek(_SAMPLE)[:_SAMPLE]


def _open(path: str) -> IO[bytes]:
    if path.lower().endswith(".gz"):
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return cast("IO[bytes]", _zstd(path).open(path, "rb")) if path.lower().endswith(".zst") else Path(path).open("rb")


def _damage(path: str) -> tuple[type[Exception], ...]:
    """What unpacking raises."""
    own = (_zstd(path).ZstdError,) if path.lower().endswith(".zst") else ()
    return (EOFError, zlib.error, *own)


def _zstd(path: str) -> Any:
    return required("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd", "zstd", where=path)


def decode(raw: bytes) -> tuple[str, str | None]:
    """Decode what a file holds.

    Args:
        raw: UTF-8 or UTF-16 with or without a byte order mark, GB18030, or another encoding of Chinese.

    Returns:
        The text, and a warning where the encoding had to be guessed.

    Raises:
        InputError: It is no text.
    """
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return strictly(raw, encoding), None
    try:
        return raw.decode("utf-8"), None
    except UnicodeDecodeError:
        pass
    encoding = _guessed(raw)
    return strictly(raw, encoding), f"encoding assumed: {encoding}"


def encoding_of(sample: bytes) -> tuple[str, str | None]:
    """The encoding of a file of lines, told by its beginning.

    A damaged line does not change the verdict: the file is UTF-8 if most of its lines that are not ASCII are.

    Args:
        sample: The first bytes; a last line that is cut does no harm.

    Returns:
        The encoding, and a warning where it had to be guessed.

    Raises:
        InputError: It is no text.
    """
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return encoding, None
    lines = [line for line in sample.split(b"\n") if not line.isascii()]
    whole = lines[:-1] or lines
    if sum(_is_utf8(line) for line in whole) * 2 >= len(whole):
        return "utf-8", None
    encoding = _guessed(b"\n".join(whole))
    return encoding, f"encoding assumed: {encoding}"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        # The sample may end inside a character.
        return error.reason == "unexpected end of data" and error.end == len(line)
    return True


def _guessed(raw: bytes) -> str:
    if len(raw) < _TELLING:
        # Too little for statistics, which take a short GB18030 for Korean; GB18030 is what Chinese files are in.
        with contextlib.suppress(UnicodeDecodeError):
            raw.decode("gb18030")
            return "gb18030"
    best = from_bytes(raw, cp_isolation=_LIKELY).best()
    if best is None:
        raise InputError("the bytes are no text in any encoding we know", hint="save the file as UTF-8")
    return best.encoding


def strictly(raw: bytes, encoding: str) -> str:
    """Decode by one encoding.

    Args:
        raw: The bytes.
        encoding: Its name.

    Raises:
        InputError: They are not of that encoding; it names the first bad byte.
    """
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start} is no {encoding.removesuffix('-sig').upper()}", hint="save the file as UTF-8"
        ) from error
