use minicbor::{Decode, Encode};

/// What a framework wants to be true of an attribute of the agents that it hears of (`scheduler.AttributeConstraint`).
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct AttributeConstraint {
    /// Of what.
    #[n(0)]
    pub selector: Selector,
    /// What.
    #[n(1)]
    pub predicate: Predicate,
}

/// What a constraint looks at.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum Selector {
    /// The agent's host name.
    #[n(0)]
    Hostname,
    /// The region of its domain.
    #[n(1)]
    Region,
    /// The zone of its domain.
    #[n(2)]
    Zone,
    /// The first attribute of this name.
    #[n(3)]
    Attribute(#[n(0)] String),
}

/// What must be true. The text predicates hold for every attribute that is there and is not a text, as in Mesos.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum Predicate {
    /// It is there.
    #[n(0)]
    Exists,
    /// It is not there.
    #[n(1)]
    NotExists,
    /// It is this text.
    #[n(2)]
    TextEquals(#[n(0)] String),
    /// It is not there, or not this text.
    #[n(3)]
    TextNotEquals(#[n(0)] String),
    /// The whole text matches a regular expression.
    #[n(4)]
    TextMatches(#[n(0)] String),
    /// It is not there, or does not match.
    #[n(5)]
    TextNotMatches(#[n(0)] String),
}
