use core_master::Master as Pool;
use io_httpd::Bytes;
use wire_mesos::state::MasterHead;

use super::{Form, Section, older, operator::Operator, press::Memory};
use crate::{access::Viewer, view::Pids};

/// Writes the state in one form, and keeps what may still be true the next time.
pub struct Printer {
    form: Form,
    pub(super) memory: Memory,
}

impl Printer {
    /// One that has written nothing yet.
    pub fn new(form: Form) -> Self {
        Self {
            form,
            memory: Memory::default(),
        }
    }

    /// Gives the parts of a text to `push`, in order. `head` and `pids` are what the older form shows beside the pool.
    pub fn print(
        &mut self,
        (head, pids): (&MasterHead, &Pids),
        pool: &Pool,
        section: Section,
        push: &mut dyn FnMut(Bytes),
    ) {
        self.print_for(None, (head, pids), pool, section, push);
    }

    /// The same for a viewer who may not see all of it.
    pub(super) fn print_for(
        &mut self,
        viewer: Option<&Viewer>,
        (head, pids): (&MasterHead, &Pids),
        pool: &Pool,
        section: Section,
        push: &mut dyn FnMut(Bytes),
    ) {
        let (form, memory) = (self.form, &mut self.memory);
        match form {
            Form::Older => older::write((head, pids), pool, memory, viewer, push),
            Form::Json | Form::Protobuf => Operator {
                form,
                pool,
                memory,
                viewer,
            }
            .write(section, push),
        }
        if viewer.is_none() && matches!(section, Section::State | Section::Tasks) {
            self.memory.completed.sweep();
        }
    }
}
