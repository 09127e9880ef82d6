#!/usr/bin/env python3
"""The same framework on the package pymesos, which speaks the v1 API for it (`pip install pymesos`; Python 3.10 at most).

    python3 pymesos_framework.py [HOST:PORT]        default: 127.0.0.1:5050
"""
import sys

from addict import Dict
from pymesos import MesosSchedulerDriver, Scheduler

MASTER = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:5050"


class Hello(Scheduler):
    def __init__(self):
        self.launched = False
        self.state = None

    def registered(self, driver, framework_id, master):
        print("subscribed as", framework_id.value, flush=True)

    def resourceOffers(self, driver, offers):
        for offer in offers:
            if self.launched:
                driver.declineOffer(offer.id, {"refuse_seconds": 3600})
                continue
            self.launched = True
            print("launching on", offer.hostname, flush=True)
            task = Dict(name="hello", task_id=Dict(value="hello.1"), agent_id=offer.agent_id)
            task.command.value = "echo hello from $(hostname); sleep 1"
            task.resources = [
                Dict(name="cpus", type="SCALAR", scalar=Dict(value=0.1)),
                Dict(name="mem", type="SCALAR", scalar=Dict(value=32)),
            ]
            driver.launchTasks(offer.id, [task])

    def statusUpdate(self, driver, update):
        # The driver acknowledges each update after this method.
        print(update.task_id.value, "is", update.state, update.get("message", ""), flush=True)
        if update.state not in ("TASK_STAGING", "TASK_STARTING", "TASK_RUNNING"):
            self.state = update.state
            driver.stop()


hello = Hello()
MesosSchedulerDriver(hello, Dict(user="root", name="hello"), MASTER, use_addict=True).run()
sys.exit(0 if hello.state == "TASK_FINISHED" else 1)
