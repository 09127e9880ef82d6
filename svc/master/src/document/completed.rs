use std::collections::HashMap;

use base_ids::FrameworkId;
use core_master::{Framework, History, Task};
use io_httpd::Bytes;

use super::Form;
use crate::view::{Kind, completed_tasks};

/// The tasks of frameworks that are over and acknowledged, in one form, kept until the list changes.
#[derive(Default)]
pub(super) struct Completed {
    kept: HashMap<FrameworkId, (History<Task>, Bytes)>,
    seen: HashMap<FrameworkId, (History<Task>, Bytes)>,
}

impl Completed {
    /// The elements of one framework, with commas between them.
    pub(super) fn of(&mut self, form: Form, framework: &Framework) -> Bytes {
        let id = &framework.framework_id;
        let kept = self.kept.remove(id).filter(|(list, _)| list.is(&framework.completed));
        let (list, bytes) = kept.unwrap_or_else(|| (framework.completed.clone(), write(form, framework)));
        self.seen.insert(id.clone(), (list, bytes.clone()));
        bytes
    }

    /// Forgets the frameworks that were not asked for since the last time.
    pub(super) fn sweep(&mut self) {
        self.kept = std::mem::take(&mut self.seen);
    }
}

fn write(form: Form, framework: &Framework) -> Bytes {
    let mut out = Vec::new();
    for task in completed_tasks(framework) {
        if !out.is_empty() {
            out.extend_from_slice(form.comma());
        }
        form.task(framework.framework_id.as_str(), Kind::Completed, task, &mut out);
    }
    out.into()
}
