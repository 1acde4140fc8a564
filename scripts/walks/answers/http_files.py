"""Reads requests from .http files and sends them.

    ### MODEL: what the request shows          starts a request; MODEL is the server that it goes to
    POST /v1/models/iris:predict
    Content-Type: application/json             header lines
                                               an empty line
    {"instances": [[5.1, 3.5, 1.4, 0.2]]}      the body as it is, without the last line's end
    < FP32 5.1 3.5                             then elements, little-endian, of any datatype of version 2 (BYTES: words)
    < hex 00 ff                                or bytes
    < repeat 1000 [                            or a word, many times
    < gzip                                     or the whole body compressed so far

`{json}` in a header stands for the length of the body's text, before the first `<` line. With the header
`Transfer-Encoding: chunked` the body goes out in two chunks.
"""
import dataclasses
import gzip
import http.client
import pathlib
import re
import struct

FORMATS = {"BOOL": "?", "INT8": "b", "INT16": "h", "INT32": "i", "INT64": "q", "UINT8": "B", "UINT16": "H",
           "UINT32": "I", "UINT64": "Q", "FP16": "e", "FP32": "f", "FP64": "d"}


@dataclasses.dataclass
class Request:
    name: str
    server: str
    method: str
    path: str
    headers: list
    body: bytes


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    body: bytes


def pack(datatype, words):
    if datatype == "BYTES":
        return b"".join(struct.pack("<I", len(word.encode())) + word.encode() for word in words)
    number = float if datatype.startswith("FP") else int
    return b"".join(struct.pack("<" + FORMATS[datatype], number(word)) for word in words)


def extend(body, directive):
    kind, *words = directive.split()
    if kind == "gzip":
        return gzip.compress(body, mtime=0)
    if kind == "hex":
        return body + bytes.fromhex("".join(words))
    if kind == "repeat":
        return body + words[1].encode() * int(words[0])
    return body + pack(kind, words)


def parse(file_name, title, lines):
    server, _, what = title.partition(": ")
    method, path = lines[0].split(" ", 1)
    end = lines.index("") if "" in lines else len(lines)
    text = [line for line in lines[end + 1:] if not line.startswith("< ")]
    while text and text[-1] == "":
        text.pop()
    body = "\n".join(text).encode()
    headers = [tuple(line.replace("{json}", str(len(body))).split(": ", 1)) for line in lines[1:end]]
    for line in lines[end + 1:]:
        if line.startswith("< "):
            body = extend(body, line[2:])
    return Request(f"{file_name}/{server}: {what}", server, method, path, headers, body)


def load(folder):
    for file in sorted(pathlib.Path(folder).glob("*.http")):
        for part in re.split(r"^### ", file.read_text(), flags=re.M)[1:]:
            title, *lines = part.split("\n")
            yield parse(file.stem, title, lines)


def write_body(connection, body, chunked):
    if not chunked:
        return connection.send(body) if body else None
    half = len(body) // 2
    for piece in (body[:half], body[half:]):
        connection.send(b"%x\r\n%s\r\n" % (len(piece), piece) if piece else b"")
    connection.send(b"0\r\n\r\n")


def send(port, request):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest(request.method, request.path, skip_accept_encoding=True)
    names = {name.lower() for name, _ in request.headers}
    for name, value in request.headers:
        connection.putheader(name, value)
    chunked = "transfer-encoding" in names
    if request.body and not chunked and "content-length" not in names:
        connection.putheader("Content-Length", str(len(request.body)))
    elif not request.body and request.method == "POST" and not chunked:
        connection.putheader("Content-Length", "0")
    try:
        connection.endheaders()
        write_body(connection, request.body, chunked)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the server has refused early: its answer is what counts
    except ConnectionRefusedError:
        return Answer(0, {}, b"no server")
    try:
        answer = connection.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    except (OSError, http.client.HTTPException) as error:
        return Answer(0, {}, f"no answer: {error!r}".encode())
    finally:
        connection.close()
