"""Gzip streams in two pieces between which a few bytes can be put without compressing the pieces again.

The first piece ends in a full flush, so it ends at a whole byte and nothing after it refers to it. The bytes between
become a stored block (RFC 1951, 3.2.4). The checksum of the whole is computed from those of the pieces.
"""

import zlib
from array import array
from dataclasses import dataclass
from struct import Struct
from typing import Self

HEADER = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
LEVEL = 7
POLYNOMIAL = 0xEDB88320
ALL = 0xFFFFFFFF
LONGEST = 0xFFFF
"""Bytes of a stored block."""
GROUPS = range(0, 128, 16)
STORED, TRAILER = Struct("<BHH"), Struct("<LL")


@dataclass(frozen=True, slots=True)
class Pieces:
    """The two compressed pieces, and what the checksum of the whole is computed from."""

    before: bytes
    after: bytes
    before_crc: int
    after_crc: int
    length: int
    """Of both pieces before compression."""
    shifts: array[int]
    """How as many zero bytes as the second piece is long change a checksum: sixteen values for each of its eight
    groups of four bits, lowest first."""

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
        """A whole gzip stream of the first piece, these bytes and the second piece. Raises ValueError above 64 KiB."""
        size = len(middle)
        if size > LONGEST:
            raise ValueError("too long for a stored block")
        bits, shifts = zlib.crc32(middle, self.before_crc), self.shifts
        crc = self.after_crc
        for start in GROUPS:
            crc ^= shifts[start + (bits & 15)]
            bits >>= 4
        stored = STORED.pack(0, size, size ^ 0xFFFF)
        return b"".join((self.before, stored, middle, self.after, TRAILER.pack(crc, self.length + size & ALL)))


# CRC-32 is the remainder of a polynomial over one bit, with its highest power in the lowest bit. Zero bytes after it
# multiply it by x to the power of eight times their number, which is what a one becomes with as many zeros after it.
ONE = 0x80000000


def _shifts(length: int) -> array[int]:
    of_bit = [ALL ^ zlib.crc32(bytes(length), ALL ^ ONE)]
    while len(of_bit) < 32:  # each bit is x times the next higher one
        of_bit.append(of_bit[-1] >> 1 ^ (POLYNOMIAL if of_bit[-1] & 1 else 0))
    of_bit.reverse()
    shifts = array("L")
    for bit in range(0, 32, 4):
        group = [0]
        for shift in of_bit[bit : bit + 4]:
            group += [each ^ shift for each in group]
        shifts.extend(group)
    return shifts
