use minicbor::{Decode, Encode};

use crate::{Pack, Packed};

/// One variable of an environment.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EnvVar {
    /// Its name.
    #[n(0)]
    pub name: String,
    /// Its value.
    #[n(1)]
    pub value: String,
}

/// An environment, in the order in which it was given.
pub type Env = Packed<EnvVar>;

/// A variable of an [`Env`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EnvVarRef<'a> {
    /// Its name.
    #[n(0)]
    pub name: &'a str,
    /// Its value.
    #[n(1)]
    pub value: &'a str,
}

impl Pack for EnvVar {
    type Ref<'a> = EnvVarRef<'a>;

    fn view(&self) -> EnvVarRef<'_> {
        EnvVarRef {
            name: &self.name,
            value: &self.value,
        }
    }
}
