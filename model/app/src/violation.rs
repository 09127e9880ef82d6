/// A rule that an app breaks. `path` is in Marathon's form: `/id`, `/constraints(0)`, `/env/PASSWORD/secret`, or `/` for the
/// app as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// Where.
    pub path: String,
    /// What is wrong, in Marathon's words.
    pub errors: Vec<String>,
}

impl Violation {
    /// One error at one place.
    pub fn new(path: impl Into<String>, error: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            errors: vec![error.into()],
        }
    }

    /// Brings the errors of one place together, in the order in which the places were met.
    pub fn grouped(violations: Vec<Self>) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for violation in violations {
            match groups.iter_mut().find(|g| g.path == violation.path) {
                Some(group) => group.errors.extend(violation.errors),
                None => groups.push(violation),
            }
        }
        groups
    }
}
