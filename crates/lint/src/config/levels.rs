//! The level of each rule, out of all layers.

use std::collections::{BTreeMap, BTreeSet};

use super::resolve::{Given, Part, refuse};
use super::{Layer, RuleSetting, Say};
use crate::diagnostic::{Diagnostics, Level, Rule};

/// Rules about which something is said, by code, and those that no comment can leave alone: with a lock, all that the
/// command line and what it names let stop a check, whether they say so or leave a rule as it is. `stops` is the lowest level
/// that does.
pub(super) fn levels(
    given: &Given,
    parts: &[Part],
    stops: Level,
    diagnostics: &mut Diagnostics,
) -> (Vec<RuleSetting>, Vec<&'static Rule>) {
    let of_layers = |layers: &[Layer]| -> Vec<RuleSetting> { layers.iter().flat_map(|it| it.rules.clone()).collect() };
    let of_parts = |trusted: bool, is_table: bool| -> Vec<RuleSetting> {
        let parts = parts.iter().filter(|part| part.trusted == trusted && part.is_table == is_table);
        parts.flat_map(|part| part.rules.clone()).collect()
    };
    let (files, config, command) = (of_layers(&given.files), of_layers(&given.config), of_layers(&given.command));
    if !given.locked {
        // A profile that comes with `pt` is what rules start from; a table of a file changes what that file says.
        let built_in = of_parts(false, false).into_iter().chain(of_parts(true, false));
        let tables = of_parts(false, true).into_iter().chain(of_parts(true, true));
        let all = built_in.chain(files).chain(config).chain(tables).chain(command);
        let levels: BTreeMap<&str, RuleSetting> = all.map(|setting| (setting.rule.code, setting)).collect();
        return (levels.into_values().collect(), Vec::new());
    }
    let explicit: Vec<RuleSetting> = config.into_iter().chain(of_parts(true, true)).chain(command).collect();
    let spoken: BTreeSet<&str> = explicit.iter().map(|setting| setting.rule.code).collect();
    let held = of_parts(true, false).into_iter().chain(explicit);
    let held: BTreeMap<&str, RuleSetting> = held.map(|setting| (setting.rule.code, setting)).collect();
    let mut levels = held.clone();
    for wanted in of_parts(false, false).into_iter().chain(files).chain(of_parts(false, true)) {
        let rule = wanted.rule;
        let floor = held.get(rule.code).map_or(Say::Own, |setting| setting.say);
        if wanted.say.level(rule) < floor.level(rule) {
            let floor = floor.level(rule).map_or("off", Level::word);
            let message = format!("`{}` would be `{}` here, and is held at `{floor}`", rule.name, wanted.say.word());
            refuse(&wanted.origin, message, diagnostics);
        } else if !spoken.contains(rule.code) {
            levels.insert(rule.code, wanted);
        }
    }
    let level = |rule: &'static Rule| held.get(rule.code).map_or(Say::Own, |setting| setting.say).level(rule);
    let denied = given.rules.iter().copied().filter(|rule| level(rule) >= Some(stops)).collect();
    (levels.into_values().collect(), denied)
}
