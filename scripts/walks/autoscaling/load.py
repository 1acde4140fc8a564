#!/usr/bin/env python3
"""Load on one service behind the gateway, from one process: load.py ADDRESS HOST MODEL hold|loop CONNECTIONS SECONDS

hold: every connection has one request in flight all the time, its body held back for two seconds: so many are in
flight whatever the machine is worth. loop: every connection asks again as soon as it is answered, for thousands of rows
at once, so that the service has more to do than its clients.
Ends with a line `answered N failed M`, and what failed."""
import asyncio
import collections
import sys
import time

ROWS = {"hold": 1, "loop": 5000}
HELD_SECONDS = 2
ANSWER_SECONDS = 60


async def ask(reader, writer, head, body, held):
    writer.write(head)
    if held:
        writer.write(body[:10])
        await asyncio.sleep(HELD_SECONDS)
        writer.write(body[10:])
    else:
        writer.write(body)
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), ANSWER_SECONDS)
    length = next(int(line[15:]) for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    words = await asyncio.wait_for(reader.readexactly(length), ANSWER_SECONDS)
    status = answer.split(b" ", 2)[1].decode()
    return "" if status == "200" and b"predictions" in words else f"{status} {words[:200]!r}"


async def client(address, head, body, held, until, counts):
    host, port = address.rsplit(":", 1)
    reader = writer = None
    while time.monotonic() < until:
        try:
            if writer is None:
                reader, writer = await asyncio.open_connection(host, int(port), limit=1 << 20)
            fault = await ask(reader, writer, head, body, held)
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError) as error:
            fault, writer = f"{type(error).__name__} {error}", None
        counts[fault] += 1
    if writer is not None:
        writer.close()


async def main():
    address, host, model, mode, connections, seconds = sys.argv[1:]
    body = b'{"instances": [%s]}' % b", ".join([b"[5.1, 3.5, 1.4, 0.2]"] * ROWS[mode])
    head = (
        f"POST /v1/models/{model}:predict HTTP/1.1\r\nhost: {host}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    ).encode()
    counts = collections.Counter()
    until = time.monotonic() + float(seconds)
    clients = (client(address, head, body, mode == "hold", until, counts) for _ in range(int(connections)))
    await asyncio.gather(*clients)
    answered = counts.pop("", 0)
    print(f"answered {answered} failed {sum(counts.values())}", *counts.most_common(3))


asyncio.run(main())
