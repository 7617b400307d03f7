//! `hash`, with the numbers that Clojure gives, so that names built from it stay the same.

use super::super::builtin::{Builtin, builtin};
use super::super::machine::Machine;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;

pub(super) const FUNCTIONS: &[Builtin] = &[builtin("hash", 1, 1, hash), builtin(".hashCode", 1, 1, java_hash)];

fn hash(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    machine.inspect(&arguments[0])?;
    Ok(Value::Int(i64::from(hash_of(&arguments[0])?)))
}

fn java_hash(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let whole = super::argument::text(machine, arguments, 0)?;
    machine.inspect(&arguments[0])?;
    Ok(Value::Int(i64::from(of_java(&whole.text))))
}

fn hash_of(value: &Value) -> Outcome<i32> {
    Ok(match value {
        Value::Nil => 0,
        Value::Bool(known) => {
            if *known {
                1231
            } else {
                1237
            }
        }
        Value::Int(number) => of_long(*number),
        Value::Float(number) if *number == 0.0 => 0,
        Value::Float(number) => folded(number.to_bits()),
        Value::Char(letter) => i32::from_ne_bytes(u32::from(*letter).to_ne_bytes()),
        Value::Text(text) => of_int(of_java(&text.text)),
        Value::Symbol(name) => of_name(name),
        // The golden ratio tells a keyword from the symbol of its name.
        Value::Keyword(name) => of_name(name).wrapping_add(0x9e37_79b9_u32.cast_signed()),
        Value::List(items) | Value::Vector(items) => {
            let mut hash = 1_i32;
            for item in items.values() {
                hash = hash.wrapping_mul(31).wrapping_add(hash_of(item)?);
            }
            of_collection(hash, items.values().len())
        }
        Value::Set(table) => {
            let mut hash = 0_i32;
            for member in table.entries().keys() {
                hash = hash.wrapping_add(hash_of(member)?);
            }
            of_collection(hash, table.entries().len())
        }
        Value::Map(table) => {
            let mut hash = 0_i32;
            for (key, value) in table.entries() {
                let entry = 31_i32.wrapping_add(hash_of(key)?).wrapping_mul(31).wrapping_add(hash_of(value)?);
                hash = hash.wrapping_add(of_collection(entry, 2));
            }
            of_collection(hash, table.entries().len())
        }
        other => {
            return Err(Trouble::failed_at(0, format!("{} has no hash that is always the same", other.describe())));
        }
    })
}

/// `String.hashCode`.
fn of_java(text: &str) -> i32 {
    text.encode_utf16().fold(0_i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

#[allow(clippy::cast_possible_truncation, reason = "the halves of 64 bits are taken apart")]
fn halves(bits: u64) -> (i32, i32) {
    ((bits as u32).cast_signed(), ((bits >> 32) as u32).cast_signed())
}

fn folded(bits: u64) -> i32 {
    let (low, high) = halves(bits);
    low ^ high
}

/// Murmur3 with the seed 0, as in `clojure.lang.Murmur3`.
fn mix_key(key: i32) -> i32 {
    key.wrapping_mul(0xcc9e_2d51_u32.cast_signed()).rotate_left(15).wrapping_mul(0x1b87_3593)
}

fn mix(hash: i32, key: i32) -> i32 {
    (hash ^ key).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64_u32.cast_signed())
}

fn finish(hash: i32, length: usize) -> i32 {
    let mut hash = hash.cast_unsigned() ^ u32::try_from(length).unwrap_or(u32::MAX);
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    (hash ^ (hash >> 16)).cast_signed()
}

fn of_int(number: i32) -> i32 {
    if number == 0 { 0 } else { finish(mix(0, mix_key(number)), 4) }
}

fn of_long(number: i64) -> i32 {
    let (low, high) = halves(number.cast_unsigned());
    if number == 0 { 0 } else { finish(mix(mix(0, mix_key(low)), mix_key(high)), 8) }
}

fn of_collection(hash: i32, length: usize) -> i32 {
    finish(mix(0, mix_key(hash)), length)
}

/// `Murmur3.hashUnencodedChars`: two units of 16 bits at a time.
fn of_units(text: &str) -> i32 {
    let units: Vec<u16> = text.encode_utf16().collect();
    let pairs = units.chunks_exact(2);
    let last = pairs.remainder().first();
    let mut hash = pairs.fold(0, |hash, pair| mix(hash, mix_key(i32::from(pair[0]) | (i32::from(pair[1]) << 16))));
    if let Some(last) = last {
        hash ^= mix_key(i32::from(*last));
    }
    finish(hash, units.len() * 2)
}

/// The hash of a symbol: of its name, combined with the text of its name space.
fn of_name(name: &str) -> i32 {
    let (space, own) = match name.split_once('/') {
        Some((space, own)) if !own.is_empty() => (of_java(space), own),
        _ => (0, name),
    };
    let hash = of_units(own);
    let mixed = space.wrapping_add(0x9e37_79b9_u32.cast_signed()).wrapping_add(hash << 6).wrapping_add(hash >> 2);
    hash ^ mixed
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn gives_the_numbers_of_clojure() {
        assert_eq!(of_java("hello"), 99_162_322);
        assert_eq!(of_long(1), 1_392_991_556);
        assert_eq!(hash_of(&Value::Keyword("a".into())).unwrap(), -2_123_407_586);
        assert_eq!(hash_of(&Value::Nil).unwrap(), 0);
    }
}
