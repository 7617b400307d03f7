//! Values on their way into a program.

use std::rc::Rc;

use rquickjs::object::{Accessor, Property};
use rquickjs::{Array, Ctx, Exception, IntoJs, Object, Result, Value};

use super::names::camel_case;
use super::watch::Watch;
use crate::expr::code::{Datum, FaultKind};

/// A value as the program sees it. Keys of maps stay as written, and each can be had in camelCase too.
pub(super) fn value<'js>(ctx: &Ctx<'js>, datum: &Datum, watch: &Rc<Watch>) -> Result<Value<'js>> {
    match datum {
        Datum::Null => Ok(Value::new_null(ctx.clone())),
        Datum::Bool(known) => Ok(Value::new_bool(ctx.clone(), *known)),
        Datum::Int(known) => Ok(int(ctx, *known)),
        Datum::Float(known) => Ok(Value::new_number(ctx.clone(), *known)),
        Datum::Text(text) => text.as_str().into_js(ctx),
        Datum::List(items) => list(ctx, items, watch),
        Datum::Map(entries) => {
            let object = Object::new(ctx.clone())?;
            for (key, item) in entries {
                set(&object, key, item, true, watch)?;
            }
            for (key, item) in entries {
                alias(&object, entries, key, item, watch)?;
            }
            Ok(object.into_value())
        }
        Datum::Unknown => Err(hole(ctx, watch)),
    }
}

/// The parameters: each key in camelCase, and as declared for who asks for it.
pub(super) fn parameters<'js>(ctx: &Ctx<'js>, params: &[(String, Datum)], watch: &Rc<Watch>) -> Result<Object<'js>> {
    let object = Object::new(ctx.clone())?;
    for (name, datum) in params {
        let camel = camel_case(name);
        let is_free = camel != *name && params.iter().all(|(other, _)| *other != camel);
        if is_free {
            set(&object, &camel, datum, true, watch)?;
        }
        set(&object, name, datum, !is_free, watch)?;
    }
    Ok(object)
}

/// Numbers that a float cannot hold exactly come as the nearest: the language has no others that compute.
#[allow(clippy::cast_precision_loss, reason = "the language's own numbers")]
fn int<'js>(ctx: &Ctx<'js>, known: i64) -> Value<'js> {
    match i32::try_from(known) {
        Ok(small) => Value::new_int(ctx.clone(), small),
        Err(_) => Value::new_number(ctx.clone(), known as f64),
    }
}

fn list<'js>(ctx: &Ctx<'js>, items: &[Datum], watch: &Rc<Watch>) -> Result<Value<'js>> {
    let array = Array::new(ctx.clone())?;
    for (index, item) in items.iter().enumerate() {
        match item {
            Datum::Unknown => array.as_object().prop(index.to_string(), unknown(watch).enumerable())?,
            known => array.set(index, value(ctx, known, watch)?)?,
        }
    }
    Ok(array.into_value())
}

fn alias(object: &Object<'_>, entries: &[(String, Datum)], key: &str, item: &Datum, watch: &Rc<Watch>) -> Result<()> {
    let camel = camel_case(key);
    if camel == key || entries.iter().any(|(other, _)| *other == camel) {
        return Ok(());
    }
    set(object, &camel, item, false, watch)
}

fn set(object: &Object<'_>, key: &str, datum: &Datum, enumerable: bool, watch: &Rc<Watch>) -> Result<()> {
    if *datum == Datum::Unknown {
        let getter = unknown(watch);
        return if enumerable { object.prop(key, getter.enumerable()) } else { object.prop(key, getter) };
    }
    let property = Property::from(value(object.ctx(), datum, watch)?).writable().configurable();
    object.prop(key, if enumerable { property.enumerable() } else { property })
}

type Getter<F> = Accessor<F, ()>;

/// A property that ends the program when it is read.
fn unknown<'js>(watch: &Rc<Watch>) -> Getter<impl Fn(Ctx<'js>) -> Result<()> + 'js> {
    let watch = Rc::clone(watch);
    Accessor::from(move |ctx: Ctx<'js>| Err(hole(&ctx, &watch))).configurable()
}

fn hole(ctx: &Ctx<'_>, watch: &Watch) -> rquickjs::Error {
    const MESSAGE: &str = "it needs something that is not known";
    watch.end(FaultKind::Unknown, MESSAGE.to_owned());
    Exception::throw_message(ctx, MESSAGE)
}
