//! The snapshot of all machines: a map from the machine's number to its own snapshot.

use minicbor::{
    Decode, Decoder, Encode, Encoder, decode,
    encode::{self, Write},
};

use crate::Control;

impl Encode<()> for Control {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, cx: &mut ()) -> Result<(), encode::Error<W::Error>> {
        e.map(2)?.u8(0)?;
        self.master.encode(e, cx)?;
        e.u8(1)?;
        self.apps.encode(e, cx)
    }
}

impl<'b> Decode<'b, ()> for Control {
    fn decode(d: &mut Decoder<'b>, cx: &mut ()) -> Result<Self, decode::Error> {
        let mut control = Self::default();
        let machines = d
            .map()?
            .ok_or_else(|| decode::Error::message("a map of known length"))?;
        for _ in 0..machines {
            match d.u8()? {
                0 => control.master = Decode::decode(d, cx)?,
                1 => control.apps = Decode::decode(d, cx)?,
                other => {
                    return Err(decode::Error::message(format!(
                        "the state of machine {other} is not known here"
                    )));
                }
            }
        }
        Ok(control)
    }
}
