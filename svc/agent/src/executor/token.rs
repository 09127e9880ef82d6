//! What executors prove themselves by: JSON Web Tokens, signed with HS256 (RFC 7515 and 7519), whose claims name the
//! framework (`fid`), the executor (`eid`) and its container (`cid`), as Mesos' default secret generator makes them.

use base_clock::Timestamp;
use base_ids::ContainerId;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use core_agent::ExecutorKey;
use core_authorizer::Subject;
use io_httpd::{HeaderMap, header};
use ring::hmac;
use serde_json::{Value, json};

/// Makes and checks the tokens of one key.
#[derive(Clone, Debug)]
pub struct Tokens {
    key: hmac::Key,
}

/// The claim with the container that an executor runs in.
pub(crate) const CONTAINER: &str = "cid";

/// Why a request is not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It brings no token.
    Absent,
    /// Its token is none of ours.
    Invalid(String),
    /// The token is another executor's.
    Foreign(&'static str),
}

impl Tokens {
    /// Tokens of this key, whose bytes count as they are.
    pub fn new(secret: &[u8]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret),
        }
    }

    /// The token of an executor that runs in this container.
    pub(crate) fn issue(&self, key: &ExecutorKey, container_id: &ContainerId) -> String {
        let header = encode(&json!({ "alg": "HS256", "typ": "JWT" }));
        let claims = json!({
            "fid": key.framework_id.as_str(),
            "eid": key.executor_id.as_str(),
            CONTAINER: container_id.as_str(),
        });
        let signed = format!("{header}.{}", encode(&claims));
        let signature = hmac::sign(&self.key, signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The claims of the token in an `Authorization` header.
    pub(super) fn claims(&self, header: Option<&str>, now: Timestamp) -> Result<Value, Refusal> {
        let invalid = |why: &str| Refusal::Invalid(why.to_owned());
        let header = header.ok_or(Refusal::Absent)?;
        let (scheme, token) = header
            .split_once(' ')
            .ok_or_else(|| invalid("Malformed 'Authorization' header"))?;
        if scheme != "Bearer" {
            return Err(Refusal::Invalid(format!("Scheme '{scheme}' unsupported")));
        }
        self.read(token, now)
            .map_err(|why| Refusal::Invalid(format!("Invalid JWT: {why}")))
    }

    /// The executor whose token a request brings: claims, and no name.
    pub(crate) fn subject(&self, headers: &HeaderMap) -> Option<Subject> {
        let header = headers.get(header::AUTHORIZATION)?.to_str().ok();
        let claims = self.claims(header, super::now()).ok()?;
        let claims = claims.as_object()?.iter();
        let texts = claims.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
        Some(Subject {
            value: None,
            claims: texts.collect(),
        })
    }

    fn read(&self, token: &str, now: Timestamp) -> Result<Value, String> {
        let (signed, signature) = token.rsplit_once('.').ok_or("Expected 3 components in token")?;
        let (header, claims) = signed.split_once('.').ok_or("Expected 3 components in token")?;
        let header = decode(header).ok_or("Failed to decode token header")?;
        // A token may not choose how it is checked.
        if header["alg"] != "HS256" {
            return Err(format!(
                "Token 'alg' value {} does not match, expected \"HS256\"",
                header["alg"]
            ));
        }
        if !header["crit"].is_null() {
            return Err("Token 'crit' field is unsupported".into());
        }
        let signature = URL_SAFE_NO_PAD.decode(signature);
        let signature = signature.map_err(|error| format!("Failed to base64url-decode token signature: {error}"))?;
        hmac::verify(&self.key, signed.as_bytes(), &signature).map_err(|_| "Token signature does not match")?;
        let claims = decode(claims).ok_or("Failed to decode token payload")?;
        match &claims["exp"] {
            Value::Null => Ok(claims),
            exp => match exp.as_i64() {
                Some(exp) if exp >= now.as_millis().div_euclid(1000) => Ok(claims),
                Some(exp) => Err(format!("Token has expired: exp({exp})")),
                None => Err("JSON payload 'exp' field is not a number".into()),
            },
        }
    }
}

/// Whether claims are those of an executor that runs in this container.
pub(super) fn verify(claims: &Value, key: &ExecutorKey, container_id: &ContainerId) -> Result<(), Refusal> {
    let wanted = [
        (
            "fid",
            key.framework_id.as_str(),
            "no 'fid' claim with the framework ID that is set in the call",
        ),
        (
            "eid",
            key.executor_id.as_str(),
            "no 'eid' claim with the executor ID that is set in the call",
        ),
        (
            CONTAINER,
            container_id.as_str(),
            "no 'cid' claim with the correct active container ID",
        ),
    ];
    match wanted.into_iter().find(|(name, value, _)| claims[*name] != **value) {
        Some((_, _, why)) => Err(Refusal::Foreign(why)),
        None => Ok(()),
    }
}

fn encode(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

fn decode(part: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(executor: &str) -> ExecutorKey {
        ExecutorKey {
            framework_id: "f".into(),
            executor_id: executor.into(),
        }
    }

    fn now() -> Timestamp {
        Timestamp::from_millis(10_000)
    }

    fn signed(tokens: &Tokens, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", encode(header), encode(claims));
        let signature = hmac::sign(&tokens.key, signed.as_bytes());
        format!("Bearer {signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The example of RFC 7515, appendix A.1, whose header is spaced otherwise than ours.
    #[test]
    fn a_token_of_somebody_else_reads() {
        let secret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let tokens = Tokens::new(&URL_SAFE_NO_PAD.decode(secret).unwrap());
        let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9l\
                     eGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(tokens.read(token, now()).unwrap()["iss"], "joe");
        let late = Timestamp::from_millis(1_300_819_381_000);
        assert!(tokens.read(token, late).unwrap_err().contains("expired"));
    }

    #[test]
    fn a_token_is_its_executors_alone() {
        let tokens = Tokens::new(b"secret");
        let header = format!("Bearer {}", tokens.issue(&key("e"), &"c".into()));
        let claims = tokens.claims(Some(&header), now()).unwrap();
        assert_eq!(claims, json!({ "fid": "f", "eid": "e", "cid": "c" }));
        verify(&claims, &key("e"), &"c".into()).unwrap();
        for (executor, container) in [("other", "c"), ("e", "later")] {
            let refused = verify(&claims, &key(executor), &container.into());
            assert!(matches!(refused, Err(Refusal::Foreign(_))), "{refused:?}");
        }
    }

    #[test]
    fn what_we_did_not_sign_is_refused() {
        let tokens = Tokens::new(b"secret");
        let claims = json!({ "fid": "f" });
        let unsigned = format!("Bearer {}.{}.", encode(&json!({ "alg": "none" })), encode(&claims));
        let other = Tokens::new(b"other").issue(&key("e"), &"c".into());
        for header in [
            "Bearer",
            "Bearer a.b",
            "Bearer a.b.c",
            "Basic YTpi",
            &format!("Bearer {other}"),
            &unsigned,
            &signed(&tokens, &json!({ "alg": "none" }), &claims),
            &signed(&tokens, &json!({ "alg": "HS256", "crit": ["x"] }), &claims),
            &signed(&tokens, &json!({ "alg": "HS256" }), &json!({ "exp": 1 })),
            &signed(&tokens, &json!({ "alg": "HS256" }), &json!({ "exp": "1" })),
        ] {
            let refused = tokens.claims(Some(header), now());
            assert!(matches!(refused, Err(Refusal::Invalid(_))), "{header}: {refused:?}");
        }
        assert_eq!(tokens.claims(None, now()), Err(Refusal::Absent));
    }
}
