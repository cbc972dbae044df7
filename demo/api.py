"""The story's application, with the standard library alone: it refuses to start out of sync, then serves the roles.

    DATABASE_URL=… python demo/api.py      in the project's folder; prints where it serves

examples/team-billing is a whole one, in FastAPI.
"""

from __future__ import annotations

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from databases import rows

import parity

_ROLES = "SELECT name, description, can_approve_invoices, approval_limit FROM team_roles ORDER BY name"
_KEYS = ("name", "description", "can_approve_invoices", "approval_limit")


class Roles(BaseHTTPRequestHandler):
    """`GET /api/team/roles`, and nothing else."""

    def do_GET(self) -> None:
        if self.path != "/api/team/roles":
            self.send_error(404)
            return
        found = [dict(zip(_KEYS, row, strict=True)) for row in rows(os.environ["DATABASE_URL"], _ROLES)]
        for role in found:
            role["can_approve_invoices"] = bool(role["can_approve_invoices"])
        body = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def main() -> None:
    """Serve on a free port of this machine, until the process is ended."""
    parity.assert_in_sync(os.environ["DATABASE_URL"])
    with ThreadingHTTPServer(("127.0.0.1", 0), Roles) as server:
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
