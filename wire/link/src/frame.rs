use minicbor::{Decode, Encode};

/// The largest frame, in bytes: larger ones are refused before they are read.
pub const MAX_FRAME: usize = 16 * 1024 * 1024;

/// Why bytes are no frame.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// Longer than [`MAX_FRAME`].
    #[error("a frame of {0} bytes is over the limit of {MAX_FRAME}")]
    TooLong(usize),
    /// Not a message of this protocol.
    #[error("not a link message: {0}")]
    Malformed(#[from] minicbor::decode::Error),
}

/// Appends a message as a frame.
pub fn encode<M: Encode<()>>(message: &M, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    minicbor::encode(message, &mut *out).expect("writing to a Vec cannot fail");
    let len = u32::try_from(out.len() - start - 4).expect("a message is far below 4 GiB");
    out[start..start + 4].copy_from_slice(&len.to_be_bytes());
}

/// Takes the first frame off a buffer: the message and how many bytes it took, or `None` if more bytes are needed.
///
/// # Errors
/// [`FrameError`]; the stream is of no use afterwards.
pub fn decode<'b, M: Decode<'b, ()>>(buffer: &'b [u8]) -> Result<Option<(M, usize)>, FrameError> {
    let Some((len, rest)) = buffer.split_first_chunk::<4>() else {
        return Ok(None);
    };
    let len = u32::from_be_bytes(*len) as usize;
    if len > MAX_FRAME {
        return Err(FrameError::TooLong(len));
    }
    let Some(body) = rest.get(..len) else { return Ok(None) };
    Ok(Some((minicbor::decode(body)?, 4 + len)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ToAgent;

    #[test]
    fn takes_frames_off_any_chunking() {
        let mut bytes = Vec::new();
        encode(&ToAgent::Ping { epoch: 1, index: 2 }, &mut bytes);
        encode(&ToAgent::Ping { epoch: 1, index: 3 }, &mut bytes);
        for cut in 0..bytes.len() / 2 {
            assert!(decode::<ToAgent>(&bytes[..cut]).unwrap().is_none(), "{cut}");
        }
        let (first, used) = decode::<ToAgent>(&bytes).unwrap().unwrap();
        let (second, _) = decode::<ToAgent>(&bytes[used..]).unwrap().unwrap();
        assert_eq!(first, ToAgent::Ping { epoch: 1, index: 2 });
        assert_eq!(second, ToAgent::Ping { epoch: 1, index: 3 });
    }

    #[test]
    fn refuses_a_giant_and_garbage() {
        assert!(matches!(decode::<ToAgent>(&[0xff; 8]), Err(FrameError::TooLong(_))));
        assert!(matches!(
            decode::<ToAgent>(&[0, 0, 0, 1, 0xff]),
            Err(FrameError::Malformed(_))
        ));
    }
}
