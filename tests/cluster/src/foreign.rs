use std::{env, ffi::OsString};

/// Where a program or library that nobody here wrote is: what `cargo xtask test` put into `variable`, or `None` if the user
/// left `name` out by HARMONY_SKIP.
pub fn foreign(variable: &str, name: &str) -> Option<OsString> {
    if env::var("HARMONY_SKIP").is_ok_and(|skip| skip.split(',').any(|skipped| skipped.trim() == name)) {
        println!("left out by HARMONY_SKIP={name}");
        return None;
    }
    let found = env::var_os(variable);
    Some(found.unwrap_or_else(|| panic!("{variable} is not set: run `cargo xtask test`")))
}
