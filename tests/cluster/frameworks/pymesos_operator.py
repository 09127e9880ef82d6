"""An operator on the PyPI package pymesos: asks master and agent, and says which events come.

Usage: pymesos_operator.py MASTER_HOST_PORT AGENT_HOST_PORT
Prints one JSON line for each answer, then {"ready": true}, then one for each event until its input ends.
"""
import json
import sys

from pymesos import MesosOperatorAgentDriver, MesosOperatorMasterDriver, OperatorMaster

master, agent = sys.argv[1], sys.argv[2]


def say(**what):
    print(json.dumps(what), flush=True)


class Watcher(OperatorMaster):
    def taskAdded(self, task_info):
        say(event="task_added", task=task_info["task_id"]["value"], state=task_info["state"])

    def taskUpdated(self, task_info):
        say(event="task_updated", task=task_info["status"]["task_id"]["value"], state=task_info["state"])

    def frameworkAdded(self, framework_info):
        say(event="framework_added", framework=framework_info["framework_info"]["name"])

    def frameworkUpdated(self, framework_info):
        say(event="framework_updated", framework=framework_info["framework_info"]["name"])

    def frameworkRemoved(self, framework_info):
        say(event="framework_removed", framework=framework_info["name"])

    def agentAdded(self, agent_info):
        say(event="agent_added", agent=agent_info["agent_info"]["id"]["value"])

    def agentRemoved(self, agent_id):
        say(event="agent_removed", agent=agent_id)


class Noisy(MesosOperatorMasterDriver):
    """Only says when the stream has begun."""

    def on_subscribed(self, info):
        say(event="subscribed", agents=len(info["get_state"]["get_agents"]["agents"]))


watching = Noisy(master, Watcher())
for name in ["getHealth", "getFlags", "getVersion", "getLoggingLevel", "getState", "getFrameworks", "getExecutors",
             "getTasks", "getAgents", "getRoles", "getWeights", "getMaster", "getMaintenanceStatus",
             "getMaintenanceSchedule", "getQuota"]:
    say(of="master", call=name, answer=getattr(watching, name)())
say(of="master", call="getMetrics", answer=watching.getMetrics(5 * 10**9))
say(of="master", call="setLoggingLevel", answer=watching.setLoggingLevel(1, 60 * 10**9))
say(of="master", call="getLoggingLevel again", answer=watching.getLoggingLevel())

node = MesosOperatorAgentDriver(agent)
for name in ["getHealth", "getFlags", "getVersion", "getLoggingLevel", "getState", "getFrameworks", "getExecutors",
             "getTasks", "getContainers"]:
    say(of="agent", call=name, answer=getattr(node, name)())
say(of="agent", call="getMetrics", answer=node.getMetrics(5 * 10**9))

watching.start()
say(ready=True)
sys.stdin.read()
watching.stop()
