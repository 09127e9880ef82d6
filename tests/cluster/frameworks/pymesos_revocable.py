"""A scheduler on the PyPI package pymesos that runs one task on revocable cpus until it is taken back.

Usage: pymesos_revocable.py MASTER_HOST_PORT able|unable
An unable one lacks REVOCABLE_RESOURCES: it says what it is offered of the host `extra`, and ends.
Prints one JSON line for each event, then {"done": true}.
"""
import json
import sys
import threading

from addict import Dict
from pymesos import MesosSchedulerDriver, Scheduler

master, able = sys.argv[1], sys.argv[2] == "able"
done = threading.Event()


def say(**what):
    print(json.dumps(what), flush=True)


class Revocable(Scheduler):
    launched = False

    def resourceOffers(self, driver, offers):
        for offer in offers:
            if offer.hostname != "extra" or self.launched:
                driver.declineOffer(offer.id, {"refuse_seconds": 60})
                continue
            spare = [r.scalar.value for r in offer.resources if r.name == "cpus" and "revocable" in r]
            say(event="offer", revocable=sum(spare))
            if not able:
                driver.declineOffer(offer.id, {"refuse_seconds": 60})
                done.set()
            elif sum(spare) < 2:
                driver.declineOffer(offer.id, {"refuse_seconds": 0})
            else:
                self.launch(driver, offer)

    def launch(self, driver, offer):
        self.launched = True
        cpus = Dict(name="cpus", type="SCALAR", scalar=Dict(value=2))
        mem = Dict(name="mem", type="SCALAR", scalar=Dict(value=32))
        mixed, task = [
            Dict(
                name="sleeper",
                task_id=Dict(value=name),
                agent_id=offer.agent_id,
                command=Dict(value="exec sleep 1000"),
            )
            for name in ("mixed", "revocable")
        ]
        mixed.resources = [Dict(cpus, revocable=Dict(), scalar=Dict(value=0.1)), Dict(cpus, scalar=Dict(value=0.1)), mem]
        task.resources = [Dict(cpus, revocable=Dict()), mem]
        driver.launchTasks(offer.id, [mixed, task], {"refuse_seconds": 60})

    def statusUpdate(self, driver, update):
        task, state = update.task_id.value, update.state
        say(event="update", task=task, state=state, reason=update.get("reason"), source=update.get("source"))
        if task == "revocable" and state not in ("TASK_STARTING", "TASK_RUNNING"):
            done.set()

    def error(self, driver, message):
        say(event="error", message=message)


capabilities = [{"type": "PARTITION_AWARE"}] + ([{"type": "REVOCABLE_RESOURCES"}] if able else [])
framework = {"user": "root", "name": sys.argv[2], "hostname": "localhost", "capabilities": capabilities}
driver = MesosSchedulerDriver(Revocable(), framework, master, use_addict=True)
driver.start()
ok = done.wait(90)
driver.stop()
say(done=ok)
sys.exit(0 if ok else 1)
