use std::sync::Arc;

use core_authorizer::Subject;
use io_httpd::{HeaderMap, HeaderValue, IntoResponse, Response, StatusCode, header};

use crate::Authenticator;

/// Endpoints that share who may ask. A clone is a few pointers.
#[derive(Clone, Debug, Default)]
pub struct Realm {
    name: &'static str,
    authenticators: Arc<[Arc<dyn Authenticator>]>,
}

impl Realm {
    /// A realm in which one of these must know whoever asks. Without any, everybody may ask and nobody is known.
    pub fn new(name: &'static str, authenticators: impl IntoIterator<Item = Arc<dyn Authenticator>>) -> Self {
        Self {
            name,
            authenticators: authenticators.into_iter().collect(),
        }
    }

    /// Whether whoever asks must say who they are.
    pub fn is_closed(&self) -> bool {
        !self.authenticators.is_empty()
    }

    /// Who asks; the first authenticator that knows decides.
    ///
    /// # Errors
    /// The answer for whoever is not known: 401 and what each authenticator asks for.
    pub fn identify(&self, headers: &HeaderMap) -> Result<Option<Subject>, Box<Response>> {
        if !self.is_closed() {
            return Ok(None);
        }
        let known = self.authenticators.iter().find_map(|one| one.authenticate(headers));
        known.map(Some).ok_or_else(|| Box::new(self.challenge()))
    }

    fn challenge(&self) -> Response {
        let mut response = StatusCode::UNAUTHORIZED.into_response();
        for authenticator in self.authenticators.iter() {
            if let Ok(value) = HeaderValue::from_str(&authenticator.challenge(self.name)) {
                response.headers_mut().append(header::WWW_AUTHENTICATE, value);
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Basic, Credentials, basic_header};

    #[test]
    fn who_is_not_known_is_challenged() {
        let basic: Arc<dyn Authenticator> = Arc::new(Basic::new(Credentials::parse("a 1").unwrap()));
        let realm = Realm::new("mesos-master-readonly", [basic]);
        let mut headers = HeaderMap::new();
        let refused = realm.identify(&headers).unwrap_err();
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(
            refused.headers()[header::WWW_AUTHENTICATE],
            "Basic realm=\"mesos-master-readonly\""
        );
        headers.insert(header::AUTHORIZATION, basic_header("a", "1").parse().unwrap());
        assert_eq!(realm.identify(&headers).unwrap(), Some(Subject::named("a")));
        assert_eq!(Realm::default().identify(&headers).unwrap(), None, "nobody is asked");
    }
}
