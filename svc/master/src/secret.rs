//! Tokens: random text that is shown once, and the digest that is kept.

use core_master::Digest;
use ring::{
    digest::{SHA256, digest as sha},
    rand::{SecureRandom, SystemRandom},
};

/// 32 random bytes from the operating system, in hex.
pub fn random() -> String {
    let mut bytes = [0u8; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the operating system gives random bytes");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is kept of a token: its SHA-256. Tokens are random, so no salt is needed.
pub fn digest(token: &str) -> Digest {
    let mut bytes = [0u8; 32];
    bytes.copy_from_slice(sha(&SHA256, token.as_bytes()).as_ref());
    Digest(bytes)
}
