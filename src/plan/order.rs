//! The order of starting: who waits for whom, as levels.

use std::collections::BTreeMap;

use crate::expand::Program;

/// The containers of a program in an order in which each comes after what it waits for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// Ids, by level and then as in the program.
    pub sequence: Vec<String>,
    /// Longest chain of waits before each container.
    pub levels: BTreeMap<String, u32>,
    /// Ids that wait for each other in a circle, or for one that does; in the program's order.
    pub circle: Vec<String>,
}

/// Orders a program. Edges to containers that are not in it order nothing.
pub(super) fn order(program: &Program) -> Order {
    let mut order = Order::default();
    loop {
        let next: Vec<(&String, u32)> = program
            .containers
            .keys()
            .filter(|id| !order.levels.contains_key(*id))
            .filter_map(|id| Some((id, level(program, &order.levels, id)?)))
            .collect();
        if next.is_empty() {
            break;
        }
        order.levels.extend(next.into_iter().map(|(id, level)| (id.clone(), level)));
    }
    let (placed, circle) = program.containers.keys().cloned().partition(|id| order.levels.contains_key(id));
    order.sequence = placed;
    order.circle = circle;
    // Stable: within a level the program's order stays.
    order.sequence.sort_by_key(|id| order.levels.get(id).copied().unwrap_or_default());
    order
}

/// The level of a container once all that it waits for have one.
fn level(program: &Program, levels: &BTreeMap<String, u32>, id: &str) -> Option<u32> {
    let mut level = 0;
    for edge in program.after.iter().filter(|edge| edge.container == id) {
        if program.containers.contains_key(&edge.waits_for) {
            level = level.max(levels.get(&edge.waits_for)? + 1);
        }
    }
    Some(level)
}
