use std::collections::HashMap;

use base_ids::FrameworkId;
use core_master::{Framework, History, Task};
use io_httpd::Bytes;

use super::Form;
use crate::{
    access::Viewer,
    view::{Kind, completed_tasks},
};

/// The tasks of frameworks that are over and acknowledged, in one form, kept until the list changes.
#[derive(Default)]
pub(super) struct Completed {
    kept: HashMap<FrameworkId, (History<Task>, Bytes)>,
    seen: HashMap<FrameworkId, (History<Task>, Bytes)>,
}

impl Completed {
    /// The elements of one framework, with commas between them. Those that a viewer may not see are left out, which is
    /// written anew each time.
    pub(super) fn of(&mut self, form: Form, framework: &Framework, viewer: Option<&Viewer>) -> Bytes {
        if viewer.is_some() {
            return write(form, framework, viewer);
        }
        let id = &framework.framework_id;
        let kept = self.kept.remove(id).filter(|(list, _)| list.is(&framework.completed));
        let (list, bytes) = kept.unwrap_or_else(|| (framework.completed.clone(), write(form, framework, None)));
        self.seen.insert(id.clone(), (list, bytes.clone()));
        bytes
    }

    /// Forgets the frameworks that were not asked for since the last time.
    pub(super) fn sweep(&mut self) {
        self.kept = std::mem::take(&mut self.seen);
    }
}

fn write(form: Form, framework: &Framework, viewer: Option<&Viewer>) -> Bytes {
    let mut out = Vec::new();
    let seen = |task: &&Task| viewer.is_none_or(|viewer| viewer.task_of(&task.spec, &framework.spec));
    for task in completed_tasks(framework).filter(seen) {
        if !out.is_empty() {
            out.extend_from_slice(form.comma());
        }
        form.task(framework.framework_id.as_str(), Kind::Completed, task, &mut out);
    }
    out.into()
}
