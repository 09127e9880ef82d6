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
use crate::view::{self, Kind};

/// Writes `GetState` or a part of it. In JSON its lists are always there, as in Mesos, even if they are empty.
pub(super) struct Operator<'a> {
    pub(super) form: Form,
    pub(super) pool: &'a Pool,
    pub(super) memory: &'a mut Memory,
}

/// Takes the parts of a text.
type Push<'a> = &'a mut dyn FnMut(Bytes);

impl Operator<'_> {
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

    /// A piece of text that protobuf has not.
    fn json(&self, push: Push<'_>, text: &'static str) {
        if self.form == Form::Json {
            push(Bytes::from_static(text.as_bytes()));
        }
    }

    fn tasks(&mut self, push: Push<'_>) {
        let (pool, form) = (self.pool, self.form);
        self.json(push, "{\"tasks\":[");
        let mut list = List::new(form);
        let mut all = Vec::new();
        for chunk in pool.task_chunks() {
            let segment = task_segment(self.memory, form, pool, chunk);
            list.chunk(push, chunk, &segment, Kind::Live);
            all.push((chunk, segment));
        }
        self.json(push, "],\"unreachable_tasks\":[");
        let mut list = List::new(form);
        for (chunk, segment) in &all {
            list.chunk(push, *chunk, segment, Kind::Unreachable);
        }
        self.json(push, "],\"completed_tasks\":[");
        let mut list = List::new(form);
        for (chunk, segment) in &all {
            list.chunk(push, *chunk, segment, Kind::Completed);
        }
        for framework in everyone(pool) {
            list.bytes(push, self.memory.completed.of(form, framework));
        }
        self.json(push, "]}");
    }

    fn executors(&mut self, push: Push<'_>) {
        self.json(push, "{\"executors\":[");
        let mut list = List::new(self.form);
        for (_, framework) in self.pool.frameworks() {
            let id = &framework.framework_id;
            for (agent, executor) in self.pool.executors_of(id) {
                let message = view::executor_to_message(id, agent, executor);
                list.element(push, |out| self.form.executor(&message, out));
            }
        }
        self.json(push, "]}");
    }

    fn frameworks(&mut self, push: Push<'_>) {
        let (pool, form) = (self.pool, self.form);
        self.json(push, "{\"frameworks\":[");
        let mut list = List::new(form);
        let known = pool.frameworks().filter(|(_, framework)| !view::is_removed(framework));
        for (_, framework) in known {
            list.element(push, |out| {
                form.framework(1, &view::framework_to_wire(pool, framework), out)
            });
        }
        self.json(push, "],\"completed_frameworks\":[");
        let mut list = List::new(form);
        let removed = pool.frameworks().filter(|(_, framework)| view::is_removed(framework));
        for (_, framework) in removed {
            list.element(push, |out| {
                form.framework(2, &view::framework_to_wire(pool, framework), out)
            });
        }
        for past in pool.completed_frameworks().iter() {
            list.element(push, |out| form.framework(2, &view::completed_to_wire(past), out));
        }
        self.json(push, "]}");
    }

    fn agents(&mut self, push: Push<'_>) {
        self.json(push, "{\"agents\":[");
        let mut list = List::new(self.form);
        agent_segments(self.memory, self.form, self.pool, |segment| {
            list.bytes(push, segment.bytes.clone());
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

/// What each chunk of agents gives that are shown as registered.
pub(super) fn agent_segments(memory: &mut Memory, form: Form, pool: &Pool, mut take: impl FnMut(&Segment)) {
    for chunk in pool.agent_chunks() {
        let present = || chunk.iter().filter(|(_, agent)| view::is_present(agent));
        let beside = present()
            .map(|(slot, _)| (pool.is_agent_ready(slot), pool.offered(slot), pool.oversubscribed(slot)))
            .collect();
        let segment = memory.agents.segment(chunk, beside, || {
            let mut builder = Builder::new(form, chunk.first());
            for (slot, agent) in present() {
                builder.element(slot, |out| form.agent(pool, slot, agent, out));
            }
            builder.done()
        });
        take(&segment);
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

    /// The tasks of one kind in a chunk: mostly all of them, or none.
    fn chunk(&mut self, push: Push<'_>, chunk: ChunkRef<'_, Task>, segment: &Segment, kind: Kind) {
        let of_kind = chunk.iter().filter(|(_, task)| view::kind_of(task) == kind).count();
        if of_kind == chunk.iter().count() {
            return self.bytes(push, segment.bytes.clone());
        }
        if of_kind == 0 {
            return;
        }
        for (slot, _) in chunk.iter().filter(|(_, task)| view::kind_of(task) == kind) {
            self.bytes(push, segment.bytes.slice_ref(segment.element(slot)));
        }
    }
}
