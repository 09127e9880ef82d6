//! Reads Marathon's JSON leniently (unknown fields are ignored, as Marathon does) and collects every error with its
//! path, in the words of the JSON library that Marathon's clients know (`error.expected.jsnumber` at `/cpus`).

use std::collections::BTreeMap;

use model_app::Violation;
use serde_json::{Map, Value};

/// The errors of one reading, in the order in which they were met.
#[derive(Default)]
pub(crate) struct Errors(pub(crate) Vec<Violation>);

impl Errors {
    pub(crate) fn add(&mut self, path: &str, error: impl Into<String>) {
        let path = if path.is_empty() { "/" } else { path };
        self.0.push(Violation::new(path, error));
    }
}

/// What can be read; `None` says that an error was noted.
pub(crate) trait Read: Sized {
    fn read(value: &Value, path: &str, errors: &mut Errors) -> Option<Self>;
}

/// What is wrong with a value that was read, as Marathon's code; `None` if nothing.
pub(crate) type Check<T> = fn(&T) -> Option<&'static str>;

/// The fields of an object.
pub(crate) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: &'a str,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(value: &'a Value, path: &'a str, errors: &mut Errors) -> Option<Self> {
        let map = value.as_object();
        if map.is_none() {
            errors.add(path, "error.expected.jsobject");
        }
        map.map(|map| Self { map, path })
    }

    /// A field that may be absent or null.
    pub(crate) fn may<T: Read>(&self, key: &str, errors: &mut Errors, checks: &[Check<T>]) -> Option<T> {
        let value = self.map.get(key).filter(|v| !v.is_null())?;
        let path = format!("{}/{key}", self.path);
        let read = T::read(value, &path, errors)?;
        for wrong in checks.iter().filter_map(|check| check(&read)) {
            errors.add(&path, wrong);
        }
        Some(read)
    }

    /// A field that must be there.
    pub(crate) fn need<T: Read>(&self, key: &str, errors: &mut Errors, checks: &[Check<T>]) -> Option<T> {
        if !self.map.contains_key(key) {
            let path = format!("{}/{key}", self.path);
            let object = Value::Object(self.map.clone());
            errors.add(&path, format!("'{key}' is undefined on object: {object}"));
            return None;
        }
        if self.map[key].is_null() {
            return T::read(&Value::Null, &format!("{}/{key}", self.path), errors);
        }
        self.may(key, errors, checks)
    }
}

impl Read for String {
    fn read(value: &Value, path: &str, errors: &mut Errors) -> Option<Self> {
        let text = value.as_str().map(str::to_owned);
        noted(text, path, "error.expected.jsstring", errors)
    }
}

impl Read for bool {
    fn read(value: &Value, path: &str, errors: &mut Errors) -> Option<Self> {
        noted(value.as_bool(), path, "error.expected.jsboolean", errors)
    }
}

impl Read for f64 {
    fn read(value: &Value, path: &str, errors: &mut Errors) -> Option<Self> {
        noted(value.as_f64(), path, "error.expected.jsnumber", errors)
    }
}

impl Read for Value {
    fn read(value: &Value, _: &str, _: &mut Errors) -> Option<Self> {
        Some(value.clone())
    }
}

fn noted<T>(read: Option<T>, path: &str, error: &str, errors: &mut Errors) -> Option<T> {
    if read.is_none() {
        errors.add(path, error);
    }
    read
}

/// A whole number from 0 to `max`; `8080.0` is one too.
fn whole(value: &Value, max: u64, kind: &str, path: &str, errors: &mut Errors) -> Option<u64> {
    let number = f64::read(value, path, errors)?;
    let exact = value
        .as_u64()
        .or((number.fract() == 0.0 && number >= 0.0).then_some(number as u64));
    let error = match exact {
        Some(n) if n <= max => return Some(n),
        _ if number < 0.0 && number.fract() == 0.0 => "error.min",
        Some(_) if kind == "error.max" => kind,
        _ if kind == "error.max" => "error.expected.int",
        _ => kind,
    };
    errors.add(path, error);
    None
}

impl Read for u16 {
    fn read(value: &Value, path: &str, errors: &mut Errors) -> Option<Self> {
        let n = whole(value, u16::MAX.into(), "error.max", path, errors)?;
        Some(n as u16)
    }
}

impl Read for u32 {
    /// Up to 2^31 - 1, as in Java.
    fn read(value: &Value, path: &str, errors: &mut Errors) -> Option<Self> {
        let n = whole(value, i32::MAX as u64, "error.expected.int", path, errors)?;
        Some(n as u32)
    }
}

