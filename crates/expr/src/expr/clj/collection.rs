//! Lists, vectors, sets and maps: their items, and what is known of them as a whole.

use indexmap::IndexMap;

use super::meter::Charge;
use super::value::Value;

/// Bytes that one item takes.
pub(super) const ITEM: usize = size_of::<Value>();
/// Bytes that one entry takes, its hash included.
pub(super) const ENTRY: usize = 2 * ITEM + 16;

/// What is known of a value without looking inside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// How deep it nests; 0 for what holds nothing.
    pub(super) depth: usize,
    /// Whether it is or holds something that is not known.
    pub(super) unknown: bool,
    /// Bytes that it would take if nothing in it were shared: what looking at all of it costs.
    pub(super) size: usize,
}

impl Facts {
    /// Of something that holds both.
    pub(super) fn and(self, other: Facts) -> Facts {
        Facts {
            depth: self.depth.max(other.depth),
            unknown: self.unknown || other.unknown,
            size: self.size.saturating_add(other.size),
        }
    }

    /// Of a collection that holds this.
    pub(super) fn outer(self) -> Facts {
        Facts { depth: self.depth + 1, size: self.size.saturating_add(ITEM), ..self }
    }

    /// Of a collection in which another value takes the place of this one.
    fn without(self, replaced: Facts) -> Facts {
        Facts { size: self.size.saturating_sub(replaced.size), ..self }
    }
}

/// Items in their order.
#[derive(Debug, Clone)]
pub(super) struct Items {
    values: Vec<Value>,
    inner: Facts,
    charge: Charge,
}

impl Items {
    /// These items.
    pub(super) fn new(values: Vec<Value>, charge: Charge) -> Self {
        let inner = values.iter().fold(Facts::default(), |facts, value| facts.and(value.facts()));
        Self { values, inner, charge }
    }

    /// The items.
    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }

    /// What is known of them.
    pub(super) fn facts(&self) -> Facts {
        self.inner.outer()
    }

    /// Adds an item behind the others.
    pub(super) fn push(&mut self, value: Value) {
        self.inner = self.inner.and(value.facts());
        self.charge.grow(ITEM);
        self.values.push(value);
    }

    /// Replaces an item, or adds one behind the last.
    pub(super) fn put(&mut self, index: usize, value: Value) {
        match self.values.get_mut(index) {
            Some(place) => {
                self.inner = self.inner.without(place.facts()).and(value.facts());
                *place = value;
            }
            None => self.push(value),
        }
    }
}

/// Keys and values in the order in which they came; a set has keys alone.
#[derive(Debug, Clone)]
pub(super) struct Table {
    entries: IndexMap<Value, Value>,
    inner: Facts,
    charge: Charge,
}

impl Table {
    /// A table without entries.
    pub(super) fn new(charge: Charge) -> Self {
        Self { entries: IndexMap::new(), inner: Facts::default(), charge }
    }

    /// The entries.
    pub(super) fn entries(&self) -> &IndexMap<Value, Value> {
        &self.entries
    }

    /// What is known of them.
    pub(super) fn facts(&self) -> Facts {
        self.inner.outer()
    }

    /// Sets the value of a key, which holds nothing unknown. An equal key that is there stays.
    pub(super) fn insert(&mut self, key: Value, value: Value) {
        let added = value.facts();
        let key_facts = key.facts();
        if let Some(replaced) = self.entries.insert(key, value) {
            self.inner = self.inner.without(replaced.facts()).and(added);
        } else {
            self.inner = self.inner.and(key_facts).and(added);
            self.charge.grow(ENTRY);
        }
    }

    /// Takes a key out.
    pub(super) fn remove(&mut self, key: &Value) {
        if let Some((key, value)) = self.entries.shift_remove_entry(key) {
            self.inner = self.inner.without(key.facts()).without(value.facts());
        }
    }
}
