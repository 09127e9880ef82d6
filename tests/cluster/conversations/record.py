#!/usr/bin/env python3
"""Records what a client of the v1 JSON API and Harmony say to each other, for tests/cluster/tests/conversations.rs.

    record.py SERVER_HOST_PORT OUTPUT COMMAND...

Runs COMMAND, in which {proxy} stands for the address that it must use in place of SERVER, and writes OUTPUT: ids become
$names, what differs from machine to machine becomes $any, heartbeats are left out. Read the result before keeping it: an
offer that came in between belongs to the day, not to the client.
"""
import http.client
import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SERVER, OUTPUT, COMMAND = sys.argv[1], sys.argv[2], sys.argv[3:]
ANY = ("timestamp", "hostname", "url", "attributes", "container_status", "master_info", "scalar", "ranges", "domain")
ANY += ("agent_info", "container_id", "message", "source_ip")
lock = threading.Lock()
said = []
headers = {}


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def do_GET(self):
        self.relay()

    def do_POST(self):
        self.relay()

    def relay(self):
        body = self.body()
        if self.command == "POST":
            headers["path"] = self.path
            for name in ("Content-Type", "Accept"):
                headers[name.lower()] = self.headers.get(name, headers.get(name.lower(), ""))
            entry = ["->", json.loads(body), 0]
            with lock:
                said.append(entry)
        upstream = http.client.HTTPConnection(SERVER)
        passed = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "transfer-encoding")}
        passed["Content-Length"] = str(len(body))
        upstream.request(self.command, self.path, body, passed)
        answer = upstream.getresponse()
        streams = answer.getheader("Transfer-Encoding") == "chunked" and self.command == "POST"
        if self.command == "POST":
            entry[2] = answer.status
            write()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "content-length", "date", "connection"):
                self.send_header(name, value)
        if streams:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.stream(answer)
        else:
            rest = answer.read()
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            self.wfile.write(rest)

    def stream(self, answer):
        records = b""
        try:
            while data := answer.read1(65536):
                records += data
                while (end := records.find(b"\n")) >= 0 and len(records) > end + int(records[:end]):
                    size = int(records[:end])
                    event = json.loads(records[end + 1 : end + 1 + size])
                    records = records[end + 1 + size :]
                    if event["type"] != "HEARTBEAT":
                        with lock:
                            said.append(["<=", event, ""])
                        write()
                self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        except OSError:
            pass
        self.close_connection = True


def names(events):
    """The ids that Harmony gave, each with its name."""
    found, counts = {}, {}

    def name(value, kind, one=False):
        if value and value not in found:
            counts[kind] = counts.get(kind, 0) + 1
            found[value] = "$" + kind + ("" if one else str(counts[kind]))

    for event in events:
        of = event.get(event["type"].lower(), {})
        if event["type"] == "SUBSCRIBED":
            name(of.get("framework_id", {}).get("value"), "framework", True)
            name(of.get("framework_info", {}).get("id", {}).get("value"), "framework", True)
            name(of.get("agent_info", {}).get("id", {}).get("value"), "agent")
        for offer in of.get("offers", []) if event["type"] == "OFFERS" else []:
            name(offer["id"]["value"], "offer")
            name(offer["agent_id"]["value"], "agent")
        name(of.get("status", {}).get("uuid") if event["type"] == "UPDATE" else None, "uuid")
        for status in [event.get("update", {}).get("status", {})]:
            name(status.get("agent_id", {}).get("value"), "agent")
    return found


def normal(value, known, event):
    if isinstance(value, dict):
        # A MESSAGE is no message for people.
        volatile = lambda key, of: event and key in ANY and not (key == "message" and isinstance(of, dict))
        return {key: "$any" if volatile(key, of) else normal(of, known, event) for key, of in value.items()}
    if isinstance(value, list):
        return [normal(one, known, event) for one in value]
    return known.get(value, value) if isinstance(value, str) else value


def write():
    """Writes what was said so far: a recorded executor is killed without a word to this one."""
    with lock:
        known = names([what for kind, what, _ in said if kind == "<="])
        with open(OUTPUT, "w", encoding="utf-8") as out:
            for name, value in headers.items():
                print("%s: %s" % (name, value), file=out)
            for kind, what, status in said:
                line = json.dumps(normal(what, known, kind == "<="), separators=(",", ":"))
                print(kind, *filter(None, [status]), line, file=out)


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proxy = "127.0.0.1:%d" % server.server_address[1]
    subprocess.run([re.sub(r"\{proxy\}", proxy, word) for word in COMMAND], timeout=120, check=False)

main()
