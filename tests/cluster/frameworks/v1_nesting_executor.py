"""An executor on nothing but the v1 HTTP APIs that runs each of its tasks in a nested container, as Mesos' default one does.

It asks its agent for the containers by LAUNCH_NESTED_CONTAINER, waits for them, and says what became of its tasks. A task
is named by its container: its id. It comes back to an agent that was away, and ends with its last task.
"""
import base64
import http.client
import json
import os
import threading
import time
import uuid

agent = os.environ["MESOS_AGENT_ENDPOINT"]
me = {
    "framework_id": {"value": os.environ["MESOS_FRAMEWORK_ID"]},
    "executor_id": {"value": os.environ["MESOS_EXECUTOR_ID"]},
}
headers = {"Content-Type": "application/json", "Accept": "application/json"}
if token := os.environ.get("MESOS_EXECUTOR_AUTHENTICATION_TOKEN"):
    headers["Authorization"] = "Bearer " + token
lock = threading.Lock()
tasks, updates, killed, running = {}, {}, set(), set()
parent = {}


def post(path, body, timeout=None):
    """One call; waits for an agent that is away."""
    while True:
        try:
            connection = http.client.HTTPConnection(agent, timeout=timeout)
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            return answer, None if body["type"] == "SUBSCRIBE" else answer.read().decode()
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)


def container(kind, task_id, **more):
    part = dict(more, container_id={"value": task_id.replace(".", "-"), "parent": parent})
    answer, text = post("/api/v1", {"type": kind, kind.lower(): part})
    print(kind, task_id, answer.status, text, flush=True)
    return answer.status, text


def update(task_id, state, message=""):
    name = uuid.uuid4().bytes
    status = {"task_id": {"value": task_id}, "state": state, "source": "SOURCE_EXECUTOR", "message": message}
    status.update(uuid=base64.b64encode(name).decode(), timestamp=time.time())
    with lock:
        updates[status["uuid"]] = {"status": status}
    post("/api/v1/executor", dict(me, type="UPDATE", update={"status": status}))


def run(task):
    task_id = task["task_id"]["value"]
    update(task_id, "TASK_STARTING")
    status, why = container("LAUNCH_NESTED_CONTAINER", task_id, command=task["command"])
    if status not in (200, 202):
        update(task_id, "TASK_FAILED", why)
        return over(task_id)
    update(task_id, "TASK_RUNNING")
    _, text = container("WAIT_NESTED_CONTAINER", task_id)
    end = json.loads(text)["wait_nested_container"].get("exit_status")
    state = "TASK_FINISHED" if end == 0 else "TASK_KILLED" if task_id in killed else "TASK_FAILED"
    update(task_id, state, "wait status %s" % end)
    over(task_id)


def over(task_id):
    with lock:
        running.discard(task_id)


def done():
    with lock:
        return bool(tasks) and not running and not updates


def handle(event):
    kind = event["type"]
    if kind == "SUBSCRIBED":
        parent.update(event["subscribed"]["container_id"])
    elif kind == "LAUNCH_GROUP":
        for task in event["launch_group"]["task_group"]["tasks"]:
            task_id = task["task_id"]["value"]
            tasks[task_id] = task
            running.add(task_id)
            threading.Thread(target=run, args=(task,), daemon=True).start()
    elif kind == "KILL":
        task_id = event["kill"]["task_id"]["value"]
        killed.add(task_id)
        container("KILL_NESTED_CONTAINER", task_id, signal=15)
    elif kind == "ACKNOWLEDGED":
        with lock:
            updates.pop(event["acknowledged"]["uuid"], None)
    elif kind == "SHUTDOWN":
        os._exit(0)


def end_with_last_task():
    while not done():
        time.sleep(0.02)
    os._exit(0)


threading.Thread(target=end_with_last_task, daemon=True).start()
while True:
    with lock:
        known = {
            "unacknowledged_tasks": [tasks[task_id] for task_id in running],
            "unacknowledged_updates": list(updates.values()),
        }
    stream, _ = post("/api/v1/executor", dict(me, type="SUBSCRIBE", subscribe=known))
    try:
        while stream.status == 200:
            length = stream.readline()
            if not length:
                break
            handle(json.loads(stream.read(int(length))))
    except (OSError, ValueError, http.client.HTTPException):
        pass
    time.sleep(0.05)
