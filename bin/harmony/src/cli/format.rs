//! How values of the APIs are written for people.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

/// A scalar as text; nothing for null, JSON for what has parts.
pub fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A number with at most three decimals, as the resource algebra has; nothing for what is none.
pub fn number(value: &Value) -> String {
    let Some(number) = value.as_f64() else {
        return String::new();
    };
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Mebibytes in the largest unit that keeps them readable.
pub fn mebibytes(value: &Value) -> String {
    let Some(mib) = value.as_f64() else {
        return String::new();
    };
    match mib {
        mib if mib >= 1024.0 * 1024.0 => format!("{:.1} TiB", mib / 1024.0 / 1024.0),
        mib if mib >= 1024.0 => format!("{:.1} GiB", mib / 1024.0),
        mib => format!("{} MiB", number(&mib.into())),
    }
}

/// Bytes in the largest unit that keeps them readable.
pub fn bytes(value: &Value) -> String {
    match value.as_f64() {
        None => String::new(),
        Some(bytes) if bytes < 1024.0 => format!("{bytes} B"),
        Some(bytes) if bytes < 1024.0 * 1024.0 => format!("{:.1} KiB", bytes / 1024.0),
        Some(bytes) => mebibytes(&(bytes / 1024.0 / 1024.0).into()),
    }
}

/// Seconds in the two largest units.
pub fn seconds(value: &Value) -> String {
    let Some(secs) = value.as_f64().filter(|secs| *secs >= 0.0) else {
        return String::new();
    };
    let secs = secs.round();
    let (days, hours) = ((secs / 86400.0).floor(), (secs / 3600.0).floor() % 24.0);
    let (minutes, rest) = ((secs / 60.0).floor() % 60.0, secs % 60.0);
    match secs {
        secs if secs >= 86400.0 => format!("{days}d {hours}h"),
        secs if secs >= 3600.0 => format!("{hours}h {minutes}m"),
        secs if secs >= 60.0 => format!("{minutes}m {rest}s"),
        secs => format!("{secs}s"),
    }
}

/// How long ago: of seconds since 1970; a time that is text stays as it is.
pub fn age(value: &Value) -> String {
    let Some(at) = value.as_f64() else { return text(value) };
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64();
    seconds(&(now - at).max(0.0).into())
}

/// An amount in resources: by key in an object, or the sum of all roles in a text such as `cpus:2;mem(web):512`. What is
/// no number (ports) comes as text.
pub fn resource(resources: &Value, name: &str) -> Value {
    let Some(text) = resources.as_str() else {
        return resources[name].clone();
    };
    let named = |item: &str| {
        let (key, value) = item.split_once(':')?;
        (key.split('(').next() == Some(name)).then(|| value.trim().to_owned())
    };
    let values: Vec<String> = text.split(';').map(str::trim).filter_map(named).collect();
    let numbers: Option<Vec<f64>> = values.iter().map(|value| value.parse().ok()).collect();
    match numbers {
        _ if values.is_empty() => Value::Null,
        Some(numbers) => numbers.iter().sum::<f64>().into(),
        None => values.join(", ").into(),
    }
}

/// `used / total` of a resource.
pub fn share(used: &Value, total: &Value, write: fn(&Value) -> String) -> String {
    let used = if used.is_null() { "0".to_owned() } else { write(used) };
    if total.is_null() {
        String::new()
    } else {
        format!("{used} / {}", write(total))
    }
}

/// A list in one line.
pub fn list(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| format!("{key}={}", text(value)))
            .collect::<Vec<_>>()
            .join(", "),
        other => text(other),
    }
}

/// Yes, no, or nothing where it is not known.
pub fn yes_no(value: &Value) -> String {
    value
        .as_bool()
        .map(|yes| if yes { "yes" } else { "no" }.to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn resources_of_both_forms() {
        let text = json!("cpus:2;mem(a):512;mem(b, p):100.5;ports:[1-2]");
        assert_eq!(resource(&text, "cpus"), json!(2.0));
        assert_eq!(resource(&text, "mem"), json!(612.5));
        assert_eq!(resource(&text, "ports"), json!("[1-2]"));
        assert_eq!(resource(&json!(""), "cpus"), Value::Null);
        assert_eq!(resource(&json!({"cpus": 3}), "cpus"), json!(3));
    }

    #[test]
    fn units() {
        assert_eq!(number(&json!(0.1)), "0.1");
        assert_eq!(number(&json!(2)), "2");
        assert_eq!(number(&json!("x")), "");
        assert_eq!(mebibytes(&json!(512)), "512 MiB");
        assert_eq!(mebibytes(&json!(1536)), "1.5 GiB");
        assert_eq!(bytes(&json!(10)), "10 B");
        assert_eq!(bytes(&json!(2048)), "2.0 KiB");
        assert_eq!(bytes(&json!(3_145_728)), "3 MiB");
        assert_eq!(seconds(&json!(59)), "59s");
        assert_eq!(seconds(&json!(61)), "1m 1s");
        assert_eq!(seconds(&json!(7260)), "2h 1m");
        assert_eq!(seconds(&json!(90000)), "1d 1h");
        assert_eq!(age(&json!("2026-01-01T00:00:00Z")), "2026-01-01T00:00:00Z");
        assert_eq!(share(&json!(1), &json!(2.5), number), "1 / 2.5");
        assert_eq!(share(&Value::Null, &json!(4), number), "0 / 4");
        assert_eq!(list(&json!({"rack": "r1", "n": 2})), "n=2, rack=r1");
    }
}
