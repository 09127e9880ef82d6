use std::collections::BTreeMap;

/// The fields of a form (`application/x-www-form-urlencoded`). As Mesos does, what should have been escaped is taken as it is:
/// its documentation shows JSON in forms so.
#[derive(Debug)]
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads a body.
    ///
    /// # Errors
    /// What is not UTF-8, or not an escape.
    pub(super) fn read(body: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let field = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((unescape(name)?, unescape(value)?))
        };
        pairs.map(field).collect::<Result<_, String>>().map(Self)
    }

    /// A field that is there.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

fn unescape(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits =
                    [rest.next(), rest.next()].map(|digit| digit.and_then(|digit| (digit as char).to_digit(16)));
                match digits {
                    [Some(high), Some(low)] => (high * 16 + low) as u8,
                    _ => {
                        return Err(format!(
                            "'{text}' has a % that is followed by no two hexadecimal digits"
                        ));
                    }
                }
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| format!("'{text}' is not UTF-8 once it is decoded"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_or_not() {
        let form = Form::read(b"slaveId=C-S0&resources=[{\"name\": \"cpus\"}]&x=%5B+%5d").unwrap();
        assert_eq!(form.get("slaveId"), Some("C-S0"));
        assert_eq!(form.get("resources"), Some("[{\"name\": \"cpus\"}]"));
        assert_eq!(form.get("x"), Some("[ ]"));
        assert_eq!(form.get("volumes"), None);
        for bad in [&b"a=%4"[..], b"a=%zz", b"a=\xff", b"a=%ff"] {
            assert!(Form::read(bad).is_err());
        }
    }
}
