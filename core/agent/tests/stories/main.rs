//! What an agent does beside running commands, by stories: commands in, facts and effects out.

mod executors;
mod guests;
mod oversubscription;
mod world;
