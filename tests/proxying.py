"""A proxy between a client and a server that cuts or swallows what passes, at a statement of the test's choice."""

from __future__ import annotations

import socket
import struct
import threading
import time
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends a reset, and nothing after it."""


class Proxy:
    """Between a client and the server. `meet` is asked about what clients send; what it says is done to them.

    `cut` resets the connection instead of passing that on, `pass and cut` after passing it on, `swallow` goes on
    reading, on all connections, and passes nothing on. With `shut`, later connections are refused.
    """

    def __init__(self, port, meet, *, shut=False):
        self.meet, self.server, self.shut, self.met = meet, ("127.0.0.1", port), shut, False
        self.swallows = False
        self.cut: socket.socket | None = None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.shut and self.met:
                client.close()
                continue
            server = socket.create_connection(self.server)
            for source, sink, asked in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._pass_on, args=(source, sink, asked), daemon=True).start()

    def _pass_on(self, source, sink, asked):
        with closing(source), closing(sink):
            try:
                while data := source.recv(65536):
                    deed = self.meet(data) if asked and not self.met else None
                    if deed is not None:
                        self.met, self.cut = True, source if "cut" in deed else None
                    self.swallows = self.swallows or deed == "swallow"
                    # The answer to what was passed on before the cut is kept back.
                    if deed != "cut" and not self.swallows and sink is not self.cut:
                        sink.sendall(data)
                    if deed in ("cut", "pass and cut"):
                        # The server must have got it before it learns that the client is gone.
                        time.sleep(0.3)
                        for end in (source, sink):
                            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                            # The other direction's thread waits for it, and wouldn't let it close.
                            end.shutdown(socket.SHUT_RDWR)
                        return
            except OSError:
                return


@contextmanager
def proxied(url, meet, **options):
    parts = urlsplit(url)
    proxy = Proxy(parts.port, meet, **options)
    with closing(proxy.listener):
        yield url.replace(f":{parts.port}/", f":{proxy.port}/")


def at(word, deed, then=None):
    """What to do at a statement with `word`; with `then`, at the first one with that, behind it."""
    seen = []

    def meet(data):
        if word in data:
            seen.append(data)
        found = (word in data) if then is None else (bool(seen) and then in data)
        return deed if found else None

    return meet
