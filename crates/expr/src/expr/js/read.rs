//! Results on their way out of a program, and arguments on their way to the host.

use rquickjs::{Coerced, Object, Value};

use super::message;
use crate::expr::code::{Datum, FaultKind, Limits};

/// Why something is no plain value.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) kind: FaultKind,
    pub(super) message: String,
}

/// Reads one value with everything in it.
pub(super) struct Reader<'js> {
    limits: Limits,
    /// Bytes that may still be read: a small value can hold another many times over.
    left: usize,
    /// The lists and maps that the current value stands in.
    around: Vec<Object<'js>>,
}

impl<'js> Reader<'js> {
    /// One within these limits.
    pub(super) fn new(limits: &Limits) -> Self {
        Self { limits: *limits, left: limits.memory, around: Vec::new() }
    }

    /// Reads a value.
    pub(super) fn read(&mut self, value: &Value<'js>) -> Result<Datum, Problem> {
        self.spend(size_of::<Datum>())?;
        if value.is_null() || value.is_undefined() {
            return Ok(Datum::Null);
        }
        if let Some(known) = value.as_bool() {
            return Ok(Datum::Bool(known));
        }
        if let Some(number) = value.as_number() {
            return read_number(number);
        }
        if value.is_big_int() {
            // By way of its digits: the engine's own conversion drops what does not fit.
            let digits = value.get::<Coerced<String>>().map_err(unreadable)?.0;
            let too_large = |_| failed("the result is a whole number that is too large");
            return digits.parse().map(Datum::Int).map_err(too_large);
        }
        if let Some(text) = value.as_string() {
            return self.read_text(text).map(Datum::Text);
        }
        if let Some(what) = strange(value) {
            return Err(failed(&format!("the result holds {what}")));
        }
        match value.as_object() {
            Some(object) => self.read_inside(object),
            None => Err(failed("the result is no plain value")),
        }
    }

    fn read_inside(&mut self, object: &Object<'js>) -> Result<Datum, Problem> {
        if self.around.contains(object) {
            return Err(failed("the result holds itself"));
        }
        if self.around.len() >= self.limits.depth {
            return Err(Problem { kind: FaultKind::Limit, message: "its result is nested too deep".to_owned() });
        }
        self.around.push(object.clone());
        let read = match object.as_array() {
            Some(array) => {
                // Not with the array's own iterator, for that one makes a list of all items first; and not with its own length,
                // which is wrong from two thousand millions on: a program can write any length down without an item.
                let length = array.as_object().get::<_, f64>("length").map_err(unreadable)?;
                let items = self.length(length).map(|length| 0..length);
                items
                    .and_then(|items| {
                        items.map(|index| self.read(&array.get(index).map_err(unreadable)?)).collect::<Result<_, _>>()
                    })
                    .map(Datum::List)
            }
            None => self.read_map(object).map(Datum::Map),
        };
        self.around.pop();
        read
    }

    /// The length of a list, unless there is no room for as many values.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length is whole, and not below zero")]
    fn length(&self, length: f64) -> Result<usize, Problem> {
        let length = length as usize;
        if length > self.left / size_of::<Datum>() {
            return Err(Problem { kind: FaultKind::Limit, message: message::too_much(&self.limits) });
        }
        Ok(length)
    }

    fn read_map(&mut self, object: &Object<'js>) -> Result<Vec<(String, Datum)>, Problem> {
        let mut entries = Vec::new();
        for key in object.keys::<rquickjs::String<'js>>() {
            let key = key.map_err(unreadable)?;
            let value = object.get(key.clone()).map_err(unreadable)?;
            entries.push((self.read_text(&key)?, self.read(&value)?));
        }
        Ok(entries)
    }

    fn read_text(&mut self, text: &rquickjs::String<'js>) -> Result<String, Problem> {
        let text = text.to_string().map_err(|_| failed("the result holds half a character"))?;
        self.spend(text.len())?;
        Ok(text)
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Problem> {
        self.left = self
            .left
            .checked_sub(bytes)
            .ok_or_else(|| Problem { kind: FaultKind::Limit, message: message::too_much(&self.limits) })?;
        Ok(())
    }
}

#[allow(clippy::cast_possible_truncation, reason = "the number is whole and in range")]
fn read_number(number: f64) -> Result<Datum, Problem> {
    /// Above it not every whole number is there.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number {
        _ if number.is_nan() => Err(failed("the result is `NaN`, which is no number")),
        _ if number.is_infinite() => Err(failed("the result is infinite")),
        _ if number.fract() == 0.0 && number.abs() <= EXACT => Ok(Datum::Int(number as i64)),
        _ => Ok(Datum::Float(number)),
    }
}

/// What cannot be written down as a value, in words.
fn strange(value: &Value<'_>) -> Option<&'static str> {
    if value.is_function() {
        return Some("a function; call it");
    }
    if value.is_symbol() {
        return Some("a symbol");
    }
    if value.is_promise() {
        return Some("a promise: nothing here waits, so leave out `async`");
    }
    if value.is_error() {
        return Some("an error; to fail, `throw` it");
    }
    let class = value.as_object()?.get::<_, Object<'_>>("constructor").ok()?.get::<_, String>("name").ok()?;
    match class.as_str() {
        "Map" => Some("a `Map`; make an object of it: `Object.fromEntries(map)`"),
        "Set" => Some("a `Set`; make a list of it: `[...set]`"),
        "RegExp" => Some("a regular expression"),
        _ => None,
    }
}

fn failed(message: &str) -> Problem {
    Problem { kind: FaultKind::Failed, message: message.to_owned() }
}

fn unreadable(_: rquickjs::Error) -> Problem {
    failed("the result cannot be read")
}
