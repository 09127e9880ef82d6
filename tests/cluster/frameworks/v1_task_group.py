"""A scheduler on nothing but the v1 HTTP API that launches a group of tasks in the default executor, or in one of its own.

Usage: v1_task_group.py MASTER_HOST_PORT [--executor SCRIPT] SHELL...
Launches one task for each shell command, `task.0` and so on, as one group, and prints one JSON line for each update. It
obeys "kill TASK", "shutdown" and "stop" on its standard input.
"""
import http.client
import json
import os
import sys
import threading

master, commands = sys.argv[1], sys.argv[2:]
own = None
if commands[0] == "--executor":
    own = "exec %s %s" % (sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), commands[1]))
    commands = commands[2:]
state = {"offer": None}


def call(body, stream_id=None):
    connection = http.client.HTTPConnection(master)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if stream_id:
        headers["Mesos-Stream-Id"] = stream_id
    connection.request("POST", "/api/v1/scheduler", json.dumps(body), headers)
    answer = connection.getresponse()
    if answer.status >= 300:
        print(json.dumps({"status": answer.status, "why": answer.read().decode()}), flush=True)
    return answer


def records(stream):
    while True:
        line = stream.readline()
        if not line:
            return
        yield json.loads(stream.read(int(line)))


def tell(kind, **body):
    whole = {"type": kind, "framework_id": state["framework_id"]}
    if body:
        whole[kind.lower()] = body
    call(whole, state["stream_id"])


def scalar(name, value):
    return {"name": name, "type": "SCALAR", "scalar": {"value": value}}


def accept(offer):
    def task(number, command):
        return {
            "name": "task",
            "task_id": {"value": "task.%d" % number},
            "agent_id": offer["agent_id"],
            "command": {"value": command},
            "resources": [scalar("cpus", 0.1), scalar("mem", 32)],
            "kill_policy": {"grace_period": {"nanoseconds": 500 * 1000 * 1000}},
        }

    executor = {
        "type": "DEFAULT",
        "executor_id": {"value": "group"},
        "framework_id": state["framework_id"],
        "resources": [scalar("cpus", 0.1), scalar("mem", 32)],
    }
    if own:
        executor.update(type="CUSTOM", command={"value": own})
    tasks = [task(number, command) for number, command in enumerate(commands)]
    group = {"executor": executor, "task_group": {"tasks": tasks}}
    operations = [{"type": "LAUNCH_GROUP", "launch_group": group}]
    tell("ACCEPT", offer_ids=[offer["id"]], operations=operations, filters={"refuse_seconds": 60})


def acknowledge(status):
    if "uuid" in status:
        tell("ACKNOWLEDGE", agent_id=status["agent_id"], task_id=status["task_id"], uuid=status["uuid"])


def handle(event):
    if event["type"] == "SUBSCRIBED":
        state["framework_id"] = event["subscribed"]["framework_id"]
    elif event["type"] == "OFFERS" and state["offer"] is None:
        state["offer"] = event["offers"]["offers"][0]
        accept(state["offer"])
    elif event["type"] == "UPDATE":
        status = event["update"]["status"]
        executor = status.get("executor_id", {}).get("value")
        task = status["task_id"]["value"]
        seen = {"task": task, "state": status["state"], "executor": executor}
        seen.update({part: status.get(part) for part in ("reason", "limitation")})
        print(json.dumps(seen), flush=True)
        acknowledge(status)
    elif event["type"] == "FAILURE":
        print(json.dumps({"event": "failure", "status": event["failure"].get("status")}), flush=True)


def obey():
    for line in sys.stdin:
        verb, _, rest = line.strip().partition(" ")
        if verb == "kill":
            tell("KILL", task_id={"value": rest}, agent_id=state["offer"]["agent_id"])
        elif verb == "shutdown":
            tell("SHUTDOWN", executor_id={"value": "group"}, agent_id=state["offer"]["agent_id"])
        else:
            tell("TEARDOWN")


info = {"user": "root", "name": "v1 task group", "roles": ["*"], "capabilities": [{"type": "MULTI_ROLE"}]}
answer = call({"type": "SUBSCRIBE", "subscribe": {"framework_info": info}})
state["stream_id"] = answer.getheader("Mesos-Stream-Id")
threading.Thread(target=obey, daemon=True).start()
for record in records(answer):
    handle(record)
