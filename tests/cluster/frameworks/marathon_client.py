"""A user of the Marathon API on the PyPI package marathon: everything that its client offers for apps.

Usage: marathon_client.py MARATHON_URL
Prints one JSON line for each step that held, then {"done": true}. The first thing that is not as it must be ends it.
"""
import collections
import collections.abc
import json
import sys
import threading
import time

# The package, unmodified, looks for a name that Python 3.10 moved.
collections.Iterable = collections.abc.Iterable

from marathon import MarathonClient, MarathonHttpError, NotFoundError
from marathon.models import MarathonApp, MarathonConstraint, MarathonHealthCheck
from marathon.models.app import MarathonUpgradeStrategy, PortDefinition

client = MarathonClient(sys.argv[1], timeout=30)
APP, STUCK = "/client/web", "/client/stuck"
SERVER = "exec python3 -m http.server --bind $HOST $PORT0"


def held(step, **what):
    print(json.dumps(dict(what, step=step)), flush=True)


def until(what, condition, seconds=60):
    """Asks again until the condition gives something true, which is returned."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("not within %d s: %s" % (seconds, what))


def refused(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError("%s was not raised" % kind.__name__)


def idle(app_id=APP):
    """Waits until no deployment is left and every instance is healthy."""

    def settled():
        app = client.get_app(app_id)
        return not client.list_deployments() and app.tasks_healthy == app.instances == app.tasks_running and app

    return until("%s is settled" % app_id, settled)


class Events(threading.Thread):
    """Collects typed events; what the client's event factory does not know ends this thread with an error."""

    def __init__(self):
        super().__init__(daemon=True)
        self.seen, self.error = [], None
        self.start()
        until("the stream is attached", lambda: self.names() or self.error)

    def run(self):
        try:
            for event in client.event_stream():
                self.seen.append(event)
        except Exception as error:  # Whatever it is, the main thread says it.
            self.error = error

    def names(self):
        return [event.event_type for event in list(self.seen)]


def server():
    assert json.loads(client.ping()) == "pong", client.ping()  # The client accepts JSON only, so that is what it gets.
    info = client.get_info()
    assert info.elected and info.framework_id and info.name == "marathon", info
    leader = client.get_leader()["leader"]
    assert leader == info.leader, leader
    assert {"counters", "gauges"} <= set(client.get_metrics())
    held("server", version=info.version)


def create():
    app = MarathonApp(
        cmd=SERVER,
        cpus=0.1,
        mem=64,
        instances=2,
        env={"GREETING": "hello"},
        labels={"team": "web"},
        constraints=[MarathonConstraint("hostname", "UNIQUE")],
        port_definitions=[PortDefinition(port=0, protocol="tcp", name="http")],
        health_checks=[
            MarathonHealthCheck(
                protocol="HTTP", path="/", port_index=0, grace_period_seconds=20, interval_seconds=1, timeout_seconds=1
            )
        ],
        upgrade_strategy=MarathonUpgradeStrategy(minimum_health_capacity=0.5, maximum_over_capacity=0.5),
    )
    created = client.create_app(APP, app)
    assert created.id == APP and created.version and created.deployments, created
    found = idle()
    assert found.env == {"GREETING": "hello"} and found.labels == {"team": "web"}, found
    assert found.constraints == [MarathonConstraint("hostname", "UNIQUE")], found.constraints
    assert [check.protocol for check in found.health_checks] == ["HTTP"]
    assert found.port_definitions[0].name == "http"
    conflict = refused(MarathonHttpError, lambda: client.create_app(APP, app))
    assert conflict.status_code == 409, conflict
    held("create", tasks=found.tasks_healthy)


def look():
    assert [app.id for app in client.list_apps()] == [APP]
    assert client.list_apps(label="team==web") and not client.list_apps(label="team==batch")
    assert client.list_apps(cmd="http.server") and client.list_apps(app_id="client") and not client.list_apps(cmd="no")
    embedded = client.list_apps(embed_tasks=True, embed_counts=True, embed_task_stats=True)[0]
    assert len(embedded.tasks) == 2 and embedded.tasks_healthy == 2, embedded
    assert embedded.task_stats.total_summary.stats.counts.healthy == 2, embedded.task_stats
    one = client.get_app(APP, embed_tasks=True, embed_deployments=True, embed_last_task_failure=True)
    assert {task.host for task in one.tasks} == {task.host for task in client.list_tasks(APP)}
    assert len({task.host for task in one.tasks}) == 2, "UNIQUE"
    tasks = client.list_tasks()
    assert all(task.app_id == APP and task.health_check_results[0].alive and task.ports for task in tasks), tasks
    assert all(task.started_at and task.staged_at and task.version for task in tasks), tasks
    endpoints = client.list_endpoints()
    assert len(endpoints) == 2, endpoints
    assert [group.id for group in client.list_groups()] == ["/client"]
    assert [app.id for app in client.get_group("/client").apps] == [APP]
    refused(NotFoundError, lambda: client.get_app("/client/nobody"))
    held("look", hosts=sorted(task.host for task in tasks))


