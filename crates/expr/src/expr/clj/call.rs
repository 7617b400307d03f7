//! Calls: of our functions, of those of the program and of the host, of keywords, maps and sets.

use std::rc::Rc;
use std::time::Instant;

use super::builtin::{ANY, Builtin, arguments as number_of};
use super::destructure::bind;
use super::environment::Environment;
use super::function::{Arity, Closure, Definition, Function};
use super::machine::Machine;
use super::trouble::{Outcome, Trouble};
use super::value::Value;
use super::{input, output};

impl Machine<'_> {
    /// Calls something from inside of a function: which of its arguments is at fault says nothing about those of the caller.
    pub(super) fn call(&mut self, callee: &Value, arguments: Vec<Value>) -> Outcome {
        self.invoke(callee, arguments).map_err(Trouble::without_argument)
    }

    /// Calls anything that can be called.
    pub(super) fn invoke(&mut self, callee: &Value, arguments: Vec<Value>) -> Outcome {
        self.meter.enter_call()?;
        let result = match callee {
            Value::Function(function) => self.call_function(function, arguments),
            other => self.look_up(other, &arguments),
        };
        self.meter.leave_call();
        result
    }

    fn call_function(&mut self, function: &Rc<Function>, mut arguments: Vec<Value>) -> Outcome {
        match &**function {
            Function::Builtin(builtin) => self.call_builtin(builtin, &mut arguments),
            Function::Host(name) => self.call_host(name, &arguments),
            Function::Closure(closure) => self.call_closure(closure, arguments),
            Function::Partial(inner, first) => self.call(inner, first.iter().cloned().chain(arguments).collect()),
            Function::Composed(functions) => {
                let mut last = functions.iter().rev();
                let Some(first) = last.next() else { return one(arguments, "identity") };
                let mut value = self.call(first, arguments)?;
                for function in last {
                    value = self.call(function, vec![value])?;
                }
                Ok(value)
            }
            Function::Juxtaposed(functions) => {
                let mut results = Vec::with_capacity(functions.len());
                for function in functions {
                    results.push(self.call(function, arguments.clone())?);
                }
                self.vector(results)
            }
            Function::Complement(inner) => {
                let holds = self.call(inner, arguments)?;
                Ok(Value::Bool(!holds.truth()?))
            }
            Function::Constantly(value) => Ok(value.clone()),
            Function::Defaulting(inner, defaults) => {
                for (argument, default) in arguments.iter_mut().zip(defaults) {
                    if argument.is_nil() {
                        *argument = default.clone();
                    }
                }
                self.call(inner, arguments)
            }
        }
    }

    fn call_builtin(&mut self, builtin: &'static Builtin, arguments: &mut [Value]) -> Outcome {
        self.meter.step(1)?;
        if arguments.len() < builtin.least || arguments.len() > builtin.most {
            return Err(wrong_number(builtin.name, &builtin.arity(), arguments.len()));
        }
        let hidden = |(index, value): (usize, &Value)| matches!(value, Value::Unknown) && !builtin.passes(index);
        if arguments.iter().enumerate().any(hidden) {
            return Err(Trouble::unknown());
        }
        let before = std::mem::replace(&mut self.running, builtin.name);
        let result = (builtin.run)(self, arguments);
        self.running = before;
        result
    }

    fn call_host(&mut self, name: &str, arguments: &[Value]) -> Outcome {
        let mut data = Vec::with_capacity(arguments.len());
        for argument in arguments {
            self.inspect(argument)?;
            data.push(output::datum(self, argument)?);
        }
        let started = Instant::now();
        let result = self.host.call(name, data);
        self.meter.excuse(started.elapsed());
        match result {
            Ok(datum) => input::value(self, &datum),
            Err(error) => Err(Trouble::host(error.message)),
        }
    }

    fn call_closure(&mut self, closure: &Closure, mut arguments: Vec<Value>) -> Outcome {
        let mut environment = closure.environment.clone();
        for (index, definition) in closure.group.iter().enumerate() {
            if let Some(name) = &definition.name {
                let function =
                    Closure { environment: closure.environment.clone(), group: Rc::clone(&closure.group), index };
                environment = environment.with(name, Value::Function(Rc::new(Function::Closure(function))));
            }
        }
        let definition = &closure.group[closure.index];
        let name = definition.name.as_deref().unwrap_or("fn");
        let arity = arity_for(&definition.arities, arguments.len())
            .ok_or_else(|| wrong_number(name, &arities(&definition.arities), arguments.len()))?;
        let fixed = arity.fixed.len();
        let mut rest = None;
        if arity.rest.is_some() {
            let values = arguments.split_off(fixed);
            rest = Some(if values.is_empty() { Value::Nil } else { self.list(values)? });
        }
        loop {
            let mut inner = environment.clone();
            for (form, value) in arity.fixed.iter().zip(arguments) {
                inner = bind(self, form, value, inner)?;
            }
            if let (Some(form), Some(value)) = (&arity.rest, rest.take()) {
                inner = bind(self, form, value, inner)?;
            }
            match self.body(&arity.body, &inner) {
                // `recur` gives what takes the rest as one value.
                Err(Trouble::Recur(mut values)) if values.len() == fixed + usize::from(arity.rest.is_some()) => {
                    rest = arity.rest.as_ref().and_then(|_| values.pop());
                    arguments = values;
                }
                Err(Trouble::Recur(values)) => {
                    let wanted =
                        number_of(fixed + usize::from(arity.rest.is_some()), fixed + usize::from(arity.rest.is_some()));
                    return Err(wrong_number("recur", &wanted, values.len()));
                }
                result => return result,
            }
        }
    }

    /// Keywords, symbols, maps, sets and vectors are functions that look something up.
    fn look_up(&mut self, callee: &Value, arguments: &[Value]) -> Outcome {
        let (least, most) = match callee {
            Value::Keyword(_) | Value::Symbol(_) | Value::Map(_) => (1, 2),
            Value::Set(_) | Value::Vector(_) => (1, 1),
            Value::Unknown => return Err(Trouble::unknown()),
            other => return Err(Trouble::failed(format!("{} is no function", other.describe()))),
        };
        if arguments.len() < least || arguments.len() > most {
            let name = match callee {
                Value::Keyword(name) => format!(":{name}"),
                other => other.describe().replace('`', ""),
            };
            return Err(wrong_number(&name, &number_of(least, most), arguments.len()));
        }
        let default = arguments.get(1).cloned().unwrap_or_default();
        match callee {
            Value::Keyword(_) | Value::Symbol(_) => self.member(&arguments[0], callee, default),
            Value::Vector(items) => {
                let index = match &arguments[0] {
                    Value::Int(index) => usize::try_from(*index).ok(),
                    Value::Unknown => return Err(Trouble::unknown()),
                    other => {
                        return Err(Trouble::failed(format!("a vector takes an index, found {}", other.describe())));
                    }
                };
                let found = index.and_then(|index| items.values().get(index).cloned());
                found.ok_or_else(|| Trouble::failed(format!("the vector has {} items", items.values().len())))
            }
            _ => self.member(callee, &arguments[0], default),
        }
    }

    /// What a key leads to in a map, set or vector; `default` where it leads nowhere.
    pub(super) fn member(&mut self, collection: &Value, key: &Value, default: Value) -> Outcome {
        self.key(key)?;
        match collection {
            Value::Map(table) => Ok(table.entries().get(key).cloned().unwrap_or(default)),
            Value::Set(table) => Ok(table.entries().get_key_value(key).map_or(default, |(member, _)| member.clone())),
            Value::Vector(items) => {
                let index = if let Value::Int(index) = key { usize::try_from(*index).ok() } else { None };
                Ok(index.and_then(|index| items.values().get(index).cloned()).unwrap_or(default))
            }
            Value::Text(text) => {
                let index = if let Value::Int(index) = key { usize::try_from(*index).ok() } else { None };
                Ok(index.and_then(|index| text.text.chars().nth(index)).map_or(default, Value::Char))
            }
            Value::Failure(failure) => Ok(failure.data.clone().unwrap_or(default)),
            Value::Unknown => Err(Trouble::unknown()),
            _ => Ok(default),
        }
    }
}

