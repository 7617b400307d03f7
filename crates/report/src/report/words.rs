//! The words for what a rule is.

use crate::diagnostic::{Family, Precision};

pub(super) fn family_word(family: Family) -> &'static str {
    match family {
        Family::Correctness => "correctness",
        Family::Security => "security",
        Family::Reliability => "reliability",
        Family::Portability => "portability",
        Family::Style => "style",
    }
}

/// SARIF's words.
pub(super) fn precision_word(precision: Precision) -> &'static str {
    match precision {
        Precision::VeryHigh => "very-high",
        Precision::High => "high",
        Precision::Medium => "medium",
    }
}
