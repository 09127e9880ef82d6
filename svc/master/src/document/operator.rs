use std::sync::Arc;

use base_slab::ChunkRef;
use core_master::{Framework, Master as Pool, Task};
use io_httpd::Bytes;

use super::{
    Form, Section,
    form::head,
    press::Memory,
    segments::{Builder, Segment},
};
use crate::{
    access::Viewer,
    view::{self, Kind},
};

/// Writes `GetState` or a part of it. In JSON its lists are always there, as in Mesos, even if they are empty.
pub(super) struct Operator<'a> {
    pub(super) form: Form,
    pub(super) pool: &'a Pool,
    pub(super) memory: &'a mut Memory,
    /// Who may not see all of it.
    pub(super) viewer: Option<&'a Viewer>,
}

/// Takes the parts of a text.
type Push<'a> = &'a mut dyn FnMut(Bytes);

impl<'a> Operator<'a> {
    pub(super) fn write(&mut self, section: Section, push: Push<'_>) {
        match section {
            Section::State => self.state(push),
            part => self.section(part, push),
        }
    }

    /// The parts of `GetState`, with their numbers in it.
    fn state(&mut self, push: Push<'_>) {
        let sections = [
            (1, "{\"get_tasks\":", Section::Tasks),
            (2, ",\"get_executors\":", Section::Executors),
            (3, ",\"get_frameworks\":", Section::Frameworks),
            (4, ",\"get_agents\":", Section::Agents),
        ];
        for (number, name, section) in sections {
            if self.form == Form::Protobuf {
                let mut parts = Vec::new();
                self.section(section, &mut |part| parts.push(part));
                let mut field = Vec::new();
                head(number, parts.iter().map(Bytes::len).sum(), &mut field);
                push(field.into());
                parts.into_iter().for_each(&mut *push);
            } else {
                push(Bytes::from_static(name.as_bytes()));
                self.section(section, push);
            }
        }
        self.json(push, "}");
    }

    fn section(&mut self, section: Section, push: Push<'_>) {
        match section {
            Section::Tasks => self.tasks(push),
            Section::Executors => self.executors(push),
            Section::Frameworks => self.frameworks(push),
            Section::Agents => self.agents(push),
            Section::State => {}
        }
    }

    /// Which frameworks may be seen.
    fn sees(&self) -> impl Fn(&Framework) -> bool + use<'a> {
        let viewer = self.viewer;
        move |framework| viewer.is_none_or(|viewer| viewer.framework(&framework.spec))
    }

    /// Which tasks may not be seen.
    fn hides(&self) -> impl Fn(&Task) -> bool + use<'a> {
        let (pool, viewer) = (self.pool, self.viewer);
        move |task| {
            let framework = pool.framework_at(task.framework);
            let hidden = |viewer: &Viewer| framework.is_none_or(|framework| !viewer.task(task, framework));
            viewer.is_some_and(hidden)
        }
    }

    /// A piece of text that protobuf has not.
    fn json(&self, push: Push<'_>, text: &'static str) {
        if self.form == Form::Json {
            push(Bytes::from_static(text.as_bytes()));
        }
    }

    fn tasks(&mut self, push: Push<'_>) {
        let (pool, form, sees) = (self.pool, self.form, self.sees());
        self.json(push, "{\"tasks\":[");
        let mut list = List::new(form);
        let mut all = Vec::new();
        for chunk in pool.task_chunks() {
            let segment = task_segment(self.memory, form, pool, chunk);
            list.chunk(push, (chunk, &segment), self.hides(), Kind::Live);
            all.push((chunk, segment));
        }
        self.json(push, "],\"unreachable_tasks\":[");
        let mut list = List::new(form);
        for (chunk, segment) in &all {
            list.chunk(push, (*chunk, segment), self.hides(), Kind::Unreachable);
        }
        self.json(push, "],\"completed_tasks\":[");
        let mut list = List::new(form);
        for (chunk, segment) in &all {
            list.chunk(push, (*chunk, segment), self.hides(), Kind::Completed);
        }
        for framework in everyone(pool).filter(|framework| sees(framework)) {
            list.bytes(push, self.memory.completed.of(form, framework, self.viewer));
        }
        self.json(push, "]}");
    }

    fn executors(&mut self, push: Push<'_>) {
        self.json(push, "{\"executors\":[");
        let mut list = List::new(self.form);
        for (_, framework) in self.pool.frameworks() {
            let id = &framework.framework_id;
            let seen = |executor: &_| self.viewer.is_none_or(|viewer| viewer.executor(executor, framework));
            for (agent, executor) in self.pool.executors_of(id).filter(|(_, executor)| seen(executor)) {
                let message = view::executor_to_message(id, agent, executor);
                list.element(push, |out| self.form.executor(&message, out));
            }
        }
        self.json(push, "]}");
    }

    fn frameworks(&mut self, push: Push<'_>) {
        let (pool, form, sees) = (self.pool, self.form, self.sees());
        self.json(push, "{\"frameworks\":[");
        let mut list = List::new(form);
        let all = || pool.frameworks().filter(|(_, framework)| sees(framework));
        for (_, framework) in all().filter(|(_, framework)| !view::is_removed(framework)) {
            list.element(push, |out| {
                form.framework(1, &view::framework_to_wire(pool, framework, self.viewer), out)
            });
        }
        self.json(push, "],\"completed_frameworks\":[");
        let mut list = List::new(form);
        for (_, framework) in all().filter(|(_, framework)| view::is_removed(framework)) {
            list.element(push, |out| {
                form.framework(2, &view::framework_to_wire(pool, framework, self.viewer), out)
            });
        }
        let past = pool.completed_frameworks().iter();
        for past in past.filter(|past| sees(&past.framework)) {
            list.element(push, |out| form.framework(2, &view::completed_to_wire(past), out));
        }
        self.json(push, "]}");
    }

    fn agents(&mut self, push: Push<'_>) {
        self.json(push, "{\"agents\":[");
        let mut list = List::new(self.form);
        agent_segments(self.memory, self.form, self.pool, self.viewer, |bytes| {
            list.bytes(push, bytes.clone());
        });
        self.json(push, "],\"recovered_agents\":[]}");
    }
}

