//! Images that tasks make, and the containers that have to wait for them.

use std::collections::BTreeSet;

use super::program::{Edge, Program};
use super::task::{Task, TaskKind};
use crate::model::Condition;
use crate::value::{Data, Value};

/// The built-in task that builds an image.
const BUILD: &str = "build-image";

impl Program {
    /// Notes the images that tasks make, and has their users wait: whoever names an image means what is made here. What
    /// waits for its user already comes after it.
    pub fn tie_made_images(&mut self) {
        let mut edges = Vec::new();
        for task in self.tasks.values() {
            let tags = tags(task);
            let after: BTreeSet<&str> = self.dependants([task.id.as_str()].into_iter());
            for container in
                self.containers.values().filter(|container| tags.contains(&usual_reference(&container.image.value)))
            {
                let id = container.id.value.as_str();
                if !after.contains(id) && !self.dependants([id].into_iter()).contains(task.id.as_str()) {
                    edges.push(Edge {
                        container: id.to_owned(),
                        waits_for: task.id.clone(),
                        condition: Condition::Success,
                        span: container.image.span,
                    });
                }
            }
        }
        let made: BTreeSet<String> = self.tasks.values().flat_map(tags).collect();
        let images = self.containers.values().map(|container| &container.image.value);
        self.made_images = images.filter(|image| made.contains(&usual_reference(image))).cloned().collect();
        self.after.extend(edges);
    }
}

/// The names that a task gives to the image that it builds.
fn tags(task: &Task) -> BTreeSet<String> {
    let TaskKind::Builtin { name, arguments } = &task.kind else { return BTreeSet::new() };
    let tags = arguments.iter().find(|(argument, _)| name == BUILD && argument == "tags").map(|(_, tags)| &tags.data);
    let Some(Data::List(items)) = tags else { return BTreeSet::new() };
    items.iter().filter_map(Value::to_text).filter_map(|text| text.known()).map(|tag| usual_reference(&tag)).collect()
}

/// Reference of an image with the tag that is meant when it has none, and without the registry that everyone means.
pub fn usual_reference(image: &str) -> String {
    let name = image.rsplit('/').next().unwrap_or(image);
    let name = image
        .strip_prefix("docker.io/library/")
        .or(image.strip_prefix("docker.io/"))
        .unwrap_or(if name.len() == image.len() { name } else { image });
    let last = name.rsplit('/').next().unwrap_or(name);
    if last.contains([':', '@']) { name.to_owned() } else { format!("{name}:latest") }
}
