//! Finding one thing in a list by what a person types: its id, or the beginning of its id if no other begins so.

use base_fault::Class;
use serde_json::Value;

use crate::failure::Failure;

/// The item of `items` that `typed` names: one of its `names` fields in full, or the only one whose first name begins so.
///
/// # Errors
/// `not_found`, or `conflict` naming those that fit.
pub fn find<'a>(items: &'a [Value], noun: &str, names: &[&str], typed: &str) -> Result<&'a Value, Failure> {
    let equals = |item: &&Value| names.iter().any(|name| item[*name].as_str() == Some(typed));
    let begins = |item: &&Value| item[names[0]].as_str().is_some_and(|id| id.starts_with(typed));
    let exact: Vec<&Value> = items.iter().filter(equals).collect();
    let found = if exact.is_empty() {
        items.iter().filter(begins).collect()
    } else {
        exact
    };
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let none = Failure::new(Class::NotFound, format!("there is no {noun} {typed:?}"));
            Err(none.next(format!("`harmony {noun} list` shows what there is")))
        }
        several => {
            let ids: Vec<&str> = several
                .iter()
                .filter_map(|item| item[names[0]].as_str())
                .take(5)
                .collect();
            let more = several.len().saturating_sub(ids.len());
            let more = if more > 0 {
                format!("\nand {more} more")
            } else {
                String::new()
            };
            let many = Failure::new(
                Class::Conflict,
                format!("{typed:?} is the beginning of {} {noun}s", several.len()),
            );
            Err(many.next(format!("say more of it:\n{}{more}", ids.join("\n"))))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_or_a_unique_beginning() {
        let items = [
            json!({"id": "ab1", "host": "x"}),
            json!({"id": "ab2", "host": "y"}),
            json!({"id": "ab", "host": "z"}),
        ];
        let id = |typed| find(&items, "node", &["id", "host"], typed).map(|item| item["id"].as_str().unwrap());
        assert_eq!(id("ab1").unwrap(), "ab1");
        assert_eq!(id("ab").unwrap(), "ab", "a full id wins over beginnings");
        assert_eq!(id("y").unwrap(), "ab2");
        assert_eq!(id("c").unwrap_err().class, Class::NotFound);
        let many = id("a").unwrap_err();
        assert_eq!(many.class, Class::Conflict);
        assert!(many.next.contains("ab1") && many.next.contains("ab2"), "{}", many.next);
    }
}
