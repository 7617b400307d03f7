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
    let count = program.containers.len();
    let mut waiters: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut open: Vec<usize> = vec![0; count];
    for edge in &program.after {
        let index = |id: &String| program.containers.get_index_of(id);
        if let (Some(waits_for), Some(container)) = (index(&edge.waits_for), index(&edge.container)) {
            waiters[waits_for].push(container);
            open[container] += 1;
        }
    }
    let mut levels: Vec<Option<u32>> = vec![None; count];
    let mut due: Vec<usize> = (0..count).filter(|index| open[*index] == 0).collect();
    let mut level = 0;
    while !due.is_empty() {
        let mut next = Vec::new();
        for index in due {
            levels[index] = Some(level);
            for waiter in &waiters[index] {
                open[*waiter] -= 1;
                if open[*waiter] == 0 {
                    next.push(*waiter);
                }
            }
        }
        due = next;
        level += 1;
    }
    let mut order = Order::default();
    for (id, level) in program.containers.keys().zip(levels) {
        match level {
            Some(level) => {
                order.sequence.push(id.clone());
                order.levels.insert(id.clone(), level);
            }
            None => order.circle.push(id.clone()),
        }
    }
    // Stable: within a level the program's order stays.
    order.sequence.sort_by_key(|id| order.levels.get(id).copied());
    order
}

#[cfg(test)]
mod tests {
    use super::order;
    use crate::expand::Condition;
    use crate::plan::sample::{Sample, service};

    #[test]
    fn what_waits_comes_after_all_that_it_waits_for() {
        let ids = ["web", "api", "cache", "db"];
        let sample = Sample::new(ids.map(service).into())
            .after("web", "api", Condition::Success)
            .after("web", "cache", Condition::Success)
            .after("api", "db", Condition::Success)
            .after("api", "nowhere", Condition::Success);
        let order = order(&sample.program);
        assert_eq!(order.sequence, ["cache", "db", "api", "web"]);
        assert_eq!(order.levels["web"], 2);
    }

    #[test]
    fn a_circle_holds_up_what_waits_for_it_and_nothing_else() {
        let sample = Sample::new(["a", "b", "c", "d"].map(service).into())
            .after("a", "b", Condition::Success)
            .after("b", "a", Condition::Success)
            .after("c", "a", Condition::Success);
        let order = order(&sample.program);
        assert_eq!((order.sequence, order.circle), (vec!["d".to_owned()], ["a", "b", "c"].map(str::to_owned).into()));
    }

    #[test]
    fn a_long_chain_is_ordered_in_no_time() {
        let ids: Vec<String> = (0..2000).map(|index| format!("s{index}")).collect();
        let mut sample = Sample::new(ids.iter().map(|id| service(id)).collect());
        for pair in ids.windows(2) {
            sample = sample.after(&pair[1], &pair[0], Condition::Success);
        }
        let begun = std::time::Instant::now();
        assert_eq!(order(&sample.program).levels["s1999"], 1999);
        assert!(begun.elapsed().as_secs() < 2);
    }
}
