//! Every rule of every room in one list: for `pt explain`, SARIF, the docs and the tests.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::diagnostic::Rule;
use crate::lint::Settings;
use crate::{blueprint, config, expand, expr, include, lint, model, suppression, syntax, value};

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
        config::RULES,
    ];
    let lints = lint::LINTS.iter().map(|lint| lint.rule);
    let mut all: Vec<&'static Rule> = rooms.into_iter().flatten().copied().chain(lints).collect();
    all.sort_by_key(|rule| rule.code);
    all
});

/// All rules, and those of the judges that the settings name.
pub fn with_judges(settings: &Settings) -> Cow<'static, [&'static Rule]> {
    let all: &'static [&'static Rule] = &ALL;
    if settings.judges.is_empty() {
        return Cow::Borrowed(all);
    }
    Cow::Owned(all.iter().copied().chain(settings.judges.iter().flat_map(|judge| judge.rules())).collect())
}
