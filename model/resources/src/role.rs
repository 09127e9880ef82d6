//! `Role`: whom resources belong to.
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

static ANY: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("*"));

/// A role: `*` (the default, everybody) or a path such as `eng/backend`. Cheap to clone.
///
/// The rules are those of Mesos (`src/common/roles.cpp`): components are parted by single slashes, none is empty, `.`,
/// `..` or `*`, starts with a dash, or holds a backslash, white space or DEL.
#[derive(Clone, Eq)]
pub struct Role(Arc<str>);

/// Why a text is not a role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    #[error("a role cannot be empty")]
    Empty,
    #[error("role '{0}' cannot start or end with a slash or hold two slashes in a row")]
    Slash(String),
    #[error("role '{role}' cannot have the component '{component}'")]
    Component { role: String, component: String },
    #[error("role '{0}' has a component that starts with a dash")]
    Dash(String),
    #[error("role {0:?} holds a backslash, white space or DEL")]
    Character(String),
}

impl Role {
    /// Checks `text` and makes it a role.
    pub fn new(text: &str) -> Result<Self, RoleError> {
        if text == "*" {
            return Ok(Self::default());
        }
        check(text)?;
        Ok(Self(text.into()))
    }

    /// The role `*`, of everybody.
    pub fn any() -> Self {
        Self::default()
    }

    /// True for `*`.
    pub fn is_any(&self) -> bool {
        &*self.0 == "*"
    }

    /// The path, or `*`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when `other` lies strictly below `self`: `eng` is an ancestor of `eng/backend`. `*` is nobody's ancestor.
    pub fn is_ancestor_of(&self, other: &Role) -> bool {
        other.0.strip_prefix(&*self.0).is_some_and(|rest| rest.starts_with('/'))
    }

    /// True for the role itself and for all below it.
    pub fn covers(&self, other: &Role) -> bool {
        self == other || self.is_ancestor_of(other)
    }

    /// The role one step up; none for a top-level role.
    pub fn parent(&self) -> Option<Role> {
        self.0.rsplit_once('/').map(|(parent, _)| Self(parent.into()))
    }

    /// The roles above this one, nearest first.
    pub fn ancestors(&self) -> impl Iterator<Item = Role> {
        std::iter::successors(self.parent(), Role::parent)
    }

    /// The last component: `backend` of `eng/backend`.
    pub fn leaf(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, leaf)| leaf)
    }

    /// The first component: `eng` of `eng/backend`.
    pub fn top(&self) -> &str {
        self.0.split_once('/').map_or(&self.0, |(top, _)| top)
    }
}

fn check(text: &str) -> Result<(), RoleError> {
    if text.is_empty() {
        return Err(RoleError::Empty);
    }
    for component in text.split('/') {
        match component {
            "" => return Err(RoleError::Slash(text.into())),
            "." | ".." | "*" => {
                return Err(RoleError::Component {
                    role: text.into(),
                    component: component.into(),
                });
            }
            c if c.starts_with('-') => return Err(RoleError::Dash(text.into())),
            c if c.contains(['\t', '\n', '\x0b', '\x0c', '\r', ' ', '\x7f', '\\']) => {
                return Err(RoleError::Character(text.into()));
            }
            _ => {}
        }
    }
    Ok(())
}

impl PartialEq for Role {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Hash for Role {
    /// As the text, so that maps can be asked by text.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl PartialOrd for Role {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Role {
    /// As text. Clones of one role, the usual case, are told equal without reading it.
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) {
            Ordering::Equal
        } else {
            self.0.cmp(&other.0)
        }
    }
}

impl Default for Role {
    fn default() -> Self {
        Self(ANY.clone())
    }
}

impl FromStr for Role {
    type Err = RoleError;
    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::new(text)
    }
}

impl Borrow<str> for Role {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Role({})", self.0)
    }
}

impl<C> minicbor::Encode<C> for Role {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Role {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        Self::new(d.str()?).map_err(|e| minicbor::decode::Error::message(e).at(at))
    }
}

impl serde::Serialize for Role {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Role {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::new(&std::borrow::Cow::<str>::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}