/// Frameworks that are history too.
fn everyone(pool: &Pool) -> impl Iterator<Item = &Framework> {
    let known = pool.frameworks().map(|(_, framework)| framework);
    known.chain(pool.completed_frameworks().iter().map(|past| &past.framework))
}

/// What a chunk of tasks gives.
pub(super) fn task_segment(memory: &mut Memory, form: Form, pool: &Pool, chunk: ChunkRef<'_, Task>) -> Arc<Segment> {
    memory.tasks.segment(chunk, (), || {
        let mut builder = Builder::new(form, chunk.first());
        for (slot, task) in chunk.iter() {
            if let Some(framework) = pool.framework_at(task.framework) {
                let id = framework.framework_id.as_str();
                builder.element(slot, |out| form.task(id, view::kind_of(task), task, out));
            }
        }
        builder.done()
    })
}

/// What each chunk of agents gives that are shown as registered. For a viewer who may not see all roles they are written anew.
pub(super) fn agent_segments(
    memory: &mut Memory,
    form: Form,
    pool: &Pool,
    viewer: Option<&Viewer>,
    mut take: impl FnMut(&Bytes),
) {
    let viewer = viewer.filter(|viewer| !viewer.sees_all_roles());
    for chunk in pool.agent_chunks() {
        let present = || chunk.iter().filter(|(_, agent)| view::is_present(agent));
        let beside = present()
            .map(|(slot, _)| (pool.is_agent_ready(slot), pool.offered(slot), pool.oversubscribed(slot)))
            .collect();
        let write = || {
            let mut builder = Builder::new(form, chunk.first());
            for (slot, agent) in present() {
                builder.element(slot, |out| form.agent(pool, (slot, agent), viewer, out));
            }
            builder.done()
        };
        match viewer {
            Some(_) => take(&write().bytes),
            None => take(&memory.agents.segment(chunk, beside, write).bytes),
        }
    }
}

/// The elements of one list, with commas between them where the form has any.
struct List {
    form: Form,
    begun: bool,
}

impl List {
    fn new(form: Form) -> Self {
        Self { form, begun: false }
    }

    fn bytes(&mut self, push: Push<'_>, bytes: Bytes) {
        if bytes.is_empty() {
            return;
        }
        if self.begun {
            push(Bytes::from_static(self.form.comma()));
        }
        self.begun = true;
        push(bytes);
    }

    fn element(&mut self, push: Push<'_>, write: impl FnOnce(&mut Vec<u8>)) {
        let mut out = Vec::new();
        write(&mut out);
        self.bytes(push, out.into());
    }

    /// The tasks of one kind in a chunk that are not hidden: mostly all of them, or none.
    fn chunk(
        &mut self,
        push: Push<'_>,
        (chunk, segment): (ChunkRef<'_, Task>, &Segment),
        hides: impl Fn(&Task) -> bool,
        kind: Kind,
    ) {
        let shown = |task: &Task| view::kind_of(task) == kind && !hides(task);
        let of_kind = chunk.iter().filter(|(_, task)| shown(task)).count();
        if of_kind == chunk.iter().count() {
            return self.bytes(push, segment.bytes.clone());
        }
        if of_kind == 0 {
            return;
        }
        for (slot, _) in chunk.iter().filter(|(_, task)| shown(task)) {
            self.bytes(push, segment.bytes.slice_ref(segment.element(slot)));
        }
    }
}
