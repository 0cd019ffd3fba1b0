//! What is wrong with a text, as it is found.

use super::Refused;
use crate::base::Span;
use crate::document::json::{Problem, ProblemKind};

/// A text that is something else altogether has as many mistakes as characters; nobody reads them.
const MOST: usize = 1_000;

#[derive(Default)]
pub(super) struct Complaints {
    list: Vec<Problem>,
    /// Whether one is among them behind which the text was not understood: that must not be lost.
    has_fatal: bool,
}

impl Complaints {
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn push(&mut self, refused: Refused, span: Span) {
        let fatal = !refused.is_repairable();
        if self.list.len() < MOST || fatal && !self.has_fatal {
            self.list.push(Problem { kind: ProblemKind::Toml(refused), span });
        }
        self.has_fatal |= fatal;
    }

    /// What is missing behind the last word is missing there, not below the empty lines that follow.
    pub(super) fn pull_back(&mut self, end: usize) {
        for problem in self.list.iter_mut().filter(|problem| problem.span.is_empty() && problem.span.start > end) {
            problem.span = Span::at(end);
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        self.list.extend(other.list);
        self.has_fatal |= other.has_fatal;
    }

    /// In order of place. Of a line that is no TOML, the first mistake is told: the parser skips the rest of it.
    pub(super) fn into_problems(mut self, text: &str) -> Vec<Problem> {
        self.list.sort_by_key(|problem| problem.span);
        let mut last: Option<usize> = None;
        self.list.retain(|problem| {
            let start = problem.span.start;
            let is_syntax = matches!(problem.kind, ProblemKind::Toml(Refused::Syntax { .. }));
            let is_next = |last: usize| !text.get(last..start).is_some_and(|between| between.contains(['\n', '\r']));
            let is_told = is_syntax && last.is_some_and(is_next);
            if is_syntax {
                last = Some(start);
            }
            !is_told
        });
        self.list
    }
}
