//! Frameworks and executors on native drivers: some that nobody here wrote, and what such drivers rarely do.

mod corners;
mod executor;
mod executor_corners;
mod mesos_go;
mod native;
mod recovery;
mod with_executor;
