"""A scheduler on the PyPI package avmesos: runs some tasks to their end and says how each ended.

Usage: avmesos_framework.py MASTER_URL TASKS
Prints one JSON line for each update, then {"done": true}.
"""
import json
import sys
import threading

from avmesos.client import MesosClient

master, wanted = sys.argv[1], int(sys.argv[2])
launched, ended, done = [], set(), threading.Event()
driver = None


def say(**what):
    print(json.dumps(what), flush=True)


def subscribed(d):
    global driver
    driver = d
    say(event="subscribed", framework_id=driver.frameworkId)


def task(offer, number):
    return {
        "name": "sample",
        "task_id": {"value": "sample.%d" % number},
        "agent_id": {"value": offer["agent_id"]["value"]},
        "resources": [
            {"name": "cpus", "type": "SCALAR", "scalar": {"value": 0.1}},
            {"name": "mem", "type": "SCALAR", "scalar": {"value": 32}},
        ],
        "command": {"shell": True, "value": "echo task %d of $MESOS_FRAMEWORK_ID" % number},
    }


def offers(found):
    for offer in found:
        info = offer.get_offer()
        if len(launched) < wanted:
            launched.append(task(info, len(launched)))
            offer.accept([launched[-1]])
        else:
            offer.decline(options={"filters": {"refuse_seconds": 60}})


def update(what):
    status = what["status"]
    say(event="update", task=status["task_id"]["value"], state=status["state"], message=status.get("message"))
    if status["state"] in ("TASK_FINISHED", "TASK_FAILED", "TASK_ERROR", "TASK_LOST"):
        ended.add(status["task_id"]["value"])
        if len(ended) == wanted:
            done.set()


client = MesosClient(mesos_urls=[master], frameworkName="avmesos sample", frameworkUser="root")
client.on(MesosClient.SUBSCRIBED, subscribed)
client.on(MesosClient.OFFERS, offers)
client.on(MesosClient.UPDATE, update)
threading.Thread(target=client.register, daemon=True).start()
ok = done.wait(60)
if driver is not None:
    driver.tearDown()
say(done=ok)
sys.exit(0 if ok else 1)
