//! "Did you mean": the nearest known name to one that is not known.

use std::cell::Cell;

/// Names that are looked at for all suggestions of one check; one that has so many wrong names needs none any more.
const LOOKS: u32 = 2_000_000;

/// What comparing two names costs, in looks.
const COMPARISON: u32 = 10;

/// Letters from which on a name is nothing that anybody mistypes.
const LONGEST: usize = 200;

thread_local! {
    static LEFT: Cell<u32> = const { Cell::new(LOOKS) };
}

/// Begins a check: as many suggestions as before.
pub fn renew_suggestions() {
    LEFT.set(LOOKS);
}

/// The candidate most like `name`, if one is alike enough to be a slip of the finger. Where many names have been looked at
/// since [`renew_suggestions`], nothing.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f64 = 0.8;
    if name.len() > LONGEST {
        return None;
    }
    let name = name.to_lowercase();
    let mut best: Option<(&str, f64)> = None;
    for candidate in candidates {
        LEFT.set(LEFT.get().checked_sub(1)?);
        // More letters more or less than may be wrong; a letter may have four bytes.
        let longest = name.len().max(candidate.len());
        if candidate.len() > LONGEST || name.len().abs_diff(candidate.len()) > longest.div_ceil(3) * 4 {
            continue;
        }
        LEFT.set(LEFT.get().saturating_sub(COMPARISON));
        let score = likeness(&name, &candidate.to_lowercase());
        if score >= ALIKE && best.is_none_or(|(_, most)| score > most) {
            best = Some((candidate, score));
        }
    }
    best.map(|(candidate, _)| candidate)
}

/// Jaro-Winkler over-rates a shared first letter in short words, so one more edit than a third of the letters rules a word out.
fn likeness(name: &str, candidate: &str) -> f64 {
    let (own, other) = (name.chars().count(), candidate.chars().count());
    let longest = own.max(other);
    if own.abs_diff(other) > longest.div_ceil(3) {
        return 0.0;
    }
    if strsim::damerau_levenshtein(name, candidate) > longest.div_ceil(3) {
        return 0.0;
    }
    strsim::jaro_winkler(name, candidate)
}

/// Names as a sentence lists them: `` `a`, `b` or `c` ``; long lists are cut.
pub fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 12;
    let mut all = names.into_iter();
    let names: Vec<String> = all.by_ref().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = all.count();
    if more > 0 {
        return format!("{} and {more} more", names.join(", "));
    }
    match names.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_a_slip_of_the_finger_and_nothing_far_away() {
        let known = ["always", "on-failure", "never"];
        assert_eq!(did_you_mean("allways", known), Some("always"));
        assert_eq!(did_you_mean("on_failure", known), Some("on-failure"));
        assert_eq!(did_you_mean("sometimes", known), None);
    }

    #[test]
    fn after_very_many_names_nothing_is_suggested_until_the_next_check() {
        let names: Vec<String> = (0..1_000).map(|number| format!("name-{number}")).collect();
        let suggest = || did_you_mean("nmae-7", names.iter().map(String::as_str));
        assert_eq!(suggest(), Some("name-7"));
        assert!((0..2_000).any(|_| suggest().is_none()));
        renew_suggestions();
        assert_eq!(suggest(), Some("name-7"));
    }

    #[test]
    fn lists_names_as_a_sentence() {
        assert_eq!(one_of(["a"]), "`a`");
        assert_eq!(one_of(["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
