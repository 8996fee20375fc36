"""A gzip stream between whose two pieces any few bytes may be put, without compressing the pieces again.

The first piece ends in a full flush, so it ends at a whole byte and nothing after it refers to it; the few bytes become
a stored block (RFC 1951, 3.2.4); the checksum of all is reckoned from those of the pieces.
"""

import zlib
from dataclasses import dataclass
from typing import Self

HEADER = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
LEVEL = 7
POLYNOMIAL = 0xEDB88320
LONGEST = 0xFFFF
"""Bytes of a stored block."""


@dataclass(frozen=True, slots=True)
class Pieces:
    before: bytes
    after: bytes
    before_crc: int
    after_crc: int
    length: int
    """Of both before they were compressed."""
    shifts: tuple[int, ...]
    """What the length of the second piece makes of each bit, lowest first, of the checksum of all before it."""

    @classmethod
    def of(cls, before: bytes, after: bytes) -> Self:
        first = zlib.compressobj(LEVEL, wbits=-zlib.MAX_WBITS)
        second = zlib.compressobj(LEVEL, wbits=-zlib.MAX_WBITS)
        return cls(
            HEADER + first.compress(before) + first.flush(zlib.Z_FULL_FLUSH),
            second.compress(after) + second.flush(),
            zlib.crc32(before),
            zlib.crc32(after),
            len(before) + len(after),
            _shifts(len(after)),
        )

    def around(self, middle: bytes) -> bytes:
        """A whole gzip stream of the first piece, these bytes and the second piece."""
        size = len(middle)
        if size > LONGEST:
            raise ValueError("too long for a stored block")
        crc, bits = self.after_crc, zlib.crc32(middle, self.before_crc)
        for shift in self.shifts:
            if bits & 1:
                crc ^= shift
            bits >>= 1
        return b"".join(
            (
                self.before,
                b"\0" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little"),
                middle,
                self.after,
                crc.to_bytes(4, "little"),
                ((self.length + size) & 0xFFFFFFFF).to_bytes(4, "little"),
            )
        )


# CRC-32 is the remainder of a polynomial over one bit, its highest power in the lowest bit. So many bytes after it
# multiply it by x to the power of eight times their number.
ONE, X = 0x80000000, 0x40000000


def _shifts(length: int) -> tuple[int, ...]:
    power, square, exponent = ONE, X, 8 * length
    while exponent:
        if exponent & 1:
            power = _product(power, square)
        square = _product(square, square)
        exponent >>= 1
    return tuple(_product(power, 1 << bit) for bit in range(32))


def _product(a: int, b: int) -> int:
    product = 0
    while a:
        if a & ONE:
            product ^= b
        a = (a << 1) & 0xFFFFFFFF
        b = b >> 1 ^ (POLYNOMIAL if b & 1 else 0)
    return product