impl Read for u64 {
    /// Up to 2^63 - 1, as in Java.
    fn read(value: &Value, path: &str, errors: &mut Errors) -> Option<Self> {
        whole(value, i64::MAX as u64, "error.expected.long", path, errors)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: &Value, path: &str, errors: &mut Errors) -> Option<Self> {
        let items = noted(value.as_array(), path, "error.expected.jsarray", errors)?;
        let read: Vec<Option<T>> = items
            .iter()
            .enumerate()
            .map(|(i, item)| T::read(item, &format!("{path}({i})"), errors))
            .collect();
        read.into_iter().collect()
    }
}

impl<T: Read> Read for BTreeMap<String, T> {
    fn read(value: &Value, path: &str, errors: &mut Errors) -> Option<Self> {
        let map = noted(value.as_object(), path, "error.expected.jsobject", errors)?;
        let read: Vec<Option<(String, T)>> = map
            .iter()
            .map(|(key, v)| T::read(v, &format!("{path}/{key}"), errors).map(|v| (key.clone(), v)))
            .collect();
        read.into_iter().collect()
    }
}

/// Declares an object of Marathon's API: `may` fields may be absent, `need` fields not; a check may follow the type, and
/// `verify` looks at the whole object.
macro_rules! dto {
    (@type need $ty:ty) => { $ty };
    (@type may $ty:ty) => { Option<$ty> };
    (@take need $field:ident) => { $field? };
    (@take may $field:ident) => { $field };
    (@write need $map:ident $key:literal $field:expr) => { $map.serialize_entry($key, &$field)? };
    (@write may $map:ident $key:literal $field:expr) => {
        if let Some(value) = &$field {
            $map.serialize_entry($key, value)?;
        }
    };
    ($(#[$meta:meta])* $name:ident $(verify $verify:path)? {
        $($(#[$doc:meta])* $kind:ident $key:literal $field:ident: $ty:ty $(, $check:expr)?;)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $($(#[$doc])* pub $field: $crate::read::dto!(@type $kind $ty),)*
        }

        impl $crate::read::Read for $name {
            fn read(
                value: &serde_json::Value,
                path: &str,
                errors: &mut $crate::read::Errors,
            ) -> Option<Self> {
                let fields = $crate::read::Fields::of(value, path, errors)?;
                $(let $field = fields.$kind::<$ty>($key, errors, &[$($check)?]);)*
                let read = Self { $($field: $crate::read::dto!(@take $kind $field),)* };
                $($verify(&read, path, errors);)?
                Some(read)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                $($crate::read::dto!(@write $kind map $key self.$field);)*
                map.end()
            }
        }
    };
}
pub(crate) use dto;

/// Fails below `min`.
macro_rules! at_least {
    ($min:expr) => {
        |v| (*v < $min).then_some("error.min")
    };
}
pub(crate) use at_least;

/// Fails outside `min` to `max`.
macro_rules! between {
    ($min:expr, $max:expr) => {
        |v| {
            if *v < $min {
                Some("error.min")
            } else {
                (*v > $max).then_some("error.max")
            }
        }
    };
}
pub(crate) use between;

/// Fails for an empty text.
pub(crate) fn not_empty<T: AsRef<str>>(text: &T) -> Option<&'static str> {
    text.as_ref().is_empty().then_some("error.minLength")
}

/// Fails for text that is empty or longer than Marathon's limit for URIs and paths.
pub(crate) fn short<T: AsRef<str>>(text: &T) -> Option<&'static str> {
    let long = text.as_ref().chars().count() > 1024;
    not_empty(text).or(long.then_some("error.maxLength"))
}

/// Fails for anything but lower-case letters, digits and inner dashes.
pub(crate) fn dns_name<T: AsRef<str>>(text: &T) -> Option<&'static str> {
    (!is_name(text.as_ref(), "-")).then_some("error.pattern")
}

/// As `dns_name`, with at most 63 characters and inner underscores.
pub(crate) fn network_name<T: AsRef<str>>(text: &T) -> Option<&'static str> {
    let text = text.as_ref();
    match text.len() {
        0 => Some("error.minLength"),
        64.. => Some("error.maxLength"),
        _ if is_name(text, "-_") => None,
        _ => Some("error.pattern"),
    }
}

fn is_name(text: &str, inner: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let ends = text.starts_with(plain) && text.ends_with(plain);
    ends && text.chars().all(|c| plain(c) || inner.contains(c))
}