def change():
    first = client.get_app(APP).version
    changed = client.update_app(APP, MarathonApp(env={"GREETING": "bye"}))
    assert changed["deploymentId"] and changed["version"], changed
    found = idle()
    assert found.env == {"GREETING": "bye"} and found.labels == {"team": "web"}, "only what was sent changes"
    assert all(task.version == found.tasks[0].version for task in found.tasks)
    versions = client.list_versions(APP)
    assert len(versions) == 2, versions
    old = client.get_version(APP, versions[-1])
    assert old.env == {"GREETING": "hello"}, old
    client.rollback_app(APP, versions[-1])
    assert idle().env == {"GREETING": "hello"}
    several = client.update_apps([MarathonApp(id=APP, labels={"team": "core"})])
    assert several["deploymentId"], several
    assert idle().labels == {"team": "core"}
    held("change", first=str(first), versions=len(client.list_versions(APP)))


def scale_and_kill():
    client.scale_app(APP, instances=3)
    assert idle().instances == 3
    client.scale_app(APP, delta=-1)
    assert idle().instances == 2
    before = {task.id for task in client.list_tasks(APP)}
    victim = sorted(before)[0]
    killed = client.kill_task(APP, victim)
    assert killed.id == victim, killed
    until("it is replaced", lambda: victim not in {task.id for task in client.list_tasks(APP)} and idle())
    other = client.list_tasks(APP)[0].id
    assert client.kill_given_tasks([other])
    until("it is replaced", lambda: other not in {task.id for task in client.list_tasks(APP)} and idle())
    old = {task.id for task in client.list_tasks(APP)}
    host = client.list_tasks(APP)[0].host
    at_host = client.kill_tasks(APP, host=host)
    assert [task.host for task in at_host] == [host], at_host
    until("they are replaced", lambda: len(old & {task.id for task in client.list_tasks(APP)}) == 1 and idle())
    client.kill_task(APP, client.list_tasks(APP)[0].id, scale=True)
    assert idle().instances == 1
    kept = client.list_tasks(APP)[0].id
    assert client.restart_app(APP)["deploymentId"]
    idle()
    assert client.list_tasks(APP)[0].id != kept
    held("scale and kill")


def stuck():
    """A deployment that cannot proceed holds its app, waits in the queue, and is cancelled."""
    client.create_app(STUCK, MarathonApp(cmd="sleep 1000", cpus=0.1, mem=32, instances=1, backoff_seconds=1))
    until("it runs", lambda: client.get_app(STUCK).tasks_running == 1 and not client.list_deployments())
    client.update_app(STUCK, MarathonApp(constraints=[MarathonConstraint("hostname", "LIKE", "nowhere")], cpus=0.2))
    waiting = until("it waits", lambda: [item for item in client.list_queue() if item.app.id == STUCK])
    assert waiting[0].count == 1 and waiting[0].delay is not None, waiting
    assert client.list_queue(embed_last_unused_offers=True)
    client.reset_delay(STUCK)
    deployment = client.list_deployments()[0]
    assert deployment.affected_apps == [STUCK] and deployment.current_actions and deployment.steps, deployment
    locked = refused(MarathonHttpError, lambda: client.scale_app(STUCK, instances=2))
    assert locked.status_code == 409, locked
    back = client.delete_deployment(deployment.id)
    assert back["deploymentId"] and back["version"], back
    until("it is rolled back", lambda: not client.list_deployments())
    found = client.get_app(STUCK)
    assert not found.constraints and found.tasks_running == 1 and found.cpus == 0.1, found
    client.update_app(STUCK, MarathonApp(cpus=1000))
    client.delete_deployment(client.list_deployments()[0].id, force=True)
    until("it is cancelled", lambda: not client.list_deployments())
    client.delete_app(STUCK, force=True)
    until("it is gone", lambda: [app.id for app in client.list_apps()] == [APP])
    refused(NotFoundError, lambda: client.delete_deployment("nobody"))
    held("stuck")


def bad():
    error = refused(MarathonHttpError, lambda: client.create_app("/client/bad", MarathonApp(cmd="x", cpus=-1)))
    assert error.status_code == 422, error
    held("bad", message=error.error_message, details=error.error_details)


def commands():
    app = MarathonApp(
        args=["sleep", "1000"],
        cpus=0.1,
        mem=32,
        instances=1,
        health_checks=[MarathonHealthCheck(protocol="COMMAND", command="true", interval_seconds=1, timeout_seconds=1)],
    )
    client.create_app("/client/command", app)
    idle("/client/command")
    client.delete_app("/client/command")
    until("it is gone", lambda: [one.id for one in client.list_apps()] == [APP])
    held("commands")


def remove(events):
    client.delete_app(APP)
    until("nothing is left", lambda: not client.list_apps() and not client.list_tasks())
    until("the events tell it", lambda: events.error or "app_terminated_event" in events.names())
    assert events.error is None, repr(events.error)
    held("remove", events=sorted(set(events.names())))


def main():
    server()
    events = Events()
    for step in (create, look, change, scale_and_kill, stuck, bad, commands):
        step()
    remove(events)
    print(json.dumps({"done": True}), flush=True)


main()