fn one(arguments: Vec<Value>, name: &str) -> Outcome {
    let found = arguments.len();
    let mut arguments = arguments.into_iter();
    match (arguments.next(), arguments.next()) {
        (Some(value), None) => Ok(value),
        _ => Err(wrong_number(name, &number_of(1, 1), found)),
    }
}

/// The parameters for a number of arguments: exactly so many, else those that take any number.
fn arity_for(arities: &[Arity], found: usize) -> Option<&Arity> {
    let exact = arities.iter().find(|arity| arity.rest.is_none() && arity.fixed.len() == found);
    exact.or_else(|| arities.iter().find(|arity| arity.rest.is_some() && arity.fixed.len() <= found))
}

fn arities(arities: &[Arity]) -> String {
    let least = arities.iter().map(|arity| arity.fixed.len()).min().unwrap_or_default();
    let any = arities.iter().any(|arity| arity.rest.is_some());
    let most = arities.iter().map(|arity| arity.fixed.len()).max().unwrap_or_default();
    number_of(least, if any { ANY } else { most })
}

fn wrong_number(name: &str, wanted: &str, found: usize) -> Trouble {
    Trouble::failed(format!("`{name}` takes {wanted}, found {found}"))
}

/// A function of the program.
pub(super) fn closure(
    machine: &Machine<'_>,
    environment: &Environment,
    group: Rc<[Definition]>,
    index: usize,
) -> Outcome {
    let closure = Closure { environment: environment.clone(), group, index };
    machine.checked(Value::Function(Rc::new(Function::Closure(closure))))
}
