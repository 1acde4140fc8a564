"""LZ4 frames of blocks as they are or by hand; Python has no LZ4 of its own (lz4.github.io/lz4: LZ4 Frame Format 1.6)."""

import struct

MAGIC = b"\x04\x22\x4d\x18"


def rotated(value, bits):
    return (value << bits | value >> (32 - bits)) & 0xFFFFFFFF


def xxhash(content):
    """xxHash of 32 bits of fewer than 16 bytes: all that a header takes."""
    value = (374761393 + len(content)) & 0xFFFFFFFF
    for byte in content:
        value = rotated((value + byte * 374761393) & 0xFFFFFFFF, 11) * 2654435761 & 0xFFFFFFFF
    value = (value ^ value >> 15) * 2246822519 & 0xFFFFFFFF
    value = (value ^ value >> 13) * 3266489917 & 0xFFFFFFFF
    return value ^ value >> 16


def frame(*blocks, flags=0x60, size=b""):
    """A frame of compressed blocks; `flags` and the content's `size` are what its header says."""
    header = bytes([flags, 0x70]) + size
    check = bytes([xxhash(header) >> 8 & 0xFF])
    return MAGIC + header + check + b"".join(struct.pack("<I", len(block)) + block for block in blocks) + bytes(4)


def compress(content):
    """A frame that holds the content as it is."""
    header = bytes([0x60, 0x70])
    plain = struct.pack("<I", len(content) | 1 << 31) + content
    return MAGIC + header + bytes([xxhash(header) >> 8 & 0xFF]) + plain + bytes(4)


def zeros(count):
    """A block of so many zeros: one literal, and one match of length `count` that reaches into itself."""
    length = count - 1 - 4 - 15
    return b"\x1f\x00\x01\x00" + b"\xff" * (length // 255) + bytes([length % 255])
