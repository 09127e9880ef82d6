//! The text form: `cpus:2;mem:1024;ports:[31000-32000];disks:{a,b};cpus(eng):3`.
//!
//! The grammar is that of Mesos' `--resources` flag, read strictly: entries end at `;`, empty entries are skipped, a
//! role in parentheses is a static reservation. `name(role, principal):value`, Mesos' older form, is a dynamic one.
use std::fmt;

use base_ids::Principal;

use crate::cursor::Cursor;
use crate::{Name, Quantities, Ranges, Reservation, Resource, Resources, Role, Scalar, Set, TextError, Value};

pub(crate) fn parse_resources(input: &str, default_role: &Role) -> Result<Resources, TextError> {
    let mut cursor = Cursor::new(input);
    let mut resources = Resources::new();
    while cursor.next_entry() {
        resources.insert(parse_resource(&mut cursor, default_role)?);
        cursor.end_entry()?;
    }
    Ok(resources)
}

pub(crate) fn parse_amounts(input: &str) -> Result<Quantities, TextError> {
    let mut cursor = Cursor::new(input);
    let mut amounts = Quantities::new();
    while cursor.next_entry() {
        let at = cursor.position();
        let name = Name::new(cursor.word(&[':', ';'], "a resource name")?);
        cursor.expect(':')?;
        let amount = parse_scalar(&mut cursor)?;
        cursor.end_entry()?;
        if !amounts.get(&name).is_empty() {
            return Err(TextError::new(at, name.as_str(), "a name not used before"));
        }
        amounts.set(name, amount);
    }
    Ok(amounts)
}

fn parse_resource(cursor: &mut Cursor<'_>, default_role: &Role) -> Result<Resource, TextError> {
    let name = cursor.word(&['(', ')', ':', ';'], "a resource name")?;
    let reservation = if cursor.take('(') {
        parse_reservation(cursor)?
    } else {
        fixed(default_role.clone())
    };
    cursor.expect(':')?;
    let resource = Resource::new(name, parse_value(cursor)?);
    Ok(match reservation {
        Some(reservation) => resource.with_reservation(reservation),
        None => resource,
    })
}

/// After the opening parenthesis: `role)` or `role, principal)`.
fn parse_reservation(cursor: &mut Cursor<'_>) -> Result<Option<Reservation>, TextError> {
    let at = cursor.position();
    let text = cursor.word(&[',', ')', '(', ';'], "a role")?;
    let role = Role::new(text).map_err(|e| TextError::new(at, text, format!("a role; {e}")))?;
    if !cursor.take(',') {
        cursor.expect(')')?;
        return Ok(fixed(role));
    }
    if role.is_any() {
        return Err(TextError::new(at, text, "a role other than * before a principal"));
    }
    let principal = cursor.word(&[',', '(', ')', ';'], "a principal")?;
    cursor.expect(')')?;
    Ok(Some(Reservation::dynamic(role, Some(Principal::from(principal)))))
}

fn fixed(role: Role) -> Option<Reservation> {
    (!role.is_any()).then(|| Reservation::fixed(role))
}

fn parse_value(cursor: &mut Cursor<'_>) -> Result<Value, TextError> {
    match cursor.peek() {
        Some('[') => parse_ranges(cursor).map(Value::Ranges),
        Some('{') => parse_set(cursor).map(Value::Set),
        _ => parse_scalar(cursor).map(Value::Scalar),
    }
}

fn parse_scalar(cursor: &mut Cursor<'_>) -> Result<Scalar, TextError> {
    let at = cursor.position();
    let word = cursor.word(&[';'], "a number, [ranges] or {set}")?;
    let number: f64 = word
        .parse()
        .map_err(|_| TextError::new(at, word, "a number, [ranges] or {set}"))?;
    Scalar::from_f64(number).map_err(|e| TextError::new(at, word, format!("a number of units; {e}")))
}

/// `[1-3, 5-5]`; overlapping ranges are merged.
pub(crate) fn parse_ranges(cursor: &mut Cursor<'_>) -> Result<Ranges, TextError> {
    cursor.expect('[')?;
    let mut ranges = Ranges::new();
    if cursor.take(']') {
        return Ok(ranges);
    }
    loop {
        let at = cursor.position();
        let begin = parse_bound(cursor)?;
        cursor.expect('-')?;
        let end = parse_bound(cursor)?;
        if begin > end {
            return Err(TextError::new(
                at,
                format!("{begin}-{end}"),
                "a range whose begin is not above its end",
            ));
        }
        ranges.insert(begin, end);
        if !cursor.take(',') {
            cursor.expect(']')?;
            return Ok(ranges);
        }
    }
}

fn parse_bound(cursor: &mut Cursor<'_>) -> Result<u64, TextError> {
    let at = cursor.position();
    let expected = "a whole number of at most 64 bits";
    let word = cursor.word(&['-', ',', ']', '[', ';'], expected)?;
    let digits = word
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| word.parse().ok())
        .flatten();
    digits.ok_or_else(|| TextError::new(at, word, expected))
}

/// `{a, b}`; a word twice is an error.
pub(crate) fn parse_set(cursor: &mut Cursor<'_>) -> Result<Set, TextError> {
    cursor.expect('{')?;
    let mut set = Set::new();
    if cursor.take('}') {
        return Ok(set);
    }
    loop {
        let at = cursor.position();
        let word = cursor.word(&[',', '}', '{', ';', '\n'], "a word")?;
        if !set.insert(word) {
            return Err(TextError::new(at, word, "a word not used before"));
        }
        if !cursor.take(',') {
            cursor.expect('}')?;
            return Ok(set);
        }
    }
}

/// The simple form where it says everything, else the long form of Mesos' log lines, which no parser reads.
pub(crate) fn print_resource(r: &Resource, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}", r.name)?;
    let detail = r.detail();
    if let Some(role) = &r.allocation_role {
        write!(f, "(allocated: {role})")?;
    }
    match detail.reservations.as_slice() {
        [] => {}
        [one] if simple(one) => match &one.principal {
            None => write!(f, "({})", one.role)?,
            Some(principal) => write!(f, "({}, {principal})", one.role)?,
        },
        stack => {
            let stack: Vec<_> = stack.iter().map(|r| format!("({r})")).collect();
            write!(f, "(reservations: [{}])", stack.join(", "))?;
        }
    }
    if let Some(disk) = &detail.disk {
        write!(f, "[{disk}]")?;
    }
    f.write_str(if detail.revocable { "{REV}" } else { "" })?;
    match detail.shared {
        0 => {}
        1 => f.write_str("<SHARED>")?,
        n => write!(f, "<SHARED><{n}>")?,
    }
    write!(f, ":{}", r.value)
}

/// True for a reservation that `(role)` or `(role, principal)` says whole.
fn simple(reservation: &Reservation) -> bool {
    let clear = |text: &str| !text.is_empty() && text.trim() == text && !text.contains([',', '(', ')', ';']);
    reservation.labels.is_empty()
        && clear(reservation.role.as_str())
        && reservation.is_dynamic() == reservation.principal.is_some()
        && reservation.principal.as_ref().is_none_or(|p| clear(p.as_str()))
}

impl fmt::Display for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, r) in self.iter().enumerate() {
            let semicolon = if i == 0 { "" } else { ";" };
            write!(f, "{semicolon}{r}")?;
        }
        Ok(())
    }
}
