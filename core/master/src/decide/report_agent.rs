use std::{collections::BTreeMap, sync::Arc};

use base_ids::{AgentId, FrameworkId, TaskId};
use model_cluster::{Reason, Source, TaskState, TaskStatus};
use model_resources::{Resources, Role};
use wire_link::TaskReport;

use super::{
    Cx, Decided,
    end_tasks::{Endings, Verdict, is_news},
};
use crate::{
    Agent, Drop, Event, ExecutorEvent, Master, Reject,
    state::{Link, Task},
};

const GONE: Verdict = Verdict {
    state: TaskState::Gone,
    reason: Reason::Reconciliation,
    message: "The agent does not have the task any more",
};
const DROPPED: Verdict = Verdict {
    state: TaskState::Dropped,
    reason: Reason::Reconciliation,
    message: "The agent became unreachable before it had the task",
};
const KILLED: Verdict = Verdict {
    state: TaskState::Killed,
    reason: Reason::TaskKilledDuringLaunch,
    message: "The task was killed before the agent had it",
};

impl Master {
    pub(super) fn report_agent(&self, cx: &mut Cx<'_>, agent_id: &AgentId, tasks: Vec<TaskReport>) -> Decided {
        let (slot, agent) = self.find_agent(agent_id)?;
        let link = self.soft.links.get(&slot);
        let link = link.ok_or_else(|| Reject::AgentNotConnected(agent_id.clone()))?;
        let reported: BTreeMap<(FrameworkId, TaskId), TaskReport> = tasks
            .into_iter()
            .map(|report| ((report.framework_id.clone(), report.task.task_id.clone()), report))
            .collect();
        let mut endings = Endings::new(self, Vec::new());
        let mut used = agent.used.clone();
        self.end_missing(cx, (agent, link), &reported, &mut used, &mut endings);
        for report in reported.values() {
            match self.task(&report.framework_id, &report.task.task_id) {
                Some(task) => welcome_back(cx, agent_id, task, report, &mut endings),
                None => self.judge_unknown(cx, agent, report, &mut used, &mut endings.events),
            }
        }
        let mut events = endings.events;
        if events.iter().any(|event| matches!(event, Event::TaskAdopted { .. })) {
            // What is adopted may be on offer, if the agent has reported before.
            events.splice(0..0, self.drop_agent_offers(slot, Drop::AgentLost));
        }
        events.push(Event::AgentReported {
            agent_id: agent_id.clone(),
            tasks: reported.into_keys().collect(),
        });
        Ok(events)
    }

    /// Tasks that the agent should have and has not. Those that it never had are sent again by the report itself; if it has
    /// reported on this link before they may be on their way, and nothing shows that they are over.
    fn end_missing(
        &self,
        cx: &mut Cx<'_>,
        (agent, link): (&Agent, &Link),
        reported: &BTreeMap<(FrameworkId, TaskId), TaskReport>,
        used: &mut Resources,
        endings: &mut Endings<'_>,
    ) {
        for task in self.live_tasks(agent) {
            let Some(framework) = self.hard.frameworks.get(task.framework) else {
                continue;
            };
            if reported.contains_key(&(framework.framework_id.clone(), task.spec.task_id.clone())) {
                continue;
            }
            let verdict = match (task.known_to_agent, task.kill) {
                (true, _) => &GONE,
                (false, _) if link.reported => continue,
                (false, Some(_)) => &KILLED,
                (false, None) if task.state() == TaskState::Unreachable => &DROPPED,
                (false, None) => continue,
            };
            *used -= &task.spec.resources;
            endings.rule(cx, task, verdict);
        }
    }

