//! The command line: one verb a file, under its noun.

mod app;
mod completions;
mod deployment;
mod explain;
mod format;
mod framework;
mod journal;
mod list;
mod node;
mod status;
mod task;

use std::cell::OnceCell;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::client::{Client, Login};
use crate::cluster::Cluster;
use crate::screen::Output;
use crate::{daemon, down, failure, up};

/// Turns machines into one computer, and keeps apps running on it.
#[derive(Parser, Debug)]
#[command(
    name = "harmony",
    version,
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 done, 1 internal, 2 invalid, 3 unauthenticated, 4 denied, 5 not found,\n\
                  6 exists, 7 conflict, 8 precondition, 9 exhausted, 10 unavailable, 11 timeout.\n\n\
                  Example: harmony up --detach && harmony app add examples/hello.json"
)]
pub struct Cli {
    /// The cluster: a directory of `harmony up`, or a URL as http://HOST:5050[,http://HOST:8080]
    /// [default: the last `harmony up`]
    #[arg(
        long,
        global = true,
        env = "HARMONY_CLUSTER",
        hide_env_values = true,
        value_name = "URL|DIR"
    )]
    cluster: Option<String>,
    /// How results are printed
    #[arg(long, short, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    output: Output,
    #[command(flatten)]
    login: Login,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Up(up::Args),
    Down(down::Args),
    Status(status::Args),
    /// Apps: what shall run
    #[command(subcommand)]
    App(app::Command),
    /// Deployments: changes of apps under way
    #[command(subcommand)]
    Deployment(deployment::Command),
    /// Tasks: what runs
    #[command(subcommand)]
    Task(task::Command),
    /// Nodes: where it runs
    #[command(subcommand)]
    Node(node::Command),
    /// Frameworks: the schedulers that share the cluster
    #[command(subcommand)]
    Framework(framework::Command),
    Explain(explain::Args),
    Journal(journal::Args),
    Completions(completions::Args),
    /// Runs a master (a daemon)
    Master(daemon::master::Args),
    /// Runs an agent (a daemon)
    Agent(daemon::agent::Args),
}

/// What every client command gets.
pub struct Context {
    named: Option<String>,
    output: Output,
    login: Login,
    client: OnceCell<Client>,
}

impl Context {
    /// Whether a program reads the result.
    pub fn json(&self) -> bool {
        self.output == Output::Json
    }

    /// The cluster, found when it is first needed.
    ///
    /// # Errors
    /// There is none, by [`Cluster::find`].
    pub fn client(&self) -> anyhow::Result<&Client> {
        if self.client.get().is_none() {
            let client = Client::new(Cluster::find(self.named.as_deref())?, self.login.clone())?;
            drop(self.client.set(client));
        }
        Ok(self.client.get().expect("it was set above"))
    }
}

/// Parses the command line and runs it.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let named = cli.cluster.filter(|named| !named.is_empty());
    let context = Context {
        named,
        output: cli.output,
        login: cli.login,
        client: OnceCell::new(),
    };
    let json = context.json();
    dispatch(cli.command, &context).unwrap_or_else(|error| failure::report(&error, json))
}

fn dispatch(command: Command, context: &Context) -> anyhow::Result<ExitCode> {
    match command {
        Command::Up(args) => return up::run(&args, &context.login),
        Command::Master(args) => return daemon::master::run(&args),
        Command::Agent(args) => return daemon::agent::run(&args),
        Command::Down(args) => down::run(&args, context.named.as_deref(), context.json()),
        Command::Status(args) => args.run(context),
        Command::App(command) => command.run(context),
        Command::Deployment(command) => command.run(context),
        Command::Task(command) => command.run(context),
        Command::Node(command) => command.run(context),
        Command::Framework(command) => command.run(context),
        Command::Explain(args) => args.run(context),
        Command::Journal(args) => args.run(context),
        Command::Completions(args) => args.run(),
    }?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    /// Every command with its arguments, as people and scripts rely on them. `UPDATE=1` rewrites the golden.
    #[test]
    fn the_command_line_is_the_golden_one() {
        let mut text = String::new();
        outline(&Cli::command(), "", &mut text);
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/commands.txt");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        let golden = std::fs::read_to_string(path).unwrap();
        assert!(
            text == golden,
            "the command line changed; if it should have, run with UPDATE=1\n{text}"
        );
    }

    fn outline(command: &clap::Command, parent: &str, text: &mut String) {
        let name = format!("{parent}{}", command.get_name());
        let argument = |arg: &clap::Arg| {
            let flag = arg
                .get_long()
                .map_or_else(|| arg.get_id().to_string().to_uppercase(), |long| format!("--{long}"));
            let short = arg.get_short().map(|short| format!("|-{short}")).unwrap_or_default();
            let value = arg.get_action().takes_values() && arg.get_long().is_some();
            let required = if arg.is_required_set() { "!" } else { "" };
            format!("{flag}{short}{}{required}", if value { "=" } else { "" })
        };
        let arguments: Vec<String> = command.get_arguments().map(argument).collect();
        *text += format!("{name} {}", arguments.join(" ")).trim_end();
        text.push('\n');
        for sub in command.get_subcommands() {
            outline(sub, &format!("{name} "), text);
        }
    }

    #[test]
    fn every_command_says_what_it_does() {
        fn check(command: &clap::Command) {
            assert!(command.get_about().is_some(), "{} has no help", command.get_name());
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }
}
