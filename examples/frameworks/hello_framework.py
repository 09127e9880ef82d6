#!/usr/bin/env python3
"""The smallest useful Mesos framework, on the v1 HTTP API and nothing but Python's standard library.

    python3 hello_framework.py [HOST:PORT]        default: 127.0.0.1:5050

It subscribes, takes a little of the first offer that is large enough, launches one task on it, follows the task to its
end and leaves.
"""
import http.client
import json
import sys

MASTER = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:5050"
COMMAND = "echo hello from $(hostname); sleep 1"
NEEDS = {"cpus": 0.1, "mem": 32}


class Scheduler:
    """One subscription: a stream of events that stays open, and calls beside it."""

    def __init__(self, master):
        self.master = master
        self.framework_id = None
        self.stream_id = None

    def post(self, call):
        """Posts one call; the answer of SUBSCRIBE is the stream, that of every other call is empty."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.framework_id:
            # Which subscription speaks, for a framework may have subscribed anew.
            headers["Mesos-Stream-Id"] = self.stream_id
            call["framework_id"] = self.framework_id
        connection = http.client.HTTPConnection(self.master)
        connection.request("POST", "/api/v1/scheduler", json.dumps(call), headers)
        answer = connection.getresponse()
        if answer.status not in (200, 202):
            sys.exit("%s: %d %s" % (call["type"], answer.status, answer.read().decode()))
        return answer

    def events(self):
        """Subscribes and yields each event. A record is its length in bytes, a newline, and so many bytes (RecordIO)."""
        info = {"user": "root", "name": "hello", "roles": ["*"], "capabilities": [{"type": "MULTI_ROLE"}]}
        stream = self.post({"type": "SUBSCRIBE", "subscribe": {"framework_info": info}})
        self.stream_id = stream.getheader("Mesos-Stream-Id")
        while True:
            length = stream.readline()
            if not length:
                sys.exit("the master closed the stream")
            yield json.loads(stream.read(int(length)))

    def decline(self, offer):
        filters = {"refuse_seconds": 3600}
        self.post({"type": "DECLINE", "decline": {"offer_ids": [offer["id"]], "filters": filters}})

    def launch(self, offer):
        task = {
            "name": "hello",
            "task_id": {"value": "hello.1"},
            "agent_id": offer["agent_id"],
            "command": {"value": COMMAND},
            "resources": [
                {"name": name, "type": "SCALAR", "scalar": {"value": amount}} for name, amount in NEEDS.items()
            ],
        }
        operation = {"type": "LAUNCH", "launch": {"task_infos": [task]}}
        # What the task leaves of the offer goes back to the others.
        self.post({"type": "ACCEPT", "accept": {"offer_ids": [offer["id"]], "operations": [operation]}})

    def acknowledge(self, status):
        # A status with a uuid is told again and again until it is acknowledged.
        if "uuid" in status:
            what = {key: status[key] for key in ("agent_id", "task_id", "uuid")}
            self.post({"type": "ACKNOWLEDGE", "acknowledge": what})


def is_enough(offer):
    has = {}
    for resource in offer["resources"]:
        if resource["type"] == "SCALAR":
            has[resource["name"]] = has.get(resource["name"], 0) + resource["scalar"]["value"]
    return all(has.get(name, 0) >= amount for name, amount in NEEDS.items())


def main():
    scheduler, launched = Scheduler(MASTER), False
    for event in scheduler.events():
        if event["type"] == "SUBSCRIBED":
            scheduler.framework_id = event["subscribed"]["framework_id"]
            print("subscribed as", scheduler.framework_id["value"], flush=True)
        elif event["type"] == "OFFERS":
            for offer in event["offers"]["offers"]:
                if launched or not is_enough(offer):
                    scheduler.decline(offer)
                    continue
                print("launching on", offer["hostname"], flush=True)
                scheduler.launch(offer)
                launched = True
        elif event["type"] == "UPDATE":
            status = event["update"]["status"]
            print(status["task_id"]["value"], "is", status["state"], status.get("message", ""), flush=True)
            scheduler.acknowledge(status)
            if status["state"] not in ("TASK_STAGING", "TASK_STARTING", "TASK_RUNNING"):
                scheduler.post({"type": "TEARDOWN"})
                sys.exit(0 if status["state"] == "TASK_FINISHED" else 1)
        elif event["type"] == "ERROR":
            sys.exit(event["error"]["message"])


main()
