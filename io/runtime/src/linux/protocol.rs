//! What agent and shim say to each other over the shim's socket.
//!
//! A frame is a length, 4 bytes big-endian, and that many bytes of CBOR. The client begins with `Hello`; then each
//! request has one answer, in order. A shim may be older or newer than its agent, so variants and fields are only added,
//! and an unknown request is refused without closing the connection.

use minicbor::{Decode, Encode};

use super::record::{self, State};
use crate::Exit;

/// The protocol's version: raised when a feature is added.
pub const VERSION: u32 = 1;
/// The longest frame in bytes.
pub const MAX_FRAME_BYTES: usize = 64 * 1024;

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub enum Request {
    /// The client's version; answered by [`Answer::Hello`].
    #[n(0)]
    Hello(#[n(0)] u32),
    /// Answered by [`Answer::Status`].
    #[n(1)]
    Status,
    /// SIGTERM now, SIGKILL after so many milliseconds; answered by [`Answer::Accepted`].
    #[n(2)]
    Kill(#[n(0)] u64),
    /// Answered by [`Answer::Exited`] when the container has ended.
    #[n(3)]
    Wait,
}

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub enum Answer {
    #[n(0)]
    Hello(#[n(0)] u32),
    #[n(1)]
    Status {
        #[n(0)]
        state: State,
        #[n(1)]
        kill_requested: bool,
    },
    #[n(2)]
    Accepted,
    #[n(3)]
    Exited(#[n(0)] Exit),
    /// The request was not understood, or is not allowed now.
    #[n(4)]
    Refused(#[n(0)] String),
}

/// A message as a frame.
pub fn frame(message: &impl Encode<()>) -> std::io::Result<Vec<u8>> {
    let body = record::encode(message)?;
    let mut frame = Vec::with_capacity(4 + body.len());
    frame.extend_from_slice(&(body.len() as u32).to_be_bytes());
    frame.extend_from_slice(&body);
    Ok(frame)
}

/// The first whole frame's body in `buffer` and the bytes it takes, or `None` while more must come.
///
/// # Errors
/// The length that was announced, if it is above [`MAX_FRAME_BYTES`].
pub fn first_frame(buffer: &[u8]) -> Result<Option<(&[u8], usize)>, usize> {
    let Some((head, rest)) = buffer.split_first_chunk::<4>() else {
        return Ok(None);
    };
    let length = u32::from_be_bytes(*head) as usize;
    if length > MAX_FRAME_BYTES {
        return Err(length);
    }
    Ok(rest.get(..length).map(|body| (body, 4 + length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_in_a_stream() {
        let mut stream = frame(&Request::Hello(1)).unwrap();
        let first = stream.len();
        stream.extend(frame(&Request::Kill(70_000)).unwrap());
        assert_eq!(first_frame(&stream[..first - 1]), Ok(None));
        let (body, taken) = first_frame(&stream).unwrap().unwrap();
        assert_eq!(
            (minicbor::decode::<Request>(body).unwrap(), taken),
            (Request::Hello(1), first)
        );
        let (body, _) = first_frame(&stream[first..]).unwrap().unwrap();
        assert_eq!(minicbor::decode::<Request>(body).unwrap(), Request::Kill(70_000));
        assert_eq!(first_frame(&[0xff; 8]), Err(0xffff_ffff));
    }

    /// The bytes of version 1: a shim of an older release must understand a newer agent, and the other way round.
    #[test]
    fn version_1_is_on_the_wire_for_ever() {
        let bytes = |request| record::encode(&request).unwrap();
        assert_eq!(bytes(Request::Hello(1)), [0x82, 0x00, 0x81, 0x01]);
        assert_eq!(bytes(Request::Status), [0x82, 0x01, 0x80]);
        assert_eq!(bytes(Request::Kill(5)), [0x82, 0x02, 0x81, 0x05]);
        assert_eq!(bytes(Request::Wait), [0x82, 0x03, 0x80]);
        assert_eq!(record::encode(&Answer::Accepted).unwrap(), [0x82, 0x02, 0x80]);
    }

    proptest::proptest! {
        #[test]
        fn no_stream_is_too_strange(bytes: Vec<u8>) {
            if let Ok(Some((body, taken))) = first_frame(&bytes) {
                proptest::prop_assert!(taken <= bytes.len());
                drop(minicbor::decode::<Request>(body));
                drop(minicbor::decode::<Answer>(body));
            }
        }
    }
}
