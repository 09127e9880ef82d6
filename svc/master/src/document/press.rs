use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::time::sleep;

use super::{Form, Printer, Section, Text, segments};
use crate::{
    Master,
    access::{Caller, Viewer},
    endpoints,
};

/// What is kept is forgotten when nobody has asked for so long.
const IDLE: Duration = Duration::from_secs(60);

/// Writes the whole state for those who ask. A clone is a pointer.
#[derive(Clone, Default)]
pub(crate) struct Press(Arc<Mutex<HashMap<(Form, Section), Desk>>>, Arc<Memories>);

/// The work of one form.
#[derive(Default)]
struct Desk {
    running: bool,
    /// The text that is written next, for those who came after the snapshot of the present one.
    next: Option<Arc<Text>>,
}

/// The memory of each form, and when it was used last.
struct Memories {
    older: Mutex<Kept>,
    json: Mutex<Kept>,
    protobuf: Mutex<Kept>,
}

impl Default for Memories {
    fn default() -> Self {
        let kept = |form| Mutex::new(Kept::new(form));
        Self {
            older: kept(Form::Older),
            json: kept(Form::Json),
            protobuf: kept(Form::Protobuf),
        }
    }
}

/// The printer of a form.
struct Kept {
    printer: Printer,
    used: Option<Instant>,
    /// Somebody waits for the time to forget.
    is_watched: bool,
}

impl Kept {
    fn new(form: Form) -> Self {
        Self {
            printer: Printer::new(form),
            used: None,
            is_watched: false,
        }
    }
}

impl Memories {
    fn of(&self, form: Form) -> MutexGuard<'_, Kept> {
        let memory = match form {
            Form::Older => &self.older,
            Form::Json => &self.json,
            Form::Protobuf => &self.protobuf,
        };
        memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sees to it that the memory of a form is given back some time after its last use.
    fn forget_when_idle(self: &Arc<Self>, form: Form) {
        if std::mem::replace(&mut self.of(form).is_watched, true) {
            return;
        }
        let memories = self.clone();
        tokio::spawn(async move {
            loop {
                sleep(IDLE).await;
                let mut memory = memories.of(form);
                if memory.used.is_none_or(|used| used.elapsed() >= IDLE) {
                    *memory = Kept::new(form);
                    return;
                }
            }
        });
    }
}

/// What was written before and may still be true.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) tasks: segments::Kept<core_master::Task, ()>,
    pub(super) agents:
        segments::Kept<core_master::Agent, Vec<(bool, model_resources::Resources, model_resources::Resources)>>,
    pub(super) completed: super::completed::Completed,
}

impl Press {
    fn desks(&self) -> MutexGuard<'_, HashMap<(Form, Section), Desk>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state in a form for somebody, as of now or later. It may still be being written. Whoever may not see all of it gets a
    /// text of their own.
    pub(crate) fn order_for(&self, caller: &Caller, master: &Master, form: Form, section: Section) -> Arc<Text> {
        let viewer = Viewer::of(caller);
        if viewer.sees_all() {
            return self.order(master, form, section);
        }
        let (press, master, text) = (self.clone(), master.clone(), Text::new());
        let own = text.clone();
        tokio::spawn(async move {
            press.write(&master, (form, section), Some(viewer), &own).await;
            own.fail();
            press.1.forget_when_idle(form);
        });
        text
    }

    /// The whole state in a form, as of now or later.
    fn order(&self, master: &Master, form: Form, section: Section) -> Arc<Text> {
        let mut desks = self.desks();
        let desk = desks.entry((form, section)).or_default();
        if let Some(next) = &desk.next {
            return next.clone();
        }
        let text = Text::new();
        if desk.running {
            desk.next = Some(text.clone());
        } else {
            desk.running = true;
            tokio::spawn(self.clone().work(master.clone(), (form, section), text.clone()));
        }
        text
    }

    async fn work(self, master: Master, key: (Form, Section), mut text: Arc<Text>) {
        loop {
            self.write(&master, key, None, &text).await;
            text.fail();
            let mut desks = self.desks();
            let desk = desks.entry(key).or_default();
            match desk.next.take() {
                Some(next) => text = next,
                None => {
                    desk.running = false;
                    break;
                }
            }
        }
        self.1.forget_when_idle(key.0);
    }

    /// Writes one text on a thread of its own; what goes wrong leaves it unfinished.
    async fn write(&self, master: &Master, (form, section): (Form, Section), viewer: Option<Viewer>, text: &Arc<Text>) {
        let Ok(snapshot) = master.handle.state().await else {
            return;
        };
        let (text, master, memories) = (text.clone(), master.clone(), self.1.clone());
        let written = tokio::task::spawn_blocking(move || {
            let mut memory = memories.of(form);
            memory.used = Some(Instant::now());
            text.place((snapshot.index, snapshot.at));
            let mut head = endpoints::master_head(&master, &snapshot);
            if viewer.as_ref().is_some_and(|viewer| !viewer.flags()) {
                (head.flags, head.cluster) = (None, None);
            }
            let pool = &snapshot.state.master;
            let pids = endpoints::pids(&master, pool);
            let push = &mut |part| text.push(part);
            memory
                .printer
                .print_for(viewer.as_ref(), (&head, &pids), pool, section, push);
            text.done();
        });
        drop(written.await);
    }
}
