//! Tokens and keys that say by their form who gave them out.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::literal::is_placeholder;

/// How the tokens of one issuer look.
struct Form {
    /// Who takes it, for the message.
    issuer: &'static str,
    prefix: &'static str,
    /// Characters that have to follow at least.
    least: usize,
    /// What may follow beside letters and digits.
    also: &'static str,
}

const FORMS: [Form; 26] = [
    form("a Stripe", "sk_live_", 16, ""),
    form("a Stripe", "rk_live_", 16, ""),
    form("a GitHub", "ghp_", 36, ""),
    form("a GitHub", "gho_", 36, ""),
    form("a GitHub", "ghu_", 36, ""),
    form("a GitHub", "ghs_", 36, ""),
    form("a GitHub", "ghr_", 36, ""),
    form("a GitHub", "github_pat_", 22, "_"),
    form("a GitLab", "glpat-", 20, "_-"),
    form("an AWS", "AKIA", 16, ""),
    form("an AWS", "ASIA", 16, ""),
    form("a Slack", "xoxb-", 10, "-"),
    form("a Slack", "xoxp-", 10, "-"),
    form("a Slack", "xoxa-", 10, "-"),
    form("a Slack", "xapp-", 10, "-"),
    form("a Google", "AIza", 35, "_-"),
    form("an Anthropic", "sk-ant-", 20, "_-"),
    form("an OpenAI", "sk-proj-", 20, "_-"),
    form("an OpenAI", "sk-", 32, ""),
    form("an npm", "npm_", 36, ""),
    form("a PyPI", "pypi-", 50, "_-"),
    form("a DigitalOcean", "dop_v1_", 64, ""),
    form("a SendGrid", "SG.", 60, "._-"),
    form("a Hugging Face", "hf_", 34, ""),
    form("a Shopify", "shpat_", 32, ""),
    form("an age", "AGE-SECRET-KEY-1", 40, ""),
];

const fn form(issuer: &'static str, prefix: &'static str, least: usize, also: &'static str) -> Form {
    Form { issuer, prefix, least, also }
}

/// Fewer characters than this are no token.
const SHORTEST: usize = 15;

/// What a PEM block begins with.
const PEM: &str = "-----BEGIN ";

/// What the last line of a PEM block begins with.
const PEM_END: &str = "-----END ";

/// Finds where any of the prefixes stands, and behind them that of a PEM block, in one pass: looking for each by itself took a
/// tenth of a check.
static PREFIXES: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(FORMS.iter().map(|form| form.prefix).chain([PEM])).ok());

/// The first token in a text: who takes it, and its characters.
pub fn known_token(text: &str) -> Option<(&'static str, &str)> {
    if text.len() < SHORTEST {
        return None;
    }
    let places = PREFIXES.as_ref()?.find_overlapping_iter(text);
    let tokens = places.filter_map(|place| {
        let (start, form) = (place.start(), FORMS.get(place.pattern().as_usize()));
        Some(match form {
            Some(form) => (start, form.issuer, form.at(text, start)?),
            None => (start, "a private", private_key(&text[start..])?),
        })
    });
    // `sk-ant-…` starts with `sk-` too: the longer prefix says more.
    tokens.min_by_key(|(start, _, token)| (*start, Reverse(token.len()))).map(|(_, issuer, token)| (issuer, token))
}

/// The places of all tokens and private keys in a text.
pub(super) fn all_tokens(text: &str) -> Vec<Range<usize>> {
    let Some(prefixes) = PREFIXES.as_ref() else { return Vec::new() };
    let places = prefixes.find_overlapping_iter(text).filter_map(|place| {
        let start = place.start();
        let form = FORMS.get(place.pattern().as_usize());
        let length = form.map_or_else(|| block(&text[start..]), |form| form.at(text, start).map(str::len))?;
        Some(start..start + length)
    });
    places.collect()
}

/// Bytes of the PEM block that a text begins with; one that is cut off ends where the next paragraph begins.
fn block(text: &str) -> Option<usize> {
    let rest = private_key(text)?;
    let last = rest.find(PEM_END).map(|at| at + PEM_END.len());
    let end = last.and_then(|last| rest[last..].find("-----").map(|end| last + end + 5));
    Some(end.or_else(|| rest.find("\n\n")).unwrap_or(rest.len()))
}

impl Form {
    /// The token whose prefix starts there.
    fn at<'a>(&self, text: &'a str, start: usize) -> Option<&'a str> {
        // `task-…` holds `sk-`: a token starts where a word does.
        let inside = text[..start].bytes().next_back().is_some_and(|byte| byte.is_ascii_alphanumeric());
        let rest = &text[start + self.prefix.len()..];
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !self.also.contains(letter));
        let length = end.unwrap_or(rest.len());
        let token = &text[start..start + self.prefix.len() + length];
        (!inside && length >= self.least && !is_placeholder(token)).then_some(token)
    }
}

/// The PEM block that a text begins with, if a private key is in it; a heading without a body is an example.
fn private_key(text: &str) -> Option<&str> {
    const LEAST: usize = 64;
    let (heading, body) = text[PEM.len()..].split_once("-----")?;
    let body = body.split("-----").next()?;
    let key = heading.ends_with("PRIVATE KEY") && body.trim().len() >= LEAST;
    key.then(|| text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Put together here, so that no scanner of repositories takes this file for a leak.
    fn token(prefix: &str, length: usize) -> String {
        format!("{prefix}{}", "A1b2C3d4".repeat(16)[..length].to_owned())
    }

    #[test]
    fn finds_tokens_in_any_surroundings() {
        for (issuer, prefix, length) in [
            ("a Stripe", "sk_live_", 24),
            ("a GitHub", "ghp_", 36),
            ("an OpenAI", "sk-", 48),
            ("an OpenAI", "sk-proj-", 40),
        ] {
            let token = token(prefix, length);
            assert_eq!(known_token(&token), Some((issuer, token.as_str())));
            assert_eq!(known_token(&format!("--key={token}; true")), Some((issuer, token.as_str())));
        }
        let id = format!("AKIA{}", "ABCD1234".repeat(2));
        assert_eq!(known_token(&format!("{id}\n")), Some(("an AWS", id.as_str())));
    }

    #[test]
    fn no_form_is_shorter_than_what_is_passed_over() {
        assert_eq!(FORMS.iter().map(|form| form.prefix.len() + form.least).min(), Some(SHORTEST));
    }

    #[test]
    fn finds_a_private_key_with_a_body() {
        let pem = format!("-----BEGIN RSA {} KEY-----\n{}\n-----END", "PRIVATE", "MIIEow".repeat(20));
        assert_eq!(known_token(&pem).map(|(issuer, _)| issuer), Some("a private"));
        assert_eq!(known_token(&pem.replace("MIIEow", "")), None, "a heading alone");
        assert_eq!(known_token(&pem.replace("PRIVATE", "PUBLIC")), None);
    }

    #[test]
    fn the_example_of_a_documentation_is_no_key() {
        let id = ["AKIA", "IOSFODNN7", "EXAMPLE"].concat();
        assert_eq!(known_token(&format!("key {id} is not one")), None);
    }

    #[test]
    fn passes_over_what_only_looks_like_one() {
        for text in ["", "task-runner-with-a-long-name-of-many-letters", "sk_live_", "AKIA", "SG.", "sk-learn"] {
            assert_eq!(known_token(text), None, "{text}");
        }
        assert_eq!(known_token(&format!("ta{}", token("sk-", 48))), None, "inside of a word");
    }
}
