"""Calls of gRPC's ModelInfer, by grpcio.

    call.py ADDRESS AUTHORITY MODEL TRACEPARENT
"""
import struct
import sys

import grpc


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out + bytes([number]))


def field(number, content):
    content = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(content)) + content


def main():
    address, authority, model, parent = sys.argv[1:]
    raw = struct.pack("<4f", 5.1, 3.5, 1.4, 0.2)
    shape = field(3, varint(1) + varint(4))
    message = field(1, model) + field(5, field(1, "input-0") + field(2, "FP32") + shape) + field(7, raw)
    with grpc.insecure_channel(address, options=[("grpc.default_authority", authority)]) as channel:
        infer = channel.unary_unary("/inference.GRPCInferenceService/ModelInfer")
        answer = infer(message, metadata=[("traceparent", parent), ("baggage", "user=walk")], timeout=20)
    print(f"answered with {len(answer)} bytes")


main()
