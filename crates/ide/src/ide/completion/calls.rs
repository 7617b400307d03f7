//! Names that can be called, and steps that can be waited for.

use super::{Item, ItemKind, Question};
use crate::model::TemplateKind;
use crate::syntax::Node;

/// Modules, tools and blueprints where something is called; tools where they are offered; steps where something waits.
pub(super) fn complete(question: &Question<'_>) -> Vec<Item> {
    if is_wait(question) {
        return question.step_names().into_iter().map(|name| Item::new(name, ItemKind::Step).detail("step")).collect();
    }
    if question.keys == ["mcp", "only", "[]"] {
        return templates(question, &|kind| kind == TemplateKind::Tool);
    }
    if is_call(question) {
        let mut items = modules(question);
        items.extend(templates(question, &|_| true));
        items.extend(blueprints(question));
        return items;
    }
    Vec::new()
}

fn is_call(question: &Question<'_>) -> bool {
    let keys = &question.keys;
    if question.cursor.is_key {
        // A step of one word: what is being written may still become a key.
        let is_alone = || question.cursor.node(keys.len()).and_then(Node::as_mapping).is_some_and(|it| it.len() == 1);
        return keys.len() == 4 && keys[2] == "run" && keys[3] == "[]" && is_alone();
    }
    match keys.as_slice() {
        ["modules", "[]", "module"] | ["templates" | "tools", _, "run", "[]"] => true,
        ["templates" | "tools", _, "run", "[]", last] => ["module", "tool", "template"].contains(last),
        _ => false,
    }
}

fn is_wait(question: &Question<'_>) -> bool {
    let keys = match question.keys.as_slice() {
        [rest @ .., "[]"] => rest,
        all => all,
    };
    // `- ▮` may become a step's name or the key `step`.
    let is_name = !question.cursor.is_key || question.ends_with(&["[]"]);
    let keys = if let [rest @ .., "step"] = keys { rest } else { keys };
    let keys = if let [rest @ .., "[]"] = keys { rest } else { keys };
    let is_list = matches!(
        keys,
        ["templates" | "tools", _, "run", "[]", "after"]
            | ["templates" | "tools", _, "run", "[]", "run-when", "after"]
            | ["tools", _, "await"]
    );
    is_name && is_list
}

/// The module that the cursor is in calls others.
fn own_id<'a>(question: &Question<'a>) -> Option<&'a str> {
    question.owner()?.get("id")?.text()
}

fn modules(question: &Question<'_>) -> Vec<Item> {
    let own = own_id(question);
    let modules = question.analysis.compilation.documents.modules().filter(|module| Some(&*module.id.value) != own);
    let item = |module: &crate::model::Module| {
        let detail = match &module.target {
            Some(target) => format!("module of `{}`", target.value),
            None => "module".to_owned(),
        };
        Item::new(&*module.id.value, ItemKind::Module).detail(detail).docs(module.info.clone())
    };
    modules.map(item).collect()
}

fn templates(question: &Question<'_>, is_wanted: &dyn Fn(TemplateKind) -> bool) -> Vec<Item> {
    let own = own_id(question);
    let all = question.analysis.compilation.documents.templates();
    let wanted = all.filter(|it| is_wanted(it.kind) && Some(&*it.id.value) != own);
    let item = |template: &crate::model::Template| {
        Item::new(&*template.id.value, ItemKind::Template).detail(template.word()).docs(template.info.clone())
    };
    wanted.map(item).collect()
}

fn blueprints(question: &Question<'_>) -> Vec<Item> {
    let catalogue = &question.analysis.compilation.catalogue;
    let item = |name: &String| {
        let blueprint = catalogue.get(name)?;
        Some(Item::new(name, ItemKind::Blueprint).detail(&*blueprint.info))
    };
    catalogue.names().iter().filter_map(item).collect()
}
