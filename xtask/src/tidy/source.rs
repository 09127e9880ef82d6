//! Just enough of a Rust lexer: which characters are code, and where functions begin and end.

/// `text` with the insides of comments, strings and character literals turned into spaces. Lines stay where they are.
pub fn mask(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = blank_end(&chars, at);
        if end == at {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        out.extend(chars[at..end].iter().map(|&c| if c == '\n' { '\n' } else { ' ' }));
        at = end;
    }
    out
}

/// The end of the comment or literal that begins at `at`; `at` itself if none does.
fn blank_end(chars: &[char], at: usize) -> usize {
    let next = chars.get(at + 1).copied();
    match chars[at] {
        '/' if next == Some('/') => chars[at..]
            .iter()
            .position(|&c| c == '\n')
            .map_or(chars.len(), |n| at + n),
        '/' if next == Some('*') => block_comment_end(chars, at),
        '"' => string_end(chars, at + 1),
        '\'' => char_end(chars, at),
        'r' if !is_word_before(chars, at) => raw_string_end(chars, at),
        _ => at,
    }
}

fn block_comment_end(chars: &[char], start: usize) -> usize {
    let (mut depth, mut at) = (0, start);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    chars.len()
}

/// The place after the closing quote of a string whose inside begins at `at`.
fn string_end(chars: &[char], mut at: usize) -> usize {
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

/// A quote begins a character only if it is escaped or closed after one character; else it begins a lifetime.
fn char_end(chars: &[char], at: usize) -> usize {
    match chars.get(at + 1) {
        Some('\\') => {
            let rest = chars.get(at + 3..).unwrap_or_default();
            rest.iter()
                .position(|&c| c == '\'')
                .map_or(chars.len(), |n| at + 3 + n + 1)
        }
        Some(_) if chars.get(at + 2) == Some(&'\'') => at + 3,
        _ => at,
    }
}

/// The `r` of `r"..."` or `r#"..."#`, with or without a `b` or `c` before it.
fn raw_string_end(chars: &[char], start: usize) -> usize {
    let hashes = chars[start + 1..].iter().take_while(|&&c| c == '#').count();
    let mut at = start + 1 + hashes;
    if chars.get(at) != Some(&'"') {
        return start;
    }
    at += 1;
    while at < chars.len() {
        let closing = chars[at] == '"' && chars[at + 1..].iter().take_while(|&&c| c == '#').count() >= hashes;
        at += 1;
        if closing {
            return at + hashes;
        }
    }
    chars.len()
}

/// Whether the character at `at` goes on a word; the prefixes of byte and C strings do not count.
fn is_word_before(chars: &[char], at: usize) -> bool {
    let is_word = |index: usize| chars.get(index).is_some_and(|&c| c.is_alphanumeric() || c == '_');
    match at.checked_sub(1) {
        None => false,
        Some(before) if matches!(chars[before], 'b' | 'c') => before > 0 && is_word(before - 1),
        Some(before) => is_word(before),
    }
}

/// The byte places of `word` in masked code, where it stands as a whole word.
pub fn words(code: &str, word: &str) -> Vec<usize> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let whole = |at: &usize| {
        !code[..*at].chars().next_back().is_some_and(is_word)
            && !code[at + word.len()..].chars().next().is_some_and(is_word)
    };
    code.match_indices(word).map(|(at, _)| at).filter(whole).collect()
}

/// The line (from 1) of a byte place.
pub fn line_at(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    pub line: usize,
    /// From the line of `fn` to that of the closing brace, both counted.
    pub lines: usize,
}

/// The functions in masked code, nested ones too.
pub fn functions(code: &str) -> Vec<Function> {
    words(code, "fn")
        .into_iter()
        .filter_map(|at| function(code, at))
        .collect()
}

fn function(code: &str, at: usize) -> Option<Function> {
    let rest = code[at + 2..].trim_start();
    let name: String = rest
        .chars()
        .take_while(|&c| c.is_alphanumeric() || c == '_' || c == '#')
        .collect();
    if name.is_empty() {
        return None; // a function pointer's type
    }
    let (mut braces, mut others) = (0_usize, 0_usize);
    for (offset, c) in code[at..].char_indices() {
        match c {
            '(' | '[' => others += 1,
            ')' | ']' => others = others.saturating_sub(1),
            ';' if braces == 0 && others == 0 => return None, // a declaration
            '{' => braces += 1,
            '}' if braces == 1 => {
                let line = line_at(code, at);
                return Some(Function {
                    name,
                    line,
                    lines: line_at(code, at + offset) - line + 1,
                });
            }
            '}' => braces = braces.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_strings_and_characters_are_blank() {
        let text = "a /* x /* y */ z */ b // c\nd \"e\\\"f\" g 'h' '\\'' &'i j r#\"k\"l\"# br\"m\" n";
        let masked = mask(text);
        let left: Vec<&str> = masked.split_whitespace().collect();
        assert_eq!(left, ["a", "b", "d", "g", "&'i", "j", "b", "n"]);
        assert_eq!(masked.lines().count(), 2);
    }

    #[test]
    fn words_are_whole() {
        assert_eq!(words("unsafe_code unsafe{ xunsafe", "unsafe"), [12]);
    }

    #[test]
    fn functions_are_measured() {
        let code =
            mask("trait T { fn a(x: [u8; 4]); }\nfn b() -> [u8; 2] {\n  // }\n  if x { y }\n}\nlet f: fn(u8);\n");
        assert_eq!(
            functions(&code),
            [Function {
                name: "b".into(),
                line: 2,
                lines: 4
            }]
        );
    }
}
