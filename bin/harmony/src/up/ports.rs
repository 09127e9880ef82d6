//! The ports of a cluster: those that people's tools know, or free ones for a new directory.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::{Duration, Instant};

use base_fault::Class;

use super::holder;
use crate::failure::Failure;

/// How long a port of a cluster that ended just now may take to be free.
const LINGER: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(50);

/// A port that a new cluster takes, held until this value is dropped, so that none is taken twice.
pub struct Claim {
    pub address: SocketAddr,
    _listener: TcpListener,
}

/// `wanted`, or a free port on its address if somebody has it.
///
/// # Errors
/// Nothing can listen on that address.
pub fn wanted_or_free(wanted: SocketAddr) -> Result<Claim, Failure> {
    let listener = match TcpListener::bind(wanted) {
        Err(error) if matches!(error.kind(), ErrorKind::AddrInUse | ErrorKind::PermissionDenied) => {
            TcpListener::bind(SocketAddr::new(wanted.ip(), 0))
        }
        other => other,
    };
    let claim = listener.and_then(|listener| {
        Ok(Claim {
            address: listener.local_addr()?,
            _listener: listener,
        })
    });
    claim.map_err(|error| unusable(wanted, &error))
}

/// Makes sure that `address` can be listened on.
///
/// # Errors
/// `conflict`, naming the process that has it.
pub fn require(address: SocketAddr) -> Result<(), Failure> {
    let deadline = Instant::now() + LINGER;
    loop {
        match TcpListener::bind(address) {
            Ok(_) => return Ok(()),
            Err(error) if error.kind() != ErrorKind::AddrInUse => return Err(unusable(address, &error)),
            Err(_) if Instant::now() < deadline => thread::sleep(PAUSE),
            Err(_) => break,
        }
    }
    let who = holder::of(address).unwrap_or_else(|| "another process".to_owned());
    let message = format!("{address}, which this cluster uses since it was made, is taken by {who}");
    Err(Failure::new(Class::Conflict, message).next("stop that process, or start another cluster with another --dir"))
}

fn unusable(address: SocketAddr, error: &std::io::Error) -> Failure {
    Failure::new(Class::Unavailable, format!("cannot listen on {address}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    // An address of its own, which Linux has without being told: no other test can take a port there.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_new_cluster_steps_aside_and_an_old_one_does_not() {
        let held = TcpListener::bind("127.7.7.7:0").unwrap();
        let address = held.local_addr().unwrap();
        let free = wanted_or_free(address).unwrap().address;
        assert!(free != address && free.ip() == address.ip(), "{free}");
        let refused = require(address).unwrap_err();
        assert_eq!(refused.class, Class::Conflict);
        let this = format!("process {}", std::process::id());
        assert!(refused.message.contains(&this), "{refused}");
        drop(held);
        require(address).unwrap();
        assert_eq!(wanted_or_free(address).unwrap().address, address);
    }
}
