//! The tables of `xtask/floors.toml`.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use serde::Deserialize;

use super::CONFIG;
use super::finding::Finding;

/// All tables.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Each floor's directory and height.
    pub floors: BTreeMap<String, u32>,
    /// Floors whose packages are named by their directory alone.
    pub bare_names: Vec<String>,
    /// Allowed edges within a floor.
    pub edge: Vec<Edge>,
    /// Dependencies that only some crates may name.
    pub only: Vec<Only>,
    /// Crates that may contain unsafe code.
    pub unsafe_in: Vec<String>,
    pub except: Vec<Exception>,
}

/// A crate that may name another one of its own floor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    pub from: String,
    pub to: String,
    pub why: String,
}

/// Dependencies and the crates that may name them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Only {
    pub crates: Vec<String>,
    /// Directories: `io/httpd` is one crate, `io/*` a floor, `xtask` itself.
    #[serde(rename = "in")]
    pub places: Vec<String>,
    pub why: String,
}

/// A finding that stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    pub rule: String,
    pub path: String,
    /// A word of the finding (a function's name, say) when the file's other findings are not excepted.
    #[serde(default)]
    pub item: String,
    pub why: String,
}

impl Config {
    /// Reads the tables; unknown keys and entries without a reason are refused.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let config: Self = toml::from_str(text).with_context(|| format!("{CONFIG} is not as expected"))?;
        let reasons = config.edge.iter().map(|edge| &edge.why);
        let mut reasons = reasons
            .chain(config.only.iter().map(|o| &o.why))
            .chain(config.except.iter().map(|e| &e.why));
        if reasons.any(|why| why.trim().is_empty()) {
            bail!("{CONFIG}: an entry has an empty `why`");
        }
        Ok(config)
    }
}

impl Only {
    /// Whether the crate in `dir` may name these dependencies.
    pub fn admits(&self, dir: &str) -> bool {
        self.places.iter().any(|place| match place.strip_suffix("/*") {
            Some(floor) => dir.split_once('/').is_some_and(|(first, _)| first == floor),
            None => dir == place,
        })
    }
}

impl Exception {
    pub fn covers(&self, finding: &Finding) -> bool {
        self.rule == finding.rule && self.path == finding.path && finding.what.contains(&self.item)
    }

    pub fn stale(&self) -> Finding {
        Finding {
            path: CONFIG.into(),
            line: 0,
            rule: "exceptions",
            what: format!(
                "the exception of rule {} for {} {} excepts nothing ({})",
                self.rule, self.path, self.item, self.why
            ),
            why: "a list of exceptions is short only if it is weeded",
            mend: "remove the exception".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn every_entry_needs_its_reason() {
        let entry = |why: &str| format!("[[edge]]\nfrom = \"a\"\nto = \"b\"\n{why}\n");
        assert!(Config::parse(&entry("why = \"w\"")).is_ok());
        assert!(Config::parse(&entry("why = \" \"")).is_err());
        assert!(Config::parse(&entry("")).is_err());
        assert!(Config::parse(&entry("why = \"w\"\nuntil = \"now\"")).is_err());
    }
}
