//! The codec of an IP address: its 4 or 16 bytes. For `#[cbor(with = "model_cluster::ip")]`.

use std::net::IpAddr;

use minicbor::{
    Decoder, Encoder,
    decode::Error as DecodeError,
    encode::{Error as EncodeError, Write},
};

/// Writes an address.
///
/// # Errors
/// The writer's.
pub fn encode<C, W: Write>(ip: &IpAddr, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
    match ip {
        IpAddr::V4(v4) => e.bytes(&v4.octets())?.ok(),
        IpAddr::V6(v6) => e.bytes(&v6.octets())?.ok(),
    }
}

/// Reads an address.
///
/// # Errors
/// Not bytes, or neither 4 nor 16 of them.
pub fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<IpAddr, DecodeError> {
    let bytes = d.bytes()?;
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
        .map_err(|_| DecodeError::message("an IP address has 4 or 16 bytes"))
}
