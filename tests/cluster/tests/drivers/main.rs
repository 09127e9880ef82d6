//! Frameworks on native drivers: one that nobody here wrote, and what such drivers rarely do.

mod corners;
mod mesos_go;
mod native;
