//! Every rule of every room in one list: for `pt explain`, SARIF, the docs and the tests.

use std::sync::LazyLock;

use crate::diagnostic::Rule;
use crate::{blueprint, expand, expr, include, lint, model, suppression, syntax, value};

/// All rules, sorted by code.
pub static ALL: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let rooms = [
        syntax::RULES,
        value::RULES,
        expr::RULES,
        model::RULES,
        include::RULES,
        blueprint::RULES,
        expand::RULES,
        suppression::RULES,
    ];
    let lints = lint::LINTS.iter().map(|lint| lint.rule);
    let mut all: Vec<&'static Rule> = rooms.into_iter().flatten().copied().chain(lints).collect();
    all.sort_by_key(|rule| rule.code);
    all
});
