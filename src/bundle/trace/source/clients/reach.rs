//! Which places a request comes to, function by function, within one file.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::Caller;

/// So many ways to one place are told apart.
const MOST_CALLERS: usize = 32;

/// What happens at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What<'a> {
    /// A client is made: index of the creation.
    Make(usize),
    /// A client is disconnected: index of the disconnect.
    Disconnect(usize),
    /// A function of the file is called by its name.
    Call(&'a str),
}

/// A place inside functions.
#[derive(Debug)]
pub(super) struct Event<'a> {
    pub what: What<'a>,
    /// The functions around it, outermost first.
    pub frames: Vec<usize>,
    /// Its value is kept for the next request, so that it is not made anew.
    pub is_kept: bool,
    /// Its value is what the innermost function returns.
    pub is_returned: bool,
}

/// A function of the file.
#[derive(Debug, Default)]
pub(super) struct Function {
    /// How requests come to it, as its surroundings show.
    pub callers: BTreeSet<Caller>,
    /// Its parameters are called as a request and a response are.
    pub takes_request: bool,
    /// It runs apart from what is around it.
    pub is_apart: bool,
}

/// How requests come to each event, in the order of `events`. `names` are the functions that have a name at the top of the file.
pub(super) fn callers(
    functions: &[Function],
    names: &FxHashMap<&str, usize>,
    events: &[Event<'_>],
) -> Vec<BTreeSet<Caller>> {
    let mut inside: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    for (index, event) in events.iter().enumerate() {
        for frame in &event.frames {
            inside.entry(*frame).or_default().push(index);
        }
    }
    let mut found = vec![BTreeSet::new(); events.len()];
    let mut reached: Vec<BTreeSet<Caller>> = functions.iter().map(Function::callers).collect();
    let roots = reached.iter().enumerate().filter(|(_, callers)| !callers.is_empty());
    let mut work: Vec<usize> = roots.map(|(index, _)| index).collect();
    while let Some(function) = work.pop() {
        let through = reached.get(function).cloned().unwrap_or_default();
        for index in inside.get(&function).into_iter().flatten() {
            let (Some(event), Some(known)) = (events.get(*index), found.get_mut(*index)) else { continue };
            if !event.runs_with(function, functions) {
                continue;
            }
            extend(known, &through);
            let What::Call(name) = event.what else { continue };
            let Some(called) = names.get(name).copied() else { continue };
            let Some(set) = reached.get_mut(called) else { continue };
            if extend(set, &through) {
                work.push(called);
            }
        }
    }
    found
}

/// Adds to a set, up to a bound; tells whether it grew.
fn extend(set: &mut BTreeSet<Caller>, more: &BTreeSet<Caller>) -> bool {
    let before = set.len();
    for caller in more {
        if set.len() < MOST_CALLERS {
            set.insert(caller.clone());
        }
    }
    set.len() > before
}

impl Function {
    fn callers(&self) -> BTreeSet<Caller> {
        let mut callers = self.callers.clone();
        if self.takes_request && callers.iter().any(|caller| matches!(caller, Caller::Export(_))) {
            callers.insert(Caller::Answer);
        }
        callers
    }
}

impl Event<'_> {
    /// Whether it happens each time that `function`, one of those around it, is called.
    fn runs_with(&self, function: usize, functions: &[Function]) -> bool {
        let within = self.frames.iter().skip_while(|frame| **frame != function).skip(1);
        let is_apart = within.clone().any(|frame| functions.get(*frame).is_some_and(|inner| inner.is_apart));
        let returns_to_other = self.is_returned && within.count() > 0;
        !self.is_kept && !is_apart && !returns_to_other
    }
}
