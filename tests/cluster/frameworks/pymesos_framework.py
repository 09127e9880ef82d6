"""A scheduler on the PyPI package pymesos: runs some tasks, kills one, reconciles, and says what it saw.

Usage: pymesos_framework.py MASTER_HOST_PORT TASKS [PRINCIPAL SECRET]
Prints one JSON line for each event, then {"done": true}.
"""
import json
import sys
import threading

from addict import Dict
from pymesos import MesosSchedulerDriver, Scheduler, encode_data

master, wanted = sys.argv[1], int(sys.argv[2])
done = threading.Event()


def say(**what):
    print(json.dumps(what), flush=True)


class Sample(Scheduler):
    def __init__(self):
        self.launched = 0
        self.ended = set()

    def registered(self, driver, framework_id, master_info):
        say(event="registered", framework_id=framework_id["value"])

    def resourceOffers(self, driver, offers):
        for offer in offers:
            if self.launched >= wanted:
                driver.declineOffer(offer.id, {"refuse_seconds": 60})
                continue
            task = Dict()
            task.task_id.value = "pysample.%d" % self.launched
            task.agent_id.value = offer.agent_id.value
            task.name = "pysample"
            # The last one would run for ever: it is killed when it runs.
            last = self.launched == wanted - 1
            task.command.value = "sleep 1000" if last else "echo $PYSAMPLE"
            task.command.environment.variables = [Dict(name="PYSAMPLE", value="hello")]
            task.data = encode_data(b"opaque")
            task.resources = [
                Dict(name="cpus", type="SCALAR", scalar=Dict(value=0.1)),
                Dict(name="mem", type="SCALAR", scalar=Dict(value=32)),
            ]
            self.launched += 1
            driver.launchTasks(offer.id, [task], {"refuse_seconds": 0})

    def statusUpdate(self, driver, update):
        task, state = update.task_id.value, update.state
        say(event="update", task=task, state=state, reason=update.get("reason"))
        asked = update.get("reason") == "REASON_RECONCILIATION"
        if state == "TASK_RUNNING" and not asked and task == "pysample.%d" % (wanted - 1):
            driver.reconcileTasks([Dict(task_id=update.task_id)])
            driver.killTask(update.task_id)
        if state in ("TASK_FINISHED", "TASK_KILLED", "TASK_FAILED", "TASK_ERROR", "TASK_LOST"):
            self.ended.add(task)
            if len(self.ended) == wanted:
                done.set()

    def error(self, driver, message):
        say(event="error", message=message)


framework = {"user": "root", "name": "pymesos sample", "hostname": "localhost"}
principal, secret = (sys.argv[3:5] + [None, None])[:2]
driver = MesosSchedulerDriver(Sample(), framework, master, use_addict=True, principal=principal, secret=secret)
driver.start()
ok = done.wait(60)
driver.stop()
say(done=ok)
sys.exit(0 if ok else 1)