    /// A task that the journal does not have: adopted if the journal does not have its launch either, else it is over.
    fn judge_unknown(
        &self,
        cx: &Cx<'_>,
        agent: &Agent,
        report: &TaskReport,
        used: &mut Resources,
        events: &mut Vec<Event>,
    ) {
        let (framework_id, task_id) = (report.framework_id.clone(), report.task.task_id.clone());
        let agent_id = agent.agent_id.clone();
        if self.has(cx.config, report.origin) || self.has_ended(&framework_id, &task_id) {
            if !report.state.is_terminal() {
                events.push(Event::StrayFound {
                    agent_id,
                    framework_id,
                    task_id,
                });
            }
            return;
        }
        let mut task = report.task.clone();
        let role = task.resources.iter().find_map(|r| r.allocation_role.clone());
        let role = role.unwrap_or_else(|| self.first_role(&framework_id));
        task.resources = task.resources.unallocated();
        let executor = self.join_executor(&framework_id, &agent_id, &role, &task, events);
        let executor = executor.ok().flatten();
        let beside = executor.as_ref().map(|executor| executor.resources.clone());
        let needs = &task.resources + &beside.unwrap_or_default();
        // It runs, whether it fits beside what the journal has or not: what it uses too much is nobody's until it ends. What is
        // another one's already, such as a port, can't be its own: it is neither adopted nor killed, as nothing shows that it is
        // over.
        if let Some(with) = used.checked_add(&needs) {
            *used = with;
            let executor = executor.map(|executor| {
                Event::Executor(ExecutorEvent::Launched {
                    framework_id: framework_id.clone(),
                    agent_id: agent_id.clone(),
                    role: role.clone(),
                    executor,
                })
            });
            let state = if report.state.is_terminal() {
                TaskState::Running
            } else {
                report.state
            };
            let (task, epoch) = (Arc::new(task), cx.config.epoch);
            events.push(Event::TaskAdopted {
                framework_id: framework_id.clone(),
                agent_id,
                role,
                task,
                epoch,
                state,
            });
            // After the task, which may bring the framework.
            events.extend(executor);
            // Whether its framework has acknowledged it is lost as well.
            events.extend(last_of(report).map(|last| Event::StatusRecorded {
                framework_id,
                status: Arc::new(last.clone()),
            }));
        }
    }

    /// Whether the journal shows that a task is over.
    pub(super) fn has_ended(&self, framework_id: &FrameworkId, task_id: &TaskId) -> bool {
        let Some(framework) = self.framework(framework_id) else {
            return self.is_history(framework_id);
        };
        framework.removed.is_some() || framework.completed.iter().any(|task| task.spec.task_id == *task_id)
    }

    fn first_role(&self, framework_id: &FrameworkId) -> Role {
        let known = self.framework(framework_id);
        known
            .and_then(|framework| framework.spec.roles.first().cloned())
            .unwrap_or_default()
    }
}

/// A task that the journal has and some agent reports.
fn welcome_back(cx: &mut Cx<'_>, agent_id: &AgentId, task: &Task, report: &TaskReport, endings: &mut Endings<'_>) {
    if report.state.is_terminal() {
        // Its last update is on its way.
        return;
    }
    if task.agent_id != *agent_id || task.is_over() {
        endings.events.push(Event::StrayFound {
            agent_id: agent_id.clone(),
            framework_id: report.framework_id.clone(),
            task_id: report.task.task_id.clone(),
        });
    } else if task.state() == TaskState::Unreachable {
        let mut status = TaskStatus::new(report.task.task_id.clone(), report.state, Source::Master, cx.now)
            .because(Reason::AgentReregistered, "The agent came back");
        // While an update is on its way, what was known stays true until it comes.
        let known = || task.seen.iter().rev().find_map(|seen| seen.healthy);
        status.healthy = last_of(report).and_then(|last| last.healthy).or_else(known);
        status.uuid = Some(cx.uuid());
        endings.record(task, Arc::new(status));
    } else if let Some(last) = last_of(report).filter(|last| is_lost(task, last)) {
        endings.record(task, Arc::new(last.clone()));
    }
}

/// The agent's latest update of a task, if none is on its way.
fn last_of(report: &TaskReport) -> Option<&TaskStatus> {
    let last = report.last.as_ref()?;
    let fits = last.task_id == report.task.task_id && last.uuid.is_some() && !last.state.is_terminal();
    fits.then_some(last)
}

/// Whether the journal lost an update that was acknowledged once. A task of which nothing newer is known takes it.
fn is_lost(task: &Task, last: &TaskStatus) -> bool {
    is_news(task, last.state) && !last.uuid.is_some_and(|uuid| task.has_seen(uuid))
}
