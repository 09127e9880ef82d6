use clap::CommandFactory;

use crate::screen;

/// Prints completions; for bash: `source <(harmony completions bash)`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example: harmony completions bash > ~/.local/share/bash-completion/completions/harmony")]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Args {
    pub fn run(self) -> anyhow::Result<()> {
        let shell = match self.shell {
            Shell::Bash => clap_complete::Shell::Bash,
            Shell::Zsh => clap_complete::Shell::Zsh,
            Shell::Fish => clap_complete::Shell::Fish,
        };
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut super::Cli::command(), "harmony", &mut text);
        Ok(screen::print(&String::from_utf8_lossy(&text))?)
    }
}
