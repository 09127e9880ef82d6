use std::convert::Infallible;

use base_ids::Secret;
use io_auth::Credentials;

/// Who the command line is, where a cluster asks.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Login {
    /// Who asks, where the cluster wants to know
    #[arg(
        long,
        global = true,
        env = "HARMONY_PRINCIPAL",
        hide_env_values = true,
        value_name = "NAME"
    )]
    principal: Option<String>,
    /// The principal's secret; other users of this machine can read a command line, but not HARMONY_SECRET
    #[arg(
        long,
        global = true,
        env = "HARMONY_SECRET",
        hide_env_values = true,
        value_name = "TEXT",
        value_parser = secret
    )]
    secret: Option<Secret>,
}

impl Login {
    /// The value of the `Authorization` header; `None` for nobody.
    pub fn header(&self) -> Option<String> {
        let principal = self.principal.as_deref().filter(|name| !name.is_empty())?;
        Some(io_auth::basic_header(
            principal,
            self.secret.as_ref().map_or("", Secret::reveal),
        ))
    }

    /// This one, or the first of some credentials.
    pub fn or_first_of(&self, credentials: &Credentials) -> Self {
        let first = credentials.first().filter(|_| self.header().is_none());
        first.map_or_else(
            || self.clone(),
            |(principal, secret)| Self {
                principal: Some(principal.to_owned()),
                secret: Some(secret.clone()),
            },
        )
    }
}

fn secret(text: &str) -> Result<Secret, Infallible> {
    Ok(Secret::new(text))
}
