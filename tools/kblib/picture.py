# SPDX-License-Identifier: MIT
"""Pictures of the screen: read PPM, write PPM and PNG."""

import struct
import zlib

from .common import Failure


class Picture:
    """Width, height, and 3 bytes (red, green, blue) a pixel."""

    def __init__(self, width, height, pixels):
        self.width, self.height, self.pixels = width, height, pixels

    def pixel(self, x, y):
        at = 3 * (y * self.width + x)
        return tuple(self.pixels[at:at + 3])


def read_ppm(path):
    with open(path, "rb") as file:
        data = file.read()
    fields, at = [], 0
    while len(fields) < 4:  # P6, width, height, maximum; then one white space
        end = at
        while end < len(data) and not data[end:end + 1].isspace():
            end += 1
        word, at = data[at:end], end + 1
        if word.startswith(b"#"):
            at = data.index(b"\n", end) + 1
        elif word:
            fields.append(word)
        elif end >= len(data):
            raise Failure(f"{path}: not a PPM file")
    width, height = int(fields[1]), int(fields[2])
    pixels = data[at:at + 3 * width * height]
    if fields[0] != b"P6" or fields[3] != b"255" or len(pixels) < 3 * width * height:
        raise Failure(f"{path}: not a PPM file of 24 bits a pixel")
    return Picture(width, height, pixels)


def write_ppm(picture, path):
    with open(path, "wb") as file:
        file.write(b"P6\n%d %d\n255\n" % (picture.width, picture.height))
        file.write(picture.pixels)


def _chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data
            + struct.pack(">I", zlib.crc32(kind + data)))


def write_png(picture, path):
    row = 3 * picture.width
    lines = b"".join(b"\0" + picture.pixels[y * row:(y + 1) * row]
                     for y in range(picture.height))
    header = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 2, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header)
                   + _chunk(b"IDAT", zlib.compress(lines)) + _chunk(b"IEND", b""))


def write(picture, path):
    (write_png if path.endswith(".png") else write_ppm)(picture, path)


def read_png(path):
    """Read a PNG that write_png() wrote: one IDAT, 8 bits RGB, no filter."""
    with open(path, "rb") as file:
        data = file.read()
    chunks, at = {}, 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        chunks[kind] = data[at + 8:at + 8 + length]
        at += 12 + length
    width, height, depth, colours = struct.unpack_from(">IIBB", chunks[b"IHDR"])
    lines = zlib.decompress(chunks[b"IDAT"])
    row = 1 + 3 * width
    if (depth, colours) != (8, 2) or any(lines[::row]):
        raise Failure(f"{path}: not a PNG of ours")
    return Picture(width, height, b"".join(lines[y * row + 1:(y + 1) * row]
                                           for y in range(height)))
