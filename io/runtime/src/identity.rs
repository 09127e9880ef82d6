//! Users and groups from the account files.
//!
//! The release binary is linked statically, so glibc's name service cannot be used; the files of passwd(5) and
//! group(5) are read here.

use std::fmt;
use std::str::FromStr;

use minicbor::{Decode, Encode};

/// Whom a task runs as. Its text form is `NAME`, `UID`, `NAME:GROUP` or `UID:GID`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct User {
    /// A name or a number.
    #[n(0)]
    pub user: String,
    /// A name or a number; `None` is the user's own group.
    #[n(1)]
    pub group: Option<String>,
}

/// Why a text is not a [`User`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("user {0:?}: expected NAME, UID, NAME:GROUP or UID:GID")]
pub struct ParseUserError(String);

impl FromStr for User {
    type Err = ParseUserError;

    fn from_str(text: &str) -> Result<Self, ParseUserError> {
        let (user, group) = match text.split_once(':') {
            Some((user, group)) => (user, Some(group)),
            None => (text, None),
        };
        let plain = |part: &str| !part.is_empty() && !part.contains([':', '\0', '\n', '/']);
        if !plain(user) || !group.is_none_or(plain) {
            return Err(ParseUserError(text.to_owned()));
        }
        Ok(Self {
            user: user.to_owned(),
            group: group.map(str::to_owned),
        })
    }
}

impl fmt::Display for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.group {
            Some(group) => write!(f, "{}:{group}", self.user),
            None => f.write_str(&self.user),
        }
    }
}

/// The numbers that the kernel knows a user by.
#[cfg(unix)]
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Ids {
    #[n(0)]
    pub uid: u32,
    #[n(1)]
    pub gid: u32,
    /// Supplementary groups.
    #[n(2)]
    pub groups: Vec<u32>,
}

/// The account files, read whole.
#[cfg(unix)]
pub(crate) struct Accounts {
    pub passwd: String,
    pub group: String,
}

#[cfg(unix)]
struct PasswdEntry<'a> {
    name: &'a str,
    uid: u32,
    gid: u32,
}

#[cfg(unix)]
impl Accounts {
    /// This machine's files.
    pub fn read() -> crate::Result<Self> {
        let read = |path: &str| {
            let path = std::path::Path::new(path);
            let bytes = std::fs::read(path).map_err(crate::Error::io("read", path))?;
            Ok::<_, crate::Error>(String::from_utf8_lossy(&bytes).into_owned())
        };
        Ok(Self {
            passwd: read("/etc/passwd")?,
            group: read("/etc/group")?,
        })
    }

    /// The ids of `user`, or what is wrong with it.
    pub fn resolve(&self, user: &User) -> Result<Ids, String> {
        let entry = match user.user.parse::<u32>() {
            Ok(uid) => self.users().find(|entry| entry.uid == uid),
            Err(_) => Some(
                self.users()
                    .find(|entry| entry.name == user.user)
                    .ok_or("no such user in /etc/passwd")?,
            ),
        };
        let gid = match &user.group {
            Some(group) => Some(self.gid(group)?),
            None => None,
        };
        match (entry, gid) {
            (Some(entry), None) => {
                let groups = self.groups_of(entry.name, entry.gid);
                Ok(Ids {
                    uid: entry.uid,
                    gid: entry.gid,
                    groups,
                })
            }
            // A group that was asked for replaces the user's own and its supplementary ones.
            (Some(entry), Some(gid)) => Ok(Ids {
                uid: entry.uid,
                gid,
                groups: vec![gid],
            }),
            (None, Some(gid)) => {
                let uid = user.user.parse().map_err(|_| "no such user in /etc/passwd")?;
                Ok(Ids {
                    uid,
                    gid,
                    groups: vec![gid],
                })
            }
            (None, None) => Err("this uid is not in /etc/passwd, so its group must be given as UID:GID".to_owned()),
        }
    }

    fn users(&self) -> impl Iterator<Item = PasswdEntry<'_>> {
        self.passwd.lines().filter_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next().filter(|name| !name.is_empty())?;
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            Some(PasswdEntry { name, uid, gid })
        })
    }

    /// Name, number and member list of each group.
    fn group_lines(&self) -> impl Iterator<Item = (&str, u32, &str)> {
        self.group.lines().filter_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            let gid = fields.nth(1)?.parse().ok()?;
            Some((name, gid, fields.next().unwrap_or_default()))
        })
    }

    fn gid(&self, group: &str) -> Result<u32, String> {
        if let Ok(gid) = group.parse() {
            return Ok(gid);
        }
        let found = self.group_lines().find(|(name, ..)| *name == group);
        found
            .map(|(_, gid, _)| gid)
            .ok_or_else(|| format!("no such group {group:?} in /etc/group"))
    }

    fn groups_of(&self, user: &str, own: u32) -> Vec<u32> {
        let member = |members: &str| members.split(',').any(|name| name.trim() == user);
        let mut groups = vec![own];
        groups.extend(
            self.group_lines()
                .filter(|(_, _, members)| member(members))
                .map(|(_, gid, _)| gid),
        );
        groups.sort_unstable();
        groups.dedup();
        groups
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn accounts() -> Accounts {
        Accounts {
            passwd: "root:x:0:0:root:/root:/bin/sh\nbroken line\nweb:x:33:34::/:/bin/false\n+nis:::\n".to_owned(),
            group: "root:x:0:\nwww:x:34:\nlogs:x:4:adm,web\nssl:x:7: web\n".to_owned(),
        }
    }

    fn resolve(text: &str) -> Result<Ids, String> {
        accounts().resolve(&text.parse().map_err(|error: ParseUserError| error.to_string())?)
    }

    #[test]
    fn a_name_brings_its_group_and_its_memberships() {
        assert_eq!(
            resolve("web"),
            Ok(Ids {
                uid: 33,
                gid: 34,
                groups: vec![4, 7, 34]
            })
        );
        assert_eq!(resolve("33"), resolve("web"));
    }

    #[test]
    fn a_group_that_is_given_replaces_all_others() {
        assert_eq!(
            resolve("web:logs"),
            Ok(Ids {
                uid: 33,
                gid: 4,
                groups: vec![4]
            })
        );
        assert_eq!(
            resolve("4242:17"),
            Ok(Ids {
                uid: 4242,
                gid: 17,
                groups: vec![17]
            })
        );
    }

    #[test]
    fn what_is_not_known_is_said() {
        assert!(resolve("ghost").is_err_and(|text| text.contains("no such user")));
        assert!(resolve("web:ghosts").is_err_and(|text| text.contains("\"ghosts\"")));
        assert!(resolve("4242").is_err_and(|text| text.contains("UID:GID")));
        for text in ["", ":", "a:", ":a", "a:b:c", "a/b"] {
            assert!(text.parse::<User>().is_err(), "{text:?} was taken for a user");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(passwd in "[a-c:0-9\\n]{0,60}", group in "[a-c:,0-9\\n]{0,60}", user in "[a-c0-9:]{0,8}") {
            if let Ok(user) = user.parse::<User>() {
                drop(Accounts { passwd, group }.resolve(&user));
            }
        }

        #[test]
        fn a_user_is_what_it_says(text in "[a-c0-9]{1,4}(:[a-c0-9]{1,4})?") {
            proptest::prop_assert_eq!(text.parse::<User>().unwrap().to_string(), text);
        }
    }
}
