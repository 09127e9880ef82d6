//! What native drivers posted, byte by byte: the scheduler drivers of libmesos 1.11.0 (by `mesos.scheduler`) and of mesos-go
//! 0.0.2 to a master, and mesos-go's executor driver to an agent. And what they are answered.

mod answers;
mod any;
mod executor;
mod recorded;
mod scheduler;
