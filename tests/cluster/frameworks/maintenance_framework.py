"""A scheduler on the bare v1 API that is asked to leave a machine, and an operator who takes that machine down.

Prints one JSON object a line: what the scheduler heard, and what the operator was answered.
"""

import http.client
import json
import sys
import time

HOST = sys.argv[1]
NAME = "maintained"
STATE = {"stream": None, "framework": None, "asked": 0}


def tell(**what):
    print(json.dumps(what), flush=True)


def post(path, body, headers=None):
    connection = http.client.HTTPConnection(HOST, timeout=30)
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **(headers or {})})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def get(path):
    connection = http.client.HTTPConnection(HOST, timeout=30)
    connection.request("GET", path)
    return json.loads(connection.getresponse().read())


def call(kind, **parts):
    body = {"type": kind, "framework_id": STATE["framework"], **parts}
    status, text = post("/api/v1/scheduler", body, {"Mesos-Stream-Id": STATE["stream"]})
    assert status == 202, (kind, status, text)


def events(answer):
    """Records: a length in digits, a line feed, and so many bytes."""
    while True:
        digits = answer.readline()
        if not digits:
            return
        left, record = int(digits), b""
        while len(record) < left:
            record += answer.read(left - len(record))
        yield json.loads(record)


def launch(offer):
    task = {
        "name": "sleeper",
        "task_id": {"value": "sleeper"},
        "agent_id": offer["agent_id"],
        "command": {"value": "exec sleep 1000"},
        "resources": [
            {"name": "cpus", "type": "SCALAR", "scalar": {"value": 0.1}},
            {"name": "mem", "type": "SCALAR", "scalar": {"value": 32}},
        ],
    }
    call(
        "ACCEPT",
        accept={
            "offer_ids": [offer["id"]],
            "operations": [{"type": "LAUNCH", "launch": {"task_infos": [task]}}],
            "filters": {"refuse_seconds": 0.1},
        },
    )


def schedule(hostname):
    start = int((time.time() + 3600) * 1e9)
    window = {
        "machine_ids": [{"hostname": hostname}],
        "unavailability": {"start": {"nanoseconds": start}, "duration": {"nanoseconds": 10**9}},
    }
    twice = {"windows": [window, window]}
    tell(operator="twice", status=post("/maintenance/schedule", twice)[0])
    tell(operator="schedule", status=post("/maintenance/schedule", {"windows": [window]})[0])
    seen = get("/maintenance/schedule")["windows"][0]
    tell(operator="read", hostname=seen["machine_ids"][0]["hostname"], same=seen["unavailability"] == window["unavailability"])


def answers():
    draining = get("/maintenance/status").get("draining_machines", [])
    return [status["status"] for machine in draining for status in machine.get("statuses", [])]


def answer(inverse, hostname):
    STATE["asked"] += 1
    ids = {"inverse_offer_ids": [inverse["id"]], "filters": {"refuse_seconds": 1}}
    tell(heard="INVERSE_OFFER", agent=inverse["agent_id"]["value"], start="start" in inverse["unavailability"])
    if STATE["asked"] == 1:
        call("DECLINE_INVERSE_OFFERS", decline_inverse_offers=ids)
        tell(operator="status", answers=answers())
    elif STATE["asked"] == 2:
        call("ACCEPT_INVERSE_OFFERS", accept_inverse_offers={**ids, "filters": {"refuse_seconds": 1000}})
        tell(operator="status", answers=answers())
        tell(operator="down", status=post("/machine/down", [{"hostname": hostname}])[0])
        tell(operator="status", down=get("/maintenance/status")["down_machines"])


def main():
    info = {"user": "", "name": NAME, "roles": ["*"], "capabilities": [{"type": "PARTITION_AWARE"}, {"type": "MULTI_ROLE"}]}
    connection = http.client.HTTPConnection(HOST, timeout=60)
    subscribe = {"type": "SUBSCRIBE", "subscribe": {"framework_info": info}}
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    connection.request("POST", "/api/v1/scheduler", json.dumps(subscribe), headers)
    answered = connection.getresponse()
    STATE["stream"] = answered.getheader("Mesos-Stream-Id")
    hostname, failed, ended = None, False, False
    for event in events(answered):
        kind = event["type"]
        if kind == "SUBSCRIBED":
            STATE["framework"] = event["subscribed"]["framework_id"]
        elif kind == "OFFERS":
            for offer in event["offers"]["offers"]:
                if hostname is None:
                    hostname = offer["hostname"]
                    launch(offer)
                elif offer["hostname"] == hostname:
                    tell(heard="OFFER", unavailability="unavailability" in offer)
        elif kind == "UPDATE":
            status = event["update"]["status"]
            tell(heard="UPDATE", state=status["state"], reason=status.get("reason"))
            if "uuid" in status:
                ack = {"agent_id": status["agent_id"], "task_id": status["task_id"], "uuid": status["uuid"]}
                call("ACKNOWLEDGE", acknowledge=ack)
            if status["state"] == "TASK_RUNNING":
                schedule(hostname)
            ended = ended or status["state"] == "TASK_GONE"
        elif kind == "INVERSE_OFFERS":
            for inverse in event["inverse_offers"]["inverse_offers"]:
                answer(inverse, hostname)
        elif kind == "FAILURE":
            tell(heard="FAILURE", agent=event["failure"]["agent_id"]["value"])
            failed = True
        if failed and ended:
            break
    tell(operator="up", status=post("/machine/up", [{"hostname": hostname}])[0])
    call("TEARDOWN")


main()
