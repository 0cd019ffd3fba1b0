//! What functions and builds say when they fail, and which rules find the cause before a deploy.
//!
//! Source: the texts in `@prisma/client` from Photon to 7.10, in the drivers and servers that it talks to, and in the builders of Now and Vercel,
//! with the threads of the Prisma repository in which people quote them. Collected 2026-11.

mod table;

pub use table::MESSAGES;

/// A text of more bytes than this is a log, of which only the beginning is searched.
const MOST: usize = 256 * 1024;

/// One kind of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// What went wrong, in a few words.
    pub title: &'static str,
    /// Words of the message that people search for. The page of the first rule quotes them.
    pub phrase: &'static str,
    /// Regular expressions of JavaScript; one must be found. White space in the text is single blanks, letter case is ignored. A group `target`,
    /// `file` or `variable` tells what the message is about.
    pub(super) patterns: &'static [&'static str],
    /// Ids of the rules that find the cause, the likeliest first.
    pub rules: &'static [&'static str],
    /// What it means.
    pub meaning: &'static str,
    /// What to do where no rule finds the cause.
    pub otherwise: &'static str,
}

/// A message that was found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// Which.
    pub message: &'static Message,
    /// The target that the function looks for, as the text has it.
    pub target: Option<String>,
    /// The file that is missing or cannot be used.
    pub file: Option<String>,
    /// The environment variable that is not there.
    pub variable: Option<String>,
}

/// The messages in `text`, which may be a whole log, each once, in the order of [`MESSAGES`].
pub fn recognise(text: &str) -> Vec<Recognised> {
    let text = plain(text);
    MESSAGES.iter().filter_map(|message| message.find(&text)).collect()
}

impl Message {
    fn find(&'static self, text: &str) -> Option<Recognised> {
        let first = |pattern: &&str| regress::Regex::with_flags(pattern, "i").ok()?.find(text);
        let found = self.patterns.iter().find_map(first)?;
        let group = |name| found.named_group(name).map(|range| text[range].to_owned());
        Some(Recognised { message: self, target: group("target"), file: group("file"), variable: group("variable") })
    }
}

/// The text without colours, its lines joined: terminals and logs break lines anywhere.
fn plain(text: &str) -> String {
    let mut end = text.len().min(MOST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut plain = String::with_capacity(end);
    let mut rest = text[..end].chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\u{1b}' && rest.next_if_eq(&'[').is_some() {
            while rest.next().is_some_and(|c| !c.is_ascii_alphabetic()) {}
        } else if c.is_whitespace() || c.is_control() {
            if !plain.ends_with(' ') {
                plain.push(' ');
            }
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    #[test]
    fn every_pattern_compiles_and_every_rule_exists() {
        for message in MESSAGES {
            for pattern in message.patterns {
                assert!(regress::Regex::with_flags(pattern, "i").is_ok(), "{pattern}");
            }
            assert!(!message.rules.is_empty(), "{}", message.title);
            for rule in message.rules {
                assert!(rules::find(rule).is_some(), "{}: {rule}", message.title);
            }
        }
    }

    #[test]
    fn a_phrase_is_recognised_and_stands_in_the_page_of_its_rule() {
        for message in MESSAGES {
            let found = recognise(message.phrase);
            assert!(found.iter().any(|found| found.message == message), "{}", message.phrase);
            let page = message.rules.first().and_then(|rule| rules::find(rule)).unwrap().page;
            let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(
                page.contains(message.phrase),
                "the page of {} does not quote {:?}",
                message.rules[0],
                message.phrase
            );
        }
    }

    #[test]
    fn what_a_message_is_about_is_told() {
        let text = "\u{1b}[31mPrismaClientInitializationError\u{1b}[0m: Prisma Client could not locate the Query Engine\n for runtime \
                    \"rhel-openssl-3.0.x\".\r\n\nThis happened because Prisma Client was generated for \"darwin-arm64\", but the actual \
                    deployment\nrequired \"rhel-openssl-3.0.x\".";
        let found = recognise(text);
        assert_eq!(found.first().unwrap().target.as_deref(), Some("rhel-openssl-3.0.x"));
        assert_eq!(found.first().unwrap().message.rules[0], "engine/wrong-target");
        let found = recognise("error: Environment variable not found: DATABASE_URL.\n  -->  schema.prisma:7");
        assert_eq!(found.first().unwrap().variable.as_deref(), Some("DATABASE_URL"));
    }

    #[test]
    fn long_and_hostile_texts_come_to_an_end() {
        for text in
            ["ENOENT ".repeat(100_000), "\u{1b}[".repeat(100_000), "é\u{1b}".repeat(200_000), "'".repeat(MOST + 1)]
        {
            recognise(&text);
        }
        assert_eq!(recognise(""), []);
        assert_eq!(recognise("everything is fine"), []);
    }
}
