"""A scheduler on the PyPI package pymesos whose tasks run in an executor of its own (pymesos_executor.py).

Usage: pymesos_with_executor.py MASTER_HOST_PORT [ROLE]
Launches two long tasks and a quick one in one executor, and prints one JSON line for each event. A persistent volume on
offer is used by the task, or by the executor ("sample"), whose name is its id. Then it obeys lines on its standard input: "say TEXT" sends TEXT to the executor, "kill TASK" kills a task, "stop" ends it.
"""
import json
import os
import sys

from addict import Dict
from pymesos import MesosSchedulerDriver, Scheduler, decode_data, encode_data

master = sys.argv[1]
here = os.path.dirname(os.path.abspath(__file__))
tasks = {"long.0": b"long", "long.1": b"long", "quick.0": b"quick"}


def say(**what):
    print(json.dumps(what), flush=True)


def scalar(name, value):
    return Dict(name=name, type="SCALAR", scalar=Dict(value=value))


def volumes(offer, name):
    return [r for r in offer.resources if r.get("disk", {}).get("persistence", {}).get("id") == name]


class Sample(Scheduler):
    def __init__(self):
        self.place = None

    def resourceOffers(self, driver, offers):
        for offer in offers:
            if self.place is not None:
                driver.declineOffer(offer.id, {"refuse_seconds": 60})
                continue
            self.place = offer.agent_id
            driver.launchTasks(offer.id, [self.task(offer, name) for name in tasks], {"refuse_seconds": 60})

    def task(self, offer, name):
        task = Dict()
        task.task_id.value = name
        task.agent_id.value = offer.agent_id.value
        task.name = name
        task.data = encode_data(tasks[name])
        task.resources = [scalar("cpus", 0.1), scalar("mem", 32)] + volumes(offer, name)
        executor = task.executor
        executor.executor_id.value = "sample"
        executor.name = "pymesos executor"
        executor.command.value = "exec %s %s/pymesos_executor.py" % (sys.executable, here)
        executor.resources = [scalar("cpus", 0.1), scalar("mem", 64)] + volumes(offer, "sample")
        return task

    def statusUpdate(self, driver, update):
        data = update.get("data")
        say(
            event="update",
            task=update.task_id.value,
            state=update.state,
            reason=update.get("reason"),
            executor=update.get("executor_id", {}).get("value"),
            data=decode_data(data).decode() if data else None,
        )

    def frameworkMessage(self, driver, executor_id, agent_id, message):
        say(event="message", executor=executor_id.value, text=decode_data(message).decode())

    def executorLost(self, driver, executor_id, agent_id, status):
        say(event="executor lost", executor=executor_id.value, status=status)


framework = {"user": "root", "name": "pymesos with executor", "hostname": "localhost", "checkpoint": True}
framework["role"] = sys.argv[2] if len(sys.argv) > 2 else "*"
sample = Sample()
driver = MesosSchedulerDriver(sample, framework, master, use_addict=True)
driver.start()
for line in sys.stdin:
    verb, _, rest = line.strip().partition(" ")
    if verb == "say":
        driver.sendFrameworkMessage(Dict(value="sample"), sample.place, encode_data(rest.encode()))
    elif verb == "kill":
        driver.killTask(Dict(value=rest))
    else:
        break
driver.stop()
