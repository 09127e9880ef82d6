use std::collections::BTreeSet;

use io_httpd::Query;
use wire_marathon::Embed;

/// The parameters of a request, in their order. A name may come more than once.
pub(super) type Pairs = Query<Vec<(String, String)>>;

/// Reads parameters.
#[derive(Clone, Copy)]
pub(super) struct Params<'a>(pub(super) &'a [(String, String)]);

impl<'a> Params<'a> {
    /// Every value of a name.
    pub(super) fn all(self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first value of a name.
    pub(super) fn get(self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// A switch. As in Java, only `true` (in any case) is true.
    pub(super) fn flag(self, name: &'a str, default: bool) -> bool {
        self.get(name)
            .map_or(default, |value| value.eq_ignore_ascii_case("true"))
    }

    /// `embed` with what is always embedded.
    pub(super) fn embed(self, always: &[Embed]) -> BTreeSet<Embed> {
        let mut embed = Embed::parse(self.all("embed"));
        embed.extend(always);
        embed
    }
}
