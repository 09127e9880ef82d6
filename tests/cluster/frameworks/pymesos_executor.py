"""An executor on the PyPI package pymesos: runs tasks that say how they end, and answers messages.

A task whose data is "quick" finishes at once; one of "long" runs until it is killed. A message "echo X" is answered with
"echoed X", "write PATH" makes a file, "finish" ends all tasks, "die" ends the process without a word.
"""
import os
import sys
import threading

from addict import Dict
from pymesos import Executor, MesosExecutorDriver, decode_data, encode_data


class Sample(Executor):
    def __init__(self):
        self.running = []

    def tell(self, driver, task_id, state, message=""):
        update = Dict()
        update.task_id.value = task_id
        update.state = state
        update.message = message
        update.data = encode_data(b"from the executor")
        driver.sendStatusUpdate(update)

    def launchTask(self, driver, task):
        # Calls of the driver wait for an answer, so they are not made on its own thread.
        threading.Thread(target=self.run, args=(driver, task), daemon=True).start()

    def run(self, driver, task):
        task_id = task.task_id.value
        self.tell(driver, task_id, "TASK_RUNNING", os.environ["MESOS_EXECUTOR_ID"])
        if decode_data(task.data) == b"quick":
            self.tell(driver, task_id, "TASK_FINISHED")
        else:
            self.running.append(task_id)

    def killTask(self, driver, task_id):
        threading.Thread(target=self.tell, args=(driver, task_id.value, "TASK_KILLED"), daemon=True).start()

    def frameworkMessage(self, driver, message):
        text = decode_data(message).decode()
        if text == "die":
            os._exit(3)
        threading.Thread(target=self.answer, args=(driver, text), daemon=True).start()

    def answer(self, driver, text):
        if text == "finish":
            for task_id in self.running:
                self.tell(driver, task_id, "TASK_FINISHED")
        elif text.startswith("write "):
            with open(text.partition(" ")[2], "w") as file:
                file.write("kept")
        else:
            driver.sendFrameworkMessage(encode_data(("echoed %s by %d" % (text, os.getpid())).encode()))


driver = MesosExecutorDriver(Sample(), use_addict=True)
print("started in", os.getcwd(), flush=True)
driver.run()
