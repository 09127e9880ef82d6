"""A scheduler on the PyPI package pymesos with a persistent volume.

Usage: pymesos_volumes.py MASTER_HOST_PORT write|read
`write` reserves disk, makes a volume of it and runs a task that writes into it; `read` runs a task that reads what was
written, destroys the volume and gives the disk back. Prints one JSON line for each event, then {"done": true}.
"""
import json
import sys
import threading

from addict import Dict
from pymesos import MesosSchedulerDriver, Scheduler

master, step = sys.argv[1], sys.argv[2]
done = threading.Event()
ROLE, SIZE = "db", 64
STACK = [{"type": "DYNAMIC", "role": ROLE, "principal": "tester", "labels": {"labels": [{"key": "k", "value": "v"}]}}]


def say(**what):
    print(json.dumps(what), flush=True)


def amount(name, value, **more):
    return dict(name=name, type="SCALAR", scalar={"value": value}, allocation_info={"role": ROLE}, **more)


reserved = amount("disk", SIZE, reservations=STACK)
volume = dict(reserved, disk={
    "persistence": {"id": "data", "principal": "tester"},
    "volume": {"mode": "RW", "container_path": "data"},
})


def launch(offer, name, command):
    task = {
        "name": name,
        "task_id": {"value": name},
        "agent_id": {"value": offer.agent_id.value},
        "command": {"value": command},
        "resources": [amount("cpus", 0.1), amount("mem", 32), volume],
    }
    return {"type": "LAUNCH", "launch": {"task_infos": [task]}}


def operation(kind, **body):
    return {"type": kind, "id": {"value": kind.lower()}, kind.lower(): body}


class Volumes(Scheduler):
    def __init__(self):
        self.waiting = set()
        self.stage = "start"

    def resourceOffers(self, driver, offers):
        for offer in offers:
            held = [r for r in offer.resources if r.disk.persistence.id == "data"]
            if self.stage == "start" and (step == "write" or held):
                self.begin(driver, offer)
            elif self.stage == "ran" and step == "read" and held:
                self.stage = "ending"
                self.accept(driver, offer, [
                    operation("DESTROY", volumes=[volume]),
                    operation("UNRESERVE", resources=[reserved]),
                ])
            else:
                driver.declineOffer(offer.id, {"refuse_seconds": 0.1})

    def begin(self, driver, offer):
        self.stage = "running"
        if step == "read":
            # A reservation that cannot be, and a disk that no provider has.
            return self.accept(driver, offer, [
                launch(offer, "reader", "test \"$(cat data/file)\" = kept"),
                operation("RESERVE", resources=[amount("cpus", 10000, reservations=STACK)]),
                operation("CREATE_DISK", source=amount("disk", 1), target_type="MOUNT"),
            ])
        self.accept(driver, offer, [
            operation("RESERVE", resources=[reserved]),
            operation("CREATE", volumes=[volume]),
            launch(offer, "writer", "echo kept > data/file"),
        ])

    def accept(self, driver, offer, operations):
        self.waiting |= {op["id"]["value"] for op in operations if "id" in op}
        driver.acceptOffers(offer.id, operations, {"refuse_seconds": 0})

    def operationStatusUpdate(self, driver, update):
        name = update.operation_id.value
        say(event="operation", operation=name, state=update.state, message=update.get("message"))
        if "uuid" in update:
            # The driver's own acknowledgement has the uuid of the update's form, which the call does not take.
            driver.acknowledgeOperationStatusUpdate(dict(
                operation_id=update.operation_id, agent_id=update.agent_id, uuid=update.uuid.value))
        self.waiting.discard(name)
        self.check()

    def statusUpdate(self, driver, update):
        say(event="update", task=update.task_id.value, state=update.state, message=update.get("message"))
        if update.state in ("TASK_FINISHED", "TASK_FAILED", "TASK_ERROR", "TASK_LOST"):
            self.stage = "ran"
            self.check()
        if "uuid" in update:
            driver.acknowledgeStatusUpdate(update)

    def check(self):
        if not self.waiting and self.stage == ("ran" if step == "write" else "ending"):
            done.set()

    def error(self, driver, message):
        say(event="error", message=message)


framework = {
    "user": "root",
    "name": "pymesos volumes",
    "hostname": "localhost",
    "roles": [ROLE],
    "capabilities": [{"type": "MULTI_ROLE"}, {"type": "RESERVATION_REFINEMENT"}],
}
driver = MesosSchedulerDriver(Volumes(), framework, master, use_addict=True, implicit_acknowledgements=False)
driver.start()
ok = done.wait(60)
driver.stop()
say(done=ok)
sys.exit(0 if ok else 1)
