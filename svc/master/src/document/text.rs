use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use base_clock::Timestamp;
use io_httpd::Bytes;
use tokio::sync::watch;
use tokio_stream::Stream;

/// A text that is being written, and read by any number of readers from its beginning.
pub(crate) struct Text {
    parts: Mutex<Vec<Bytes>>,
    progress: watch::Sender<Progress>,
    position: OnceLock<Position>,
}

/// Which state a text shows: the journal's index and the time of the last decision in it.
pub(crate) type Position = (u64, Timestamp);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Progress {
    #[default]
    Writing,
    Done,
    Failed,
}

impl Text {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            parts: Mutex::default(),
            progress: watch::Sender::default(),
            position: OnceLock::new(),
        })
    }

    fn parts(&self) -> MutexGuard<'_, Vec<Bytes>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn place(&self, position: Position) {
        self.position.get_or_init(|| position);
    }

    pub(super) fn push(&self, part: Bytes) {
        if !part.is_empty() {
            self.parts().push(part);
            self.progress.send_modify(|_| {});
        }
    }

    pub(super) fn done(&self) {
        self.progress.send_replace(Progress::Done);
    }

    /// Nothing more will come; readers see that the text broke off.
    pub(super) fn fail(&self) {
        self.progress.send_if_modified(|progress| {
            let writing = *progress == Progress::Writing;
            if writing {
                *progress = Progress::Failed;
            }
            writing
        });
    }

    /// Waits for the end of the text; `None` if it broke off.
    pub(crate) async fn whole(&self) -> Option<(Position, Vec<Bytes>)> {
        let mut progress = self.progress.subscribe();
        let end = progress
            .wait_for(|progress| *progress != Progress::Writing)
            .await
            .ok()?;
        let done = *end == Progress::Done;
        drop(end);
        done.then(|| Some((*self.position.get()?, self.parts().clone())))?
    }

    /// The parts as they come, `before` in front of them and `after` behind.
    pub(crate) fn stream(self: Arc<Self>, before: Bytes, after: Bytes) -> impl Stream<Item = io::Result<Bytes>> + Send {
        let reading = Reading {
            progress: self.progress.subscribe(),
            text: self,
            at: 0,
            ready: VecDeque::from([before]),
            after: Some(after),
        };
        futures::stream::unfold(reading, |mut reading| async {
            let part = reading.next().await?;
            Some((part, reading))
        })
    }
}

struct Reading {
    text: Arc<Text>,
    progress: watch::Receiver<Progress>,
    at: usize,
    ready: VecDeque<Bytes>,
    after: Option<Bytes>,
}

impl Reading {
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        loop {
            if let Some(part) = self.ready.pop_front() {
                if part.is_empty() {
                    continue;
                }
                return Some(Ok(part));
            }
            let progress = *self.progress.borrow_and_update();
            {
                let parts = self.text.parts();
                self.ready.extend(parts[self.at..].iter().cloned());
                self.at = parts.len();
            }
            if !self.ready.is_empty() {
                continue;
            }
            match progress {
                Progress::Writing => self.progress.changed().await.ok()?,
                Progress::Failed => {
                    self.after = None;
                    let broken = io::Error::other("the state could not be written to its end");
                    self.progress = watch::channel(Progress::Done).1;
                    return Some(Err(broken));
                }
                Progress::Done => return self.after.take().filter(|after| !after.is_empty()).map(Ok),
            }
        }
    }
}
