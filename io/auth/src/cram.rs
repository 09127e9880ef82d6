use std::time::{SystemTime, UNIX_EPOCH};

use base_ids::Secret;
use hmac::{Hmac, Mac};
use md5::Md5;
use ring::rand::{SecureRandom, SystemRandom};

use crate::Credentials;

/// One question of CRAM-MD5 (RFC 2195), by which native drivers prove who they are: they return the question's HMAC-MD5 under
/// their secret, which itself is never sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cram(String);

impl Cram {
    /// The mechanism's name in SASL.
    pub const MECHANISM: &str = "CRAM-MD5";

    /// A question that was never asked before; `host` is who asks.
    pub fn ask(host: &str) -> Self {
        let mut bytes = [0u8; 8];
        SystemRandom::new()
            .fill(&mut bytes)
            .expect("the operating system gives random bytes");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(format!("<{}.{}@{host}>", u64::from_le_bytes(bytes), now.as_secs()))
    }

    /// A question that somebody asked.
    pub fn of(question: String) -> Self {
        Self(question)
    }

    /// The question.
    pub fn question(&self) -> &str {
        &self.0
    }

    /// Who answers: a principal, a space and the HMAC in hex. `None` if the answer does not prove it.
    pub fn prove(&self, credentials: &Credentials, answer: &[u8]) -> Option<String> {
        let (principal, digest) = std::str::from_utf8(answer).ok()?.rsplit_once(' ')?;
        let known = credentials.secret(principal);
        let mut mac = self.mac(known.map_or("", Secret::reveal));
        mac.update(self.0.as_bytes());
        let proved = mac.verify_slice(&bytes(digest)?).is_ok() && known.is_some();
        proved.then(|| principal.to_owned())
    }

    /// The answer of a principal.
    pub fn answer(&self, principal: &str, secret: &Secret) -> String {
        let mut mac = self.mac(secret.reveal());
        mac.update(self.0.as_bytes());
        let digest = mac.finalize().into_bytes();
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{principal} {hex}")
    }

    fn mac(&self, secret: &str) -> Hmac<Md5> {
        Hmac::new_from_slice(secret.as_bytes()).expect("a key of any length will do")
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard() {
        let cram = Cram("<1896.697170952@postoffice.reston.mci.net>".into());
        let answer = "tim b913a602c7eda7a495b4e6e7334d3890";
        assert_eq!(cram.answer("tim", &Secret::new("tanstaaftanstaaf")), answer);
        let credentials = Credentials::parse("tim tanstaaftanstaaf\neve x").unwrap();
        assert_eq!(cram.prove(&credentials, answer.as_bytes()).as_deref(), Some("tim"));
        for bad in [
            "eve b913a602c7eda7a495b4e6e7334d3890",
            "ann b913a602c7eda7a495b4e6e7334d3890",
            "tim b913a602c7eda7a495b4e6e7334d3891",
            "tim b913",
            "tim ",
            "tim",
            "",
            "tim zz",
        ] {
            assert_eq!(cram.prove(&credentials, bad.as_bytes()), None, "{bad}");
        }
        assert_ne!(Cram::ask("a"), Cram::ask("a"));
    }
}
