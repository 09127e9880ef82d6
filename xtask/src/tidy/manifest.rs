//! The `Cargo.toml` files of the workspace.

use toml::{Table, Value};

use super::tree::Tree;

/// A member's manifest.
pub struct Manifest<'a> {
    /// The crate's directory, such as `core/apps` or `xtask`.
    pub dir: &'a str,
    pub path: &'a str,
    pub text: &'a str,
    /// Empty if the manifest does not parse, which Cargo itself reports.
    pub table: Table,
}

/// A line of a dependency table.
pub struct Dependency {
    pub name: String,
    /// Whether it is inherited by `workspace = true`.
    pub inherited: bool,
}

/// Every crate's manifest, without the root's.
pub fn members(tree: &Tree) -> Vec<Manifest<'_>> {
    let manifests = tree.texts("/Cargo.toml").map(|(path, text)| Manifest {
        dir: path.trim_end_matches("/Cargo.toml"),
        path,
        text,
        table: text.parse().unwrap_or_default(),
    });
    manifests.collect()
}

/// The root's `[workspace.dependencies]`: each name, and the directory if it is a crate of ours.
pub fn workspace_dependencies(tree: &Tree) -> Vec<(String, Option<String>)> {
    let root: Table = tree.text("Cargo.toml").unwrap_or_default().parse().unwrap_or_default();
    let table = root
        .get("workspace")
        .and_then(|w| w.get("dependencies"))
        .and_then(Value::as_table);
    let entry = |(name, value): (&String, &Value)| {
        (
            name.clone(),
            value.get("path").and_then(Value::as_str).map(str::to_owned),
        )
    };
    table.into_iter().flatten().map(entry).collect()
}

impl Manifest<'_> {
    /// The package's name, empty if there is none.
    pub fn name(&self) -> &str {
        self.table
            .get("package")
            .and_then(|p| p.get("name"))
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Dependencies of every kind and target.
    pub fn dependencies(&self) -> Vec<Dependency> {
        let targets = self.table.get("target").and_then(Value::as_table).into_iter().flatten();
        let tables = targets
            .filter_map(|(_, table)| table.as_table())
            .chain(std::iter::once(&self.table));
        let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
        let lists = tables.flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()));
        lists.flatten().map(|(name, value)| dependency(name, value)).collect()
    }

    /// Whether the workspace's lints are switched on.
    pub fn has_lints(&self) -> bool {
        self.table.get("lints").and_then(|lints| lints.get("workspace")) == Some(&Value::Boolean(true))
    }
}

fn dependency(name: &str, value: &Value) -> Dependency {
    Dependency {
        name: name.to_owned(),
        inherited: value.get("workspace") == Some(&Value::Boolean(true)),
    }
}
