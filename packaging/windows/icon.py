#!/usr/bin/env python3
"""Draws the program's icon, an envelope with a tick, and writes it: icon.py spinmail.ico"""
import struct
import sys
import zlib

BLUE, WHITE, LINE, GREEN = (10, 85, 159), (255, 255, 255), (143, 198, 255), (23, 101, 47)
SMALL, LARGE = (16, 32, 48), 256
# Samples a side of each pixel.
FINE = 4


def near_line(x, y, ends, width):
    """Returns whether a point is within `width` of the line between two points."""
    (x1, y1), (x2, y2) = ends
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    part = max(0.0, min(1.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length))
    return (x - x1 - part * (x2 - x1)) ** 2 + (y - y1 - part * (y2 - y1)) ** 2 <= width**2


def colour(x, y):
    """Returns the colour of a point of the unit square, or None outside the picture."""
    if (x - 0.74) ** 2 + (y - 0.72) ** 2 <= 0.25**2:
        tick = (((0.62, 0.73), (0.71, 0.82)), ((0.71, 0.82), (0.87, 0.62)))
        return WHITE if any(near_line(x, y, ends, 0.04) for ends in tick) else GREEN
    if not (0.04 <= x <= 0.96 and 0.16 <= y <= 0.84):
        return None
    flap = (((0.06, 0.2), (0.5, 0.55)), ((0.5, 0.55), (0.94, 0.2)))
    return LINE if any(near_line(x, y, ends, 0.035) for ends in flap) else BLUE


def pixel(size, column, row):
    """Returns red, green, blue and opacity of a pixel, the mean of its samples."""
    steps = [(step + 0.5) / FINE for step in range(FINE)]
    found = [colour((column + x) / size, (row + y) / size) for x in steps for y in steps]
    seen = [one for one in found if one]
    if not seen:
        return (0, 0, 0, 0)
    mean = [round(sum(one[part] for one in seen) / len(seen)) for part in range(3)]
    return (*mean, round(255 * len(seen) / len(found)))


def bitmap(size):
    """Returns an icon's bitmap: a header of twice the height, the rows from below, and an empty mask."""
    rows = [bytes(part for column in range(size) for part in as_bgra(pixel(size, column, row))) for row in range(size)]
    mask = bytes((size + 31) // 32 * 4) * size
    head = struct.pack("<IiiHHIIiiII", 40, size, 2 * size, 1, 32, 0, 0, 0, 0, 0, 0)
    return head + b"".join(reversed(rows)) + mask


def as_bgra(rgba):
    red, green, blue, opacity = rgba
    return (blue, green, red, opacity)


def png(size):
    """Returns a picture as PNG."""
    rows = b"".join(b"\0" + bytes(part for column in range(size) for part in pixel(size, column, row)) for row in range(size))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def main():
    pictures = [(size, bitmap(size)) for size in SMALL] + [(LARGE, png(LARGE))]
    place = 6 + 16 * len(pictures)
    rows = []
    for size, data in pictures:
        rows.append(struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(data), place))
        place += len(data)
    with open(sys.argv[1], "wb") as file:
        file.write(struct.pack("<HHH", 0, 1, len(pictures)) + b"".join(rows) + b"".join(data for _, data in pictures))


main()
