//! Frameworks and executors on native drivers: some that nobody here wrote, and what such drivers rarely do.

mod corners;
mod demands;
mod executor;
mod mesos_go;
mod native;
