#!/usr/bin/env python3
"""Prints the table of Sources/Base/PowersOfFive.swift: the first 128 bits of 5^q for q from -90 to 90."""


def bits(q: int) -> int:
    if q >= 0:
        power = 5**q
        shift = power.bit_length() - 128
        return power >> shift if shift > 0 else power << -shift
    power = 5**-q
    # Rounded up where Eisel and Lemire's proof wants it, cut off elsewhere.
    quotient = (1 << (power.bit_length() + 127 + 128)) // power
    cut = quotient >> (quotient.bit_length() - 128)
    return cut + 1 if q >= -27 else cut


for q in range(-90, 91):
    high, low = bits(q) >> 64, bits(q) & (2**64 - 1)
    print("        " + "".join(f"0x{part >> 48:04x}_{part >> 32 & 0xFFFF:04x}_{part >> 16 & 0xFFFF:04x}_{part & 0xFFFF:04x}, " for part in (high, low)).rstrip())
