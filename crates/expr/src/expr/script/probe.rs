//! Runs a program as often as it takes to know that its result does not depend on what is inside of a secret.
//!
//! It gets a stand-in first. Then it gets other contents, and must give the same result with these contents in the place of
//! the stand-in. A program that measures, compares, cuts or changes a secret gives something else for one of them.

use super::contents;
use super::stand_in::{Fill, StandIns};
use crate::expr::Language;
use crate::expr::code::{Datum, Fault, FaultKind, Limits, NoHost, Program, run};
use crate::source::Span;
use crate::value::{Segment, Value};

/// References that are tried one by one; more are tried only all together.
const MOST_SINGLE: usize = 4;

/// A program of an argument and what it can see.
#[derive(Debug, Clone, Copy)]
pub(super) struct Script<'a> {
    pub(super) language: Language,
    pub(super) text: &'a str,
    pub(super) params: &'a [(String, Value)],
    pub(super) repository: &'a str,
    /// Where its result is placed.
    pub(super) span: Span,
}

/// What is known of a program in the end.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    /// Its result.
    Gave(Value),
    /// It needs what is not known.
    Hole,
    /// Its result depends on what is inside of one of these secrets.
    Inspected(Vec<String>),
    /// It gave none.
    Fault(Fault),
}

impl Script<'_> {
    /// Runs the program.
    pub(super) fn outcome(&self) -> Outcome {
        let stand_ins = StandIns::of(self.params);
        // Secrets are holes at first: most programs never touch one, and are done with that.
        let first = self.run(&stand_ins, &|_, segment| content(segment));
        if !needs_unknown(&first) || !stand_ins.segments().iter().any(is_opaque) {
            return self.judged(&stand_ins, first);
        }
        let entered =
            self.run(&stand_ins, &|number, segment| content(segment).or_else(|| Some(stand_ins.token(number))));
        if needs_unknown(&entered) {
            return Outcome::Hole;
        }
        if matches!(&entered, Err(fault) if fault.kind == FaultKind::Limit) {
            return self.judged(&stand_ins, entered);
        }
        let inspected = self.inspected(&stand_ins, &entered);
        let secrets = inspected.iter().filter_map(|segment| match segment {
            Segment::Secret { name, .. } => Some(name.clone()),
            _ => None,
        });
        let secrets: Vec<String> = secrets.collect();
        match (inspected.is_empty(), secrets.is_empty()) {
            (true, _) => self.judged(&stand_ins, entered),
            (false, true) => Outcome::Hole,
            (false, false) => Outcome::Inspected(secrets),
        }
    }

    fn run(&self, stand_ins: &StandIns, fill: &Fill<'_>) -> Result<Datum, Fault> {
        let params = stand_ins.enter(self.params, fill);
        let program =
            Program { language: self.language, text: self.text, params: &params, repository: self.repository };
        run(&program, &mut NoHost, &Limits::ARGUMENT)
    }

    /// The outcome of a result in which stand-ins are only passed on.
    fn judged(&self, stand_ins: &StandIns, result: Result<Datum, Fault>) -> Outcome {
        match result {
            Err(fault) if fault.kind == FaultKind::Unknown => Outcome::Hole,
            Err(fault) => {
                let shown = |number: usize| match &stand_ins.segments()[number] {
                    Segment::Secret { name, .. } => format!("<secret:{name}>"),
                    Segment::Value { name, .. } => format!("<value:{name}>"),
                    Segment::Literal(text) => text.clone(),
                };
                Outcome::Fault(Fault { message: stand_ins.filled_text(&fault.message, &shown), ..fault })
            }
            Ok(datum) => {
                let traced = self.traced(stand_ins, &datum).unwrap_or(datum);
                stand_ins.leave(&traced, self.span).map_or_else(|| self.broken(stand_ins), Outcome::Gave)
            }
        }
    }

    /// The same result with the values of the project in it still known as such, if the program only passes them on.
    fn traced(&self, stand_ins: &StandIns, known: &Datum) -> Option<Datum> {
        if !stand_ins.segments().iter().any(|segment| content(segment).is_some()) {
            return None;
        }
        let traced = self.run(stand_ins, &|number, _| Some(stand_ins.token(number))).ok()?;
        let back = |number: usize| content(&stand_ins.segments()[number]).unwrap_or_else(|| stand_ins.token(number));
        let same = stand_ins.filled(&traced, &back) == *known && stand_ins.leave(&traced, self.span).is_some();
        same.then_some(traced)
    }

    /// A stand-in came out where none can be, such as in a key.
    fn broken(&self, stand_ins: &StandIns) -> Outcome {
        let touched = self.touched(stand_ins);
        let secrets: Vec<String> =
            touched.into_iter().filter_map(|number| secret(&stand_ins.segments()[number])).collect();
        if secrets.is_empty() { Outcome::Hole } else { Outcome::Inspected(secrets) }
    }

    /// The references whose content makes a difference to the result `entered` with stand-ins.
    fn inspected<'s>(&self, stand_ins: &'s StandIns, entered: &Result<Datum, Fault>) -> Vec<&'s Segment> {
        let touched = self.touched(stand_ins);
        let is_secret = touched.iter().any(|number| secret(&stand_ins.segments()[*number]).is_some());
        let contents = contents::of(self.text, self.params, is_secret);
        let mut groups: Vec<Vec<usize>> = Vec::new();
        if touched.len() > 1 && touched.len() <= MOST_SINGLE {
            groups.extend(touched.iter().map(|number| vec![*number]));
        }
        // All together, for what none of them shows alone: two that are compared.
        groups.push(touched);
        let mut found: Vec<usize> = Vec::new();
        for group in groups {
            let is_new = group.iter().all(|number| !found.contains(number));
            if is_new && contents.iter().any(|content| self.differs(stand_ins, entered, &group, content)) {
                found.extend(group);
            }
        }
        found.into_iter().map(|number| &stand_ins.segments()[number]).collect()
    }

    /// The unknown references that the program reads: without one of these it cannot end.
    fn touched(&self, stand_ins: &StandIns) -> Vec<usize> {
        let opaque = (0..stand_ins.segments().len()).filter(|number| is_opaque(&stand_ins.segments()[*number]));
        let reads = |hidden: &usize| {
            let fill = |number: usize, segment: &Segment| {
                let shown = number != *hidden;
                content(segment).or_else(|| shown.then(|| stand_ins.token(number)))
            };
            needs_unknown(&self.run(stand_ins, &fill))
        };
        opaque.filter(reads).collect()
    }

    /// Whether the program does with this content something else than with the stand-ins.
    fn differs(&self, stand_ins: &StandIns, entered: &Result<Datum, Fault>, group: &[usize], probe: &str) -> bool {
        // A secret without content counts as not set.
        let probe_for = |segment: &Segment| match segment {
            Segment::Secret { .. } if probe.is_empty() => "a".to_owned(),
            _ => probe.to_owned(),
        };
        let fill = |number: usize| {
            let segment = &stand_ins.segments()[number];
            if group.contains(&number) { probe_for(segment) } else { stand_ins.token(number) }
        };
        let probed = self.run(stand_ins, &|number, segment| content(segment).or_else(|| Some(fill(number))));
        match (entered, probed) {
            (Ok(entered), Ok(probed)) => stand_ins.filled(entered, &fill) != probed,
            (Err(entered), Err(probed)) => {
                (entered.kind, &entered.range) != (probed.kind, &probed.range)
                    || stand_ins.filled_text(&entered.message, &fill) != probed.message
            }
            _ => true,
        }
    }
}

fn needs_unknown(result: &Result<Datum, Fault>) -> bool {
    match result {
        Ok(datum) => has_unknown(datum),
        Err(fault) => fault.kind == FaultKind::Unknown,
    }
}

fn has_unknown(datum: &Datum) -> bool {
    match datum {
        Datum::Unknown => true,
        Datum::List(items) => items.iter().any(has_unknown),
        Datum::Map(entries) => entries.iter().any(|(_, item)| has_unknown(item)),
        _ => false,
    }
}

fn content(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Literal(text) => Some(text.clone()),
        Segment::Value { content, .. } => content.clone(),
        Segment::Secret { .. } => None,
    }
}

fn is_opaque(segment: &Segment) -> bool {
    content(segment).is_none()
}

fn secret(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Secret { name, .. } => Some(name.clone()),
        _ => None,
    }
}
