"""A scheduler on nothing but the v1 HTTP API that tries what its principal may and may not do.

Usage: v1_authorized.py MASTER_HOST_PORT PRINCIPAL SECRET ROLE FORBIDDEN_ROLE
Accepts the first offer with a task as root and one as nobody, a group with a task of each, and a reservation for the
forbidden role. Prints one JSON line for each answer that is no success, each ERROR, each update of a task or an operation,
and ends when it has heard of all of them, or is refused.
"""
import base64
import http.client
import json
import sys

master, principal, secret, role, forbidden = sys.argv[1:6]
state = {}


def say(**what):
    print(json.dumps(what), flush=True)


def call(body):
    connection = http.client.HTTPConnection(master, timeout=60)
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Authorization": "Basic " + base64.b64encode(("%s:%s" % (principal, secret)).encode()).decode(),
    }
    if "stream_id" in state:
        headers["Mesos-Stream-Id"] = state["stream_id"]
        body["framework_id"] = state["framework_id"]
    connection.request("POST", "/api/v1/scheduler", json.dumps(body), headers)
    answer = connection.getresponse()
    if answer.status >= 300:
        say(status=answer.status, why=answer.read().decode())
    return answer


def records(stream):
    while True:
        line = stream.readline()
        if not line:
            return
        yield json.loads(stream.read(int(line)))


def scalar(name, value):
    return {
        "name": name,
        "type": "SCALAR",
        "scalar": {"value": value},
        "allocation_info": {"role": role},
    }


def accept(offer):
    def task(name, user):
        return {
            "name": name,
            "task_id": {"value": name},
            "agent_id": offer["agent_id"],
            "command": {"value": "true", "user": user},
            "resources": [scalar("cpus", 0.1), scalar("mem", 32)],
        }

    executor = {
        "type": "DEFAULT",
        "executor_id": {"value": "group"},
        "framework_id": state["framework_id"],
        "resources": [scalar("cpus", 0.1), scalar("mem", 32)],
    }
    group = {"tasks": [task("group.root", "root"), task("group.nobody", "nobody")]}
    reserved = dict(scalar("cpus", 0.1), reservations=[{"type": "DYNAMIC", "role": forbidden, "principal": principal}])
    operations = [
        {"type": "LAUNCH", "launch": {"task_infos": [task("root", "root"), task("nobody", "nobody")]}},
        {"type": "LAUNCH_GROUP", "launch_group": {"executor": executor, "task_group": group}},
        {"type": "RESERVE", "id": {"value": "op"}, "reserve": {"resources": [reserved]}},
    ]
    call({"type": "ACCEPT", "accept": {"offer_ids": [offer["id"]], "operations": operations}})


framework = {
    "user": "root",
    "name": "authorized",
    "roles": [role],
    "capabilities": [{"type": "MULTI_ROLE"}, {"type": "RESERVATION_REFINEMENT"}],
}
answer = call({"type": "SUBSCRIBE", "subscribe": {"framework_info": framework}})
if answer.status >= 300:
    sys.exit(0)
stream_id, waited = answer.getheader("Mesos-Stream-Id"), {"root", "nobody", "group.root", "group.nobody", "op"}
for event in records(answer):
    kind = event["type"]
    if kind == "ERROR":
        say(error=event["error"]["message"])
        sys.exit(0)
    if kind == "SUBSCRIBED":
        state["framework_id"] = event["subscribed"]["framework_id"]
        state["stream_id"] = stream_id
    if kind == "OFFERS" and "accepted" not in state:
        state["accepted"] = True
        accept(event["offers"]["offers"][0])
    if kind == "UPDATE":
        status = event["update"]["status"]
        name = status["task_id"]["value"]
        say(task=name, state=status["state"], reason=status.get("reason"), message=status.get("message"))
        if status["state"] in ("TASK_FINISHED", "TASK_ERROR", "TASK_FAILED"):
            waited.discard(name)
        if "uuid" in status:
            ack = {"agent_id": status["agent_id"], "task_id": status["task_id"], "uuid": status["uuid"]}
            call({"type": "ACKNOWLEDGE", "acknowledge": ack})
    if kind == "UPDATE_OPERATION_STATUS":
        status = event["update_operation_status"]["status"]
        say(operation=status["operation_id"]["value"], state=status["state"], message=status.get("message"))
        waited.discard("op")
    if not waited:
        call({"type": "TEARDOWN"})
        break
