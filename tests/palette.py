"""Pictures with a palette of 256 colours: screenshots are flat, and become three times smaller by it."""

import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256


def with_palette(png: bytes) -> bytes:
    """The same picture with its 256 most frequent colours, every other one replaced by the nearest of them.

    Takes what Chromium writes: 8 bits per channel, RGB or RGBA without transparency, not interlaced.
    """
    rgb = pixels(png)
    height, width, _ = rgb.shape
    codes = (rgb.astype(np.uint32) << np.array([16, 8, 0], np.uint32)).sum(axis=2)
    found, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
    chosen = found[np.argsort(counts)[::-1][:COLOURS]]
    palette, all_colours = _channels(chosen), _channels(found)
    nearest = np.array([((palette - colour) ** 2).sum(axis=1).argmin() for colour in all_colours], np.uint8)
    rows = np.zeros((height, width + 1), np.uint8)  # each row begins with its filter: none, the best for a palette
    rows[:, 1:] = nearest[places].reshape(height, width)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    body = [(b"IHDR", header), (b"PLTE", palette.astype(np.uint8).tobytes())]
    body += [(b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b"")]
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in body)


def pixels(png: bytes) -> Any:
    """Red, green and blue as height × width × 3; ValueError for a kind of PNG that Chromium never writes."""
    chunks = list(_chunks(png))
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if (depth, interlaced) != (8, 0) or kind not in (2, 6):
        raise ValueError("Expected a PNG of 8 bits per channel, RGB or RGBA, not interlaced.")
    size = 3 if kind == 2 else 4
    data = zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT"))
    raw = np.frombuffer(data, np.uint8).reshape(height, 1 + width * size)
    above = np.zeros((width, size), np.uint8)
    rows = []
    for filtered in raw:
        above = _unfiltered(int(filtered[0]), filtered[1:].reshape(width, size), above)
        rows.append(above)
    return np.stack(rows)[:, :, :3]


def _unfiltered(kind: int, row: Any, above: Any) -> Any:
    """A row as it was before PNG's filter (none, sub, up, average, Paeth); arithmetic is modulo 256."""
    if kind == 0:
        return row
    if kind == 1:
        return np.cumsum(row, axis=0, dtype=np.uint8)
    if kind == 2:
        return row + above
    predicted = _average if kind == 3 else _paeth
    size = row.shape[1]
    values, up = row.ravel().tolist(), above.ravel().tolist()
    for at in range(len(values)):
        left, corner = (values[at - size], up[at - size]) if at >= size else (0, 0)
        values[at] = (values[at] + predicted(left, up[at], corner)) % 256
    return np.array(values, np.uint8).reshape(row.shape)


def _average(left: int, up: int, corner: int) -> int:
    return (left + up) // 2


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda one: abs(guess - one))


def _channels(codes: Any) -> Any:
    return np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1).astype(np.int32)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        yield name, png[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
