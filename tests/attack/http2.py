"""HTTP/2 and gRPC as bytes, for what a well-behaved client would not send.

HPACK is never Huffman-coded, neither here nor by gRPC, and the server is told to keep no table: so names and values of
its headers stand in the bytes as they are.
"""
import socket
import struct
import time

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, END_HEADERS, ACK = 1, 4, 1
SERVICE = "/externalscaler.ExternalScaler/"


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def hpack_integer(value, bits, first=0):
    most = (1 << bits) - 1
    if value < most:
        return bytes([first | value])
    out, value = bytearray([first | most]), value - most
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def header(name, value):
    """A literal that is kept in no table."""
    name, value = (part if isinstance(part, bytes) else part.encode() for part in (name, value))
    return b"\0" + hpack_integer(len(name), 7) + name + hpack_integer(len(value), 7) + value


def request_headers(method="GetMetrics", more=()):
    fields = [(":method", "POST"), (":scheme", "http"), (":path", SERVICE + method), (":authority", "x"),
              ("content-type", "application/grpc"), ("te", "trailers"), *more]
    return b"".join(header(name, value) for name, value in fields)


def varint(value):
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def field(number, value):
    """A field of protobuf with bytes."""
    value = value if isinstance(value, bytes) else value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def object_ref(name="app", namespace="data", metadata=None):
    metadata = {"policy": "worker"} if metadata is None else metadata
    pairs = metadata.items() if isinstance(metadata, dict) else metadata
    return field(1, name) + field(2, namespace) + b"".join(field(3, field(1, k) + field(2, v)) for k, v in pairs)


def metrics_request(**ref):
    return field(1, object_ref(**ref)) + field(2, "loadline-worker")


def message(payload, compressed=0):
    return bytes([compressed]) + struct.pack(">I", len(payload)) + payload


class Connection:
    def __init__(self, port, greet=True, timeout=20):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.patience = 3 * timeout
        self.next_stream = 1
        self.left = b""
        self.read = []  # frames, while a window was waited for
        self.window = self.first_window = 65535  # the server's, of the connection and of each stream
        self.windows = {}
        if greet:
            # No table of headers (1), and windows, of streams (4) and of all, that nothing here fills.
            self.send(PREFACE + frame(SETTINGS, payload=struct.pack(">HIHI", 1, 0, 4, 1 << 24)) +
                      frame(WINDOW_UPDATE, payload=struct.pack(">I", 1 << 30)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def begin(self, method="GetMetrics", more=(), body=None, end=True):
        """Begins a call; yields its stream."""
        stream, self.next_stream = self.next_stream, self.next_stream + 2
        self.send(frame(HEADERS, END_HEADERS, stream, request_headers(method, more)))
        if body is not None:
            self.send_body(stream, message(body), end)
        return stream

    def send_body(self, stream, body, end=True):
        """As fast as the server's windows let it."""
        self.windows.setdefault(stream, self.first_window)
        while True:
            room = min(16384, self.window, self.windows[stream], len(body))
            if room or not body:
                self.window -= room
                self.windows[stream] -= room
                part, body = body[:room], body[room:]
                self.send(frame(DATA, END_STREAM if end and not body else 0, stream, part))
                if not body:
                    return
                continue
            came = next(self.come(), None)
            if came is None:
                raise ConnectionError("closed while it was sent to")
            self.read.append(came)
            if came[0] in (RST_STREAM, GOAWAY) or came[0] == HEADERS and came[2] == stream:
                return

    def take_window(self, size):
        """Waits for the server's window of the connection: what goes past it is answered by PROTOCOL_ERROR."""
        while self.window < size:
            came = next(self.come(), None)
            if came is None:
                raise ConnectionError("closed while it was sent to")
            self.read.append(came)
        self.window -= size

    def frames(self):
        """The frames that come, until the end of the connection, or of its time-out (which raises). Windows and
        pings are seen to."""
        while self.read:
            yield self.read.pop(0)
        yield from self.come()

    def come(self):
        while True:
            while len(self.left) < 9 or len(self.left) < 9 + int.from_bytes(self.left[:3], "big"):
                try:
                    more = self.socket.recv(1 << 16)
                except (ConnectionResetError, BrokenPipeError):
                    return
                if not more:
                    return
                self.left += more
            size = int.from_bytes(self.left[:3], "big")
            kind, flags = self.left[3], self.left[4]
            stream = int.from_bytes(self.left[5:9], "big") & 0x7FFFFFFF
            payload, self.left = self.left[9:9 + size], self.left[9 + size:]
            if kind == PING and not flags & ACK:
                self.send(frame(PING, ACK, 0, payload))
            if kind == WINDOW_UPDATE:
                more = int.from_bytes(payload, "big")
                if stream:
                    self.windows[stream] = self.windows.get(stream, self.first_window) + more
                else:
                    self.window += more
            if kind == SETTINGS and not flags & ACK:
                self.take_settings(payload)
            yield kind, flags, stream, payload

    def take_settings(self, payload):
        for name, value in struct.iter_unpack(">HI", payload):
            if name == 4:
                self.windows = {stream: left + value - self.first_window for stream, left in self.windows.items()}
                self.first_window = value
        self.send(frame(SETTINGS, ACK))

    def answer(self, stream):
        """(status, message, bytes) of a call: what the trailers say; None where the stream or connection was cut."""
        body = b""
        end = time.monotonic() + self.patience
        for kind, flags, of, payload in self.frames():
            if time.monotonic() > end:
                raise TimeoutError("there is no answer, but other frames")
            if kind == GOAWAY and of == 0 and int.from_bytes(payload[:4], "big") < stream:
                return None, "GOAWAY " + repr(payload[8:]), body
            if of != stream:
                continue
            if kind == DATA:
                body += payload
            if kind == RST_STREAM:
                return None, "RST_STREAM %d" % int.from_bytes(payload, "big"), body
            if kind == HEADERS and b"grpc-status" in payload:
                return int(value_of(payload, b"grpc-status")), value_of(payload, b"grpc-message").decode(), body
        return None, "closed", body

    def call(self, method="GetMetrics", body=None, more=()):
        body = metrics_request() if body is None and method == "GetMetrics" else object_ref() if body is None else body
        return self.answer(self.begin(method, more, body))


def value_of(block, name):
    at = block.find(name)
    if at < 0:
        return b""
    at += len(name)
    size = block[at] & 127
    at += 1
    if size == 127:
        shift = 0
        while True:
            size += (block[at] & 127) << shift
            shift += 7
            at += 1
            if not block[at - 1] & 128:
                break
    return block[at:at + size]

