//! Names of users and groups, from the system's tables.

use std::fs;

pub(crate) fn user(id: u32) -> String {
    name("/etc/passwd", id)
}

pub(crate) fn group(id: u32) -> String {
    name("/etc/group", id)
}

/// The name in the line `name:x:id:...`, or the number.
fn name(table: &str, id: u32) -> String {
    let text = fs::read_to_string(table).unwrap_or_default();
    find(&text, id).map_or_else(|| id.to_string(), str::to_owned)
}

fn find(text: &str, id: u32) -> Option<&str> {
    let wanted = id.to_string();
    text.lines().find_map(|line| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        (parts.nth(1)? == wanted).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_its_number() {
        let table = "root:x:0:0:root:/root:/bin/sh\nweb:x:33:33::/:/bin/false\n";
        assert_eq!((find(table, 33), find(table, 3)), (Some("web"), None));
    }
}
