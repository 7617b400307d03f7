//! "Did you mean": the nearest known name to one that is not known.

/// The candidate most like `name`, if one is alike enough to be a slip of the finger.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f64 = 0.8;
    let name = name.to_lowercase();
    let mut best: Option<(&str, f64)> = None;
    for candidate in candidates {
        let score = likeness(&name, &candidate.to_lowercase());
        if score >= ALIKE && best.is_none_or(|(_, most)| score > most) {
            best = Some((candidate, score));
        }
    }
    best.map(|(candidate, _)| candidate)
}

/// Jaro-Winkler over-rates a shared first letter in short words, so one more edit than a third of the letters rules a word out.
fn likeness(name: &str, candidate: &str) -> f64 {
    let longest = name.chars().count().max(candidate.chars().count());
    if strsim::damerau_levenshtein(name, candidate) > longest.div_ceil(3) {
        return 0.0;
    }
    strsim::jaro_winkler(name, candidate)
}

/// Names as a sentence lists them: `` `a`, `b` or `c` ``; long lists are cut.
pub fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 12;
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN {
        return format!("{} and {} more", names[..SHOWN].join(", "), names.len() - SHOWN);
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
    fn lists_names_as_a_sentence() {
        assert_eq!(one_of(["a"]), "`a`");
        assert_eq!(one_of(["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
