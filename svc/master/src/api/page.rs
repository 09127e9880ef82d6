//! Lists in pages.

use serde::Deserialize;
use serde_json::{Value, json};

/// The most items of one answer.
const MOST: usize = 10_000;

/// Which part of a list is wanted.
#[derive(Deserialize)]
pub(super) struct Page {
    pub(super) limit: Option<usize>,
    #[serde(rename = "continue")]
    pub(super) after: Option<String>,
}

/// One page of a list: those whose name comes after `continue`, in order of their names.
pub(super) fn page<'a, T>(all: impl Iterator<Item = (&'a str, T)>, at: &Page, show: impl Fn(T) -> Value) -> Value {
    let after = at.after.as_deref().unwrap_or_default();
    let limit = at.limit.unwrap_or(MOST).clamp(1, MOST);
    let mut rest: Vec<(&str, T)> = all.filter(|(name, _)| *name > after).collect();
    rest.sort_by(|a, b| a.0.cmp(b.0));
    let more = rest.len() > limit;
    rest.truncate(limit);
    let next = if more {
        rest.last().map(|(name, _)| (*name).to_owned())
    } else {
        None
    };
    let items: Vec<Value> = rest.into_iter().map(|(_, item)| show(item)).collect();
    json!({ "items": items, "continue": next })
}
