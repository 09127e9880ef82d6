use core_master::Master as Pool;
use io_httpd::Bytes;
use wire_mesos::state::MasterHead;

use super::{Form, Section, older, operator::Operator, press::Memory};
use crate::view::Pids;

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
        let (form, memory) = (self.form, &mut self.memory);
        match form {
            Form::Older => older::write((head, pids), pool, memory, push),
            Form::Json | Form::Protobuf => Operator { form, pool, memory }.write(section, push),
        }
        if matches!(section, Section::State | Section::Tasks) {
            self.memory.completed.sweep();
        }
    }
}
