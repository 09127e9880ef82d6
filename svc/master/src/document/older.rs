use core_master::{Framework, Master as Pool};
use io_httpd::Bytes;
use serde::Serialize;
use std::sync::Arc;
use wire_mesos::state::MasterHead;

use super::{
    Form,
    form::INFALLIBLE,
    operator::{agent_segments, task_segment},
    press::Memory,
    segments::Segment,
};
use crate::{
    access::Viewer,
    view::{self, Kind, Pids},
};

/// How much is collected before it is sent, in bytes.
const PART: usize = 256 * 1024;

/// Writes `/state`, as far as a viewer may see it.
pub(super) fn write(
    (head, pids): (&MasterHead, &Pids),
    pool: &Pool,
    memory: &mut Memory,
    viewer: Option<&Viewer>,
    push: &mut dyn FnMut(Bytes),
) {
    let mut writer = Writer {
        pool,
        viewer,
        tasks: Vec::new(),
        out: Vec::with_capacity(PART + 4096),
        push,
    };
    writer.open(head);
    writer.out.extend_from_slice(b",\"slaves\":[");
    agent_segments(memory, Form::Older, pool, viewer, |bytes| writer.element(bytes));
    writer.flush();
    writer.tasks = pool
        .task_chunks()
        .map(|chunk| task_segment(memory, Form::Older, pool, chunk))
        .collect();
    writer.out.extend_from_slice(b"],\"frameworks\":[");
    let seen = |framework: &Framework| viewer.is_none_or(|viewer| viewer.framework(&framework.spec));
    let known = || pool.frameworks().filter(|(_, framework)| seen(framework));
    for (_, framework) in known().filter(|(_, framework)| !view::is_removed(framework)) {
        writer.framework(
            memory,
            framework,
            &view::framework_to_json(pool, pids, framework, viewer),
        );
    }
    writer.out.extend_from_slice(b"],\"completed_frameworks\":[");
    for (_, framework) in known().filter(|(_, framework)| view::is_removed(framework)) {
        writer.framework(
            memory,
            framework,
            &view::framework_to_json(pool, pids, framework, viewer),
        );
    }
    for past in pool.completed_frameworks().iter().filter(|past| seen(&past.framework)) {
        writer.framework(memory, &past.framework, &view::completed_to_json(pool, past));
    }
    writer.out.extend_from_slice(b"]}");
    (writer.push)(writer.out.into());
}

struct Writer<'a> {
    pool: &'a Pool,
    viewer: Option<&'a Viewer>,
    /// What each chunk of tasks gave.
    tasks: Vec<Arc<Segment>>,
    out: Vec<u8>,
    push: &'a mut dyn FnMut(Bytes),
}

impl Writer<'_> {
    /// Writes an object, all but its end.
    fn open(&mut self, object: &impl Serialize) {
        serde_json::to_writer(&mut self.out, object).expect(INFALLIBLE);
        self.out.pop();
    }

    /// Adds an element, or several with commas between them, to the list that is open.
    fn element(&mut self, element: &[u8]) {
        if element.is_empty() {
            return;
        }
        self.comma();
        self.out.extend_from_slice(element);
        if self.out.len() >= PART {
            self.flush();
        }
    }

    /// A comma, unless the list or object begins here.
    fn comma(&mut self) {
        if !matches!(self.out.last(), Some(b'[' | b'{')) {
            self.out.push(b',');
        }
    }

    /// Sends what was collected but for the last byte, by which commas are set.
    fn flush(&mut self) {
        let Some(last) = self.out.pop() else { return };
        let rest = Vec::with_capacity(PART + 4096);
        (self.push)(Bytes::from(std::mem::replace(&mut self.out, rest)));
        self.out.push(last);
    }

    fn framework(&mut self, memory: &mut Memory, framework: &Framework, head: &impl Serialize) {
        self.comma();
        self.open(head);
        for (kind, name) in [
            (Kind::Live, ",\"tasks\":["),
            (Kind::Unreachable, "],\"unreachable_tasks\":["),
            (Kind::Completed, "],\"completed_tasks\":["),
        ] {
            self.out.extend_from_slice(name.as_bytes());
            self.tasks(framework, kind);
        }
        self.element(&memory.completed.of(Form::Older, framework, self.viewer));
        self.out.extend_from_slice(b"]}");
    }

    fn tasks(&mut self, framework: &Framework, kind: Kind) {
        let segments = std::mem::take(&mut self.tasks);
        for slot in &framework.tasks {
            let of_kind = |task: &core_master::Task| {
                let seen = |viewer: &Viewer| viewer.task_of(&task.spec, &framework.spec);
                view::kind_of(task) == kind && self.viewer.is_none_or(seen)
            };
            if self.pool.task_at(*slot).is_some_and(of_kind)
                && let Some(segment) = segments.get((*slot / base_slab::SLOTS) as usize)
            {
                self.element(segment.element(*slot));
            }
        }
        self.tasks = segments;
    }
}
