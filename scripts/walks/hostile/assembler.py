"""Writes pickles opcode by opcode: what no pickler would write."""

import struct


def text(value, protocol):
    """A text in the oldest way of a protocol."""
    raw = value.encode()
    if protocol == 0:
        return b"V" + value.encode("raw_unicode_escape").replace(b"\n", b"\\u000a") + b"\n"
    if protocol >= 4 and len(raw) < 256:
        return b"\x8c" + bytes([len(raw)]) + raw
    return b"X" + struct.pack("<I", len(raw)) + raw


def value(item, protocol):
    """A plain value: what stands between angle brackets in gadgets is put in as it is."""
    if isinstance(item, Raw):
        return item.opcodes
    if item is None:
        return b"N"
    if isinstance(item, bool):
        return (b"I01\n" if item else b"I00\n") if protocol < 2 else (b"\x88" if item else b"\x89")
    if isinstance(item, int):
        return b"I%d\n" % item if protocol == 0 or not 0 <= item < 256 else b"K" + bytes([item])
    if isinstance(item, float):
        return b"F%r\n" % item if protocol == 0 else b"G" + struct.pack(">d", item)
    if isinstance(item, str):
        return text(item, protocol)
    if isinstance(item, bytes):
        if protocol < 3:
            return name("_codecs", "encode", protocol) + arguments((item.decode("latin-1"), "latin1"), protocol) + b"R"
        return b"B" + struct.pack("<I", len(item)) + item
    if isinstance(item, tuple):
        return arguments(item, protocol)
    if isinstance(item, list):
        return b"(" + b"".join(value(part, protocol) for part in item) + b"l"
    if isinstance(item, dict):
        return b"(" + b"".join(value(part, protocol) for pair in item.items() for part in pair) + b"d"
    raise TypeError(item)


class Raw:
    """Opcodes that leave one value on the stack."""

    def __init__(self, opcodes):
        self.opcodes = opcodes


def arguments(items, protocol):
    return b"(" + b"".join(value(item, protocol) for item in items) + b"t"


def name(module, attribute, protocol):
    """The name of something importable: STACK_GLOBAL from protocol 4 on, GLOBAL before."""
    if protocol >= 4:
        return text(module, protocol) + text(attribute, protocol) + b"\x93"
    return b"c%s\n%s\n" % (module.encode(), attribute.encode())


def called(module, attribute, items, protocol):
    """A name called with arguments."""
    return Raw(name(module, attribute, protocol) + arguments(items, protocol) + b"R")


def pickle(opcodes, protocol, framed=False):
    """A whole pickle of the opcodes that leave its value."""
    opcodes = opcodes.opcodes if isinstance(opcodes, Raw) else opcodes
    if protocol < 2:
        return opcodes + b"."
    head = b"\x80" + bytes([protocol])
    body = opcodes + b"."
    return head + (b"\x95" + struct.pack("<Q", len(body)) if framed and protocol >= 4 else b"") + body
