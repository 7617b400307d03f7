//! Evaluates forms: literals, names, calls.

use std::rc::Rc;

use super::environment::Environment;
use super::function::{Arity, Definition};
use super::machine::Machine;
use super::trouble::{Outcome, Trouble};
use super::value::{Text, Value};
use super::{call, names, special};
use crate::syntax::edn::{Form, FormKind};

impl Machine<'_> {
    /// The value of a form.
    pub(super) fn eval(&mut self, form: &Form, environment: &Environment) -> Outcome {
        self.meter.enter_form().map_err(|trouble| trouble.at(&form.range))?;
        let result = match &form.kind {
            FormKind::List(items) => self.eval_list(form, items, environment),
            _ => self.eval_other(form, environment),
        };
        self.meter.leave_form();
        result.map_err(|trouble| trouble.at(&form.range))
    }

    /// The value of the last of several forms; `nil` of none.
    pub(super) fn body(&mut self, forms: &[Form], environment: &Environment) -> Outcome {
        let Some((last, before)) = forms.split_last() else { return Ok(Value::Nil) };
        for form in before {
            self.eval(form, environment)?;
        }
        self.eval(last, environment)
    }

    /// The values of all forms.
    pub(super) fn each(&mut self, forms: &[Form], environment: &Environment) -> Outcome<Vec<Value>> {
        forms.iter().map(|form| self.eval(form, environment)).collect()
    }

    fn eval_list(&mut self, form: &Form, items: &[Form], environment: &Environment) -> Outcome {
        let Some((head, rest)) = items.split_first() else { return self.list(Vec::new()) };
        if let Some(name) = head.as_symbol()
            && let Some(special) = special::find(name)
            && environment.get(name).is_none()
        {
            return special(self, form, rest, environment);
        }
        let callee = self.eval(head, environment)?;
        let arguments = self.each(rest, environment)?;
        let result = self.invoke(&callee, arguments);
        result.map_err(|trouble| {
            let at = match trouble.argument().and_then(|index| rest.get(index)) {
                Some(argument) => argument.range.clone(),
                // What cannot be called is itself the place.
                None if !is_callable(&callee) => head.range.clone(),
                None => form.range.clone(),
            };
            trouble.at(&at)
        })
    }

    fn eval_other(&mut self, form: &Form, environment: &Environment) -> Outcome {
        match &form.kind {
            FormKind::Symbol(name) => names::resolve(self, name, environment),
            FormKind::Vector(items) => {
                let values = self.each(items, environment)?;
                self.vector(values)
            }
            FormKind::Set(items) => {
                let values = self.each(items, environment)?;
                self.set(values)
            }
            FormKind::Map(pairs) => {
                let mut table = self.table()?;
                for pair in pairs.chunks_exact(2) {
                    let key = self.eval(&pair[0], environment)?;
                    let value = self.eval(&pair[1], environment)?;
                    self.put(&mut table, key, value).map_err(|trouble| trouble.at(&pair[0].range))?;
                }
                self.checked(Value::Map(Rc::new(table)))
            }
            FormKind::Function(body) => {
                let definition = short_function(self, form, body)?;
                call::closure(self, environment, Rc::from([definition]), 0)
            }
            FormKind::Regex(source) => self.pattern(source).map(Value::Pattern),
            FormKind::Deref(inner) => self.eval(inner, environment),
            FormKind::Tagged(tag, _) => Err(Trouble::failed(format!("there is no reader tag `#{tag}`"))),
            FormKind::Quote(inner) => self.quoted(inner),
            _ => self.quoted(form),
        }
    }

    /// A form as a value: names stay symbols, nothing is called.
    pub(super) fn quoted(&mut self, form: &Form) -> Outcome {
        let all = |machine: &mut Self, forms: &[Form]| {
            forms.iter().map(|form| machine.quoted(form)).collect::<Outcome<Vec<Value>>>()
        };
        match &form.kind {
            FormKind::Nil => Ok(Value::Nil),
            FormKind::Bool(known) => Ok(Value::Bool(*known)),
            FormKind::Int(known) => Ok(Value::Int(*known)),
            FormKind::Float(known) => Ok(Value::Float(*known)),
            FormKind::Char(letter) => Ok(Value::Char(*letter)),
            FormKind::Text(quoted) => Ok(Value::Text(Rc::new(Text::written(&quoted.text)))),
            FormKind::Keyword(name) => Ok(Value::Keyword(Rc::clone(name))),
            FormKind::Symbol(name) => Ok(Value::Symbol(Rc::clone(name))),
            FormKind::Regex(source) => self.pattern(source).map(Value::Pattern),
            FormKind::List(items) => {
                let values = all(self, items)?;
                self.list(values)
            }
            FormKind::Vector(items) => {
                let values = all(self, items)?;
                self.vector(values)
            }
            FormKind::Set(items) => {
                let values = all(self, items)?;
                self.set(values)
            }
            FormKind::Map(pairs) => {
                let mut values = all(self, pairs)?.into_iter();
                let mut entries = Vec::new();
                while let (Some(key), Some(value)) = (values.next(), values.next()) {
                    entries.push((key, value));
                }
                self.map(entries)
            }
            FormKind::Quote(inner) | FormKind::Deref(inner) | FormKind::Tagged(_, inner) => self.quoted(inner),
            FormKind::Function(_) => Err(Trouble::failed("a function cannot be quoted")),
        }
    }
}

fn is_callable(value: &Value) -> bool {
    matches!(
        value,
        Value::Function(_) | Value::Keyword(_) | Value::Symbol(_) | Value::Map(_) | Value::Set(_) | Value::Vector(_)
    )
}

/// `#(f % %2 %&)` as the function that it stands for.
fn short_function(machine: &mut Machine<'_>, form: &Form, body: &Rc<[Form]>) -> Outcome<Definition> {
    let mut used = Used::default();
    body.iter().for_each(|form| used.scan(form));
    machine.meter.step(used.forms / 16)?;
    let name = |name: String| Form { kind: FormKind::Symbol(name.into()), range: form.range.clone() };
    let fixed = (1..=used.most).map(|number| name(format!("%{number}"))).collect();
    let rest = used.rest.then(|| name("%&".to_owned()));
    let body = vec![Form { kind: FormKind::List(Rc::clone(body)), range: form.range.clone() }];
    Ok(Definition { name: None, arities: vec![Arity { fixed, rest, body }] })
}

/// Which arguments a short function uses.
#[derive(Default)]
struct Used {
    most: usize,
    rest: bool,
    /// Forms that were looked at.
    forms: u64,
}

impl Used {
    fn scan(&mut self, form: &Form) {
        /// Clojure's own limit.
        const MOST: usize = 20;
        self.forms += 1;
        match &form.kind {
            FormKind::Symbol(name) => match &**name {
                "%" => self.most = self.most.max(1),
                "%&" => self.rest = true,
                other => {
                    let number = other.strip_prefix('%').and_then(|digits| digits.parse().ok());
                    self.most = self.most.max(number.filter(|number| *number <= MOST).unwrap_or_default());
                }
            },
            FormKind::List(items) | FormKind::Vector(items) | FormKind::Map(items) | FormKind::Set(items) => {
                items.iter().for_each(|item| self.scan(item));
            }
            FormKind::Deref(inner) | FormKind::Tagged(_, inner) => self.scan(inner),
            _ => {}
        }
    }
}
