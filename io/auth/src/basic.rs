use base64::{Engine, engine::general_purpose::STANDARD};
use core_authorizer::Subject;
use io_httpd::{HeaderMap, header as name};

use crate::{Authenticator, Credentials};

/// HTTP's own scheme of a name and a secret (RFC 7617), as Mesos' `BasicAuthenticator`.
#[derive(Debug)]
pub struct Basic(Credentials);

impl Basic {
    /// Takes whoever is in the credentials.
    pub fn new(credentials: Credentials) -> Self {
        Self(credentials)
    }
}

impl Authenticator for Basic {
    fn authenticate(&self, headers: &HeaderMap) -> Option<Subject> {
        let given = headers.get(name::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, encoded) = given.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let (principal, secret) = decoded.split_once(':')?;
        self.0.prove(principal, secret).then(|| Subject::named(principal))
    }

    fn challenge(&self, realm: &str) -> String {
        format!("Basic realm=\"{realm}\"")
    }
}

/// The value of the `Authorization` header of a principal.
pub fn header(principal: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{principal}:{secret}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(value: &str) -> Option<String> {
        let basic = Basic::new(Credentials::parse("sherman kitesurf\nyoda use:the force").unwrap());
        let mut headers = HeaderMap::new();
        headers.insert(name::AUTHORIZATION, value.parse().unwrap());
        basic.authenticate(&headers)?.value
    }

    #[test]
    fn a_name_and_its_secret_are_somebody() {
        assert_eq!(who(&header("sherman", "kitesurf")).as_deref(), Some("sherman"));
        assert_eq!(who("basic c2hlcm1hbjpraXRlc3VyZg==").as_deref(), Some("sherman"));
        assert_eq!(who(&header("yoda", "use:the force")).as_deref(), Some("yoda"));
        for bad in [
            header("sherman", "kite"),
            header("sherman", ""),
            header("Sherman", "kitesurf"),
            header("nobody", "kitesurf"),
            header("", ""),
            "Basic".into(),
            "Basic c2hlcm1hbg==".into(),
            "Basic !".into(),
            "Bearer c2hlcm1hbjpraXRlc3VyZg==".into(),
        ] {
            assert_eq!(who(&bad), None, "{bad}");
        }
        assert!(
            Basic::new(Credentials::default())
                .authenticate(&HeaderMap::new())
                .is_none()
        );
    }
}
