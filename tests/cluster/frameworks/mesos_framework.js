// A scheduler on the npm package mesos-framework: runs two tasks to their end, kills a third, and leaves.
//
// Usage: mesos_framework.js MASTER_HOST_PORT LOG_DIRECTORY      (NODE_PATH names the package's node_modules)
//
// Prints one JSON line for each event, then {"done": true}.
"use strict";

const { Scheduler, Mesos } = require("mesos-framework");

const mesos = Mesos.getMesos();
const [host, port] = process.argv[2].split(":");
const finished = new Set();
let updates = 0;
let acknowledged = 0;
let killed = false;

function say(line) {
    console.log(JSON.stringify(line));
}

function task(command, priority, instances) {
    return {
        priority: priority,
        instances: instances,
        allowScaling: false,
        commandInfo: new mesos.CommandInfo(null, null, true, command, null, null),
        resources: { cpus: 0.1, mem: 32, ports: 1, disk: 0 },
    };
}

const scheduler = new Scheduler({
    masterUrl: host,
    port: port,
    frameworkName: "npm sample",
    frameworkFailoverTimeout: 60,
    logging: { path: process.argv[3], fileName: "scheduler.log", level: "debug" },
    tasks: {
        quick: task("echo $MESOS_TASK_ID", 1, 2),
        long: task("exec sleep 1000", 2, 1),
    },
});

setTimeout(function () {
    say({ done: false });
    process.exit(1);
}, 60000);

scheduler.on("subscribed", function (told) {
    say({ event: "subscribed", framework: told.frameworkId, stream: told.mesosStreamId });
});
scheduler.on("offers", function (told) {
    say({ event: "offers", count: told.offers.length });
});
scheduler.on("error", function (error) {
    say({ event: "error", message: error.message || String(error) });
});
scheduler.on("update", function (update) {
    const status = update.status;
    const id = status.task_id.value;
    const name = id.split(".")[1];
    say({ event: "update", task: name, state: status.state });
    if (status.state === "TASK_FINISHED") {
        finished.add(id);
    }
    const running = scheduler.launchedTasks.find((launched) => launched.name.startsWith("long") && launched.taskId);
    if (finished.size === 2 && status.state === "TASK_FINISHED" && running) {
        scheduler.kill(running.taskId, running.runtimeInfo.agentId);
    }
    updates += 1;
    killed = killed || status.state === "TASK_KILLED";
});
scheduler.on("sent_acknowledge", function () {
    acknowledged += 1;
    if (killed && acknowledged === updates) {
        scheduler.teardown();
    }
});
scheduler.on("sent_teardown", function () {
    say({ done: true });
    process.exit(0);
});
scheduler.on("ready", function () {
    scheduler.subscribe();
});
