//! What the groups of a regex capture, in bounded time for any regex: a backtracking matcher that enters no state twice.

use rustc_hash::FxHashSet;

use super::charset::CharSet;
use super::expression::Expr;
use super::shape::Shape;

enum Step {
    Set(CharSet),
    /// The first is tried first.
    Split(usize, usize),
    Jump(usize),
    Save(usize),
    Start,
    End,
    Done,
}

/// What one match captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captures {
    groups: Vec<Option<String>>,
    names: Vec<Option<String>>,
}

impl Captures {
    /// The group of that number, from 1 on, or name; empty where it took no part, none where there is no such group.
    pub fn get(&self, group: &str) -> Option<&str> {
        let by_name = self.names.iter().position(|name| name.as_deref() == Some(group));
        let at = by_name.or_else(|| group.parse::<usize>().ok()?.checked_sub(1))?;
        Some(self.groups.get(at)?.as_deref().unwrap_or_default())
    }
}

impl Shape {
    /// The groups of the first match in `text`; none where nothing matches, and for a regex that looks ahead.
    pub fn captures(&self, text: &str) -> Option<Captures> {
        let mut program = Vec::new();
        compile(&self.parsed.expr, &mut program)?;
        program.push(Step::Done);
        let units: Vec<u16> = text.encode_utf16().collect();
        let names = self.parsed.names.clone();
        let mut tried = FxHashSet::default();
        let slots = (0..=units.len()).find_map(|from| run(&program, &units, from, names.len(), &mut tried))?;
        let groups = slots.chunks(2).map(|pair| match *pair {
            [Some(start), Some(end)] => String::from_utf16(units.get(start..end)?).ok(),
            _ => None,
        });
        Some(Captures { groups: groups.collect(), names })
    }
}

fn compile(expr: &Expr, out: &mut Vec<Step>) -> Option<()> {
    match expr {
        Expr::Set(set) => out.push(Step::Set(set.clone())),
        Expr::Seq(parts) => parts.iter().try_for_each(|part| compile(part, out))?,
        Expr::Alt(parts) => alternatives(parts, out)?,
        Expr::Group(None, inner) => compile(inner, out)?,
        Expr::Group(Some(index), inner) => {
            out.push(Step::Save(index * 2 - 2));
            compile(inner, out)?;
            out.push(Step::Save(index * 2 - 1));
        }
        Expr::Repeat { expr, least, most, lazy } => {
            (0..*least).try_for_each(|_| compile(expr, out))?;
            match most {
                None => {
                    let split = out.len();
                    out.push(Step::Done);
                    compile(expr, out)?;
                    out.push(Step::Jump(split));
                    set_split(out, split, *lazy);
                }
                Some(most) => {
                    let mut splits = Vec::new();
                    for _ in *least..*most {
                        splits.push(out.len());
                        out.push(Step::Done);
                        compile(expr, out)?;
                    }
                    splits.into_iter().for_each(|split| set_split(out, split, *lazy));
                }
            }
        }
        Expr::Start => out.push(Step::Start),
        Expr::End => out.push(Step::End),
        Expr::Look { .. } => return None,
    }
    Some(())
}

fn alternatives(parts: &[Expr], out: &mut Vec<Step>) -> Option<()> {
    let mut jumps = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let split = out.len();
        let is_last = at + 1 == parts.len();
        if !is_last {
            out.push(Step::Done);
        }
        compile(part, out)?;
        if !is_last {
            jumps.push(out.len());
            out.push(Step::Done);
            set_split(out, split, false);
        }
    }
    let end = out.len();
    for jump in jumps {
        out[jump] = Step::Jump(end);
    }
    Some(())
}

/// At `split`: what follows it, or what stands behind all that is written so far.
fn set_split(out: &mut [Step], split: usize, lazy: bool) {
    let (inside, behind) = (split + 1, out.len());
    out[split] = if lazy { Step::Split(behind, inside) } else { Step::Split(inside, behind) };
}

/// What still has to be tried.
enum Task {
    Try(usize, usize),
    Restore(usize, Option<usize>),
}

fn run(
    program: &[Step],
    units: &[u16],
    from: usize,
    groups: usize,
    tried: &mut FxHashSet<(usize, usize)>,
) -> Option<Vec<Option<usize>>> {
    let mut slots: Vec<Option<usize>> = vec![None; groups * 2];
    let mut tasks = vec![Task::Try(0, from)];
    while let Some(task) = tasks.pop() {
        let (step, at) = match task {
            Task::Restore(slot, value) => {
                if let Some(place) = slots.get_mut(slot) {
                    *place = value;
                }
                continue;
            }
            Task::Try(step, at) if tried.insert((step, at)) => (step, at),
            Task::Try(..) => continue,
        };
        match program.get(step)? {
            Step::Set(set) if units.get(at).is_some_and(|&unit| set.contains(unit)) => {
                tasks.push(Task::Try(step + 1, at + 1));
            }
            Step::Split(first, second) => tasks.extend([Task::Try(*second, at), Task::Try(*first, at)]),
            Step::Jump(to) => tasks.push(Task::Try(*to, at)),
            Step::Save(slot) => {
                let place = slots.get_mut(*slot)?;
                tasks.push(Task::Restore(*slot, *place));
                *place = Some(at);
                tasks.push(Task::Try(step + 1, at));
            }
            Step::Start if at == 0 => tasks.push(Task::Try(step + 1, at)),
            Step::End if at == units.len() => tasks.push(Task::Try(step + 1, at)),
            Step::Done => return Some(slots),
            Step::Set(_) | Step::Start | Step::End => {}
        }
    }
    None
}
