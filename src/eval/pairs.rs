//! Pairs of answers that differ in one label: whether the judge sees the difference, and only it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    agreement::{mean, share},
    answers::Item,
    interval::{Interval, bootstrap},
    signals::band,
};
use crate::domain::signal::Signal;

/// Figures of pairs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairFigures {
    /// Pairs.
    pub n: usize,
    /// The share with both in the labelled band.
    pub both_right: Option<f64>,
    /// The share with both at the labelled level.
    pub both_exact: Option<f64>,
    /// The share in the right order.
    pub order_right: Option<f64>,
    /// The share of other signals that moved by two or more although their label did not.
    pub halo_spill: Option<f64>,
    /// The interval of `both_right`.
    pub both_right_ci: Option<Interval>,
    /// By the signal that differs.
    pub by_signal: BTreeMap<Signal, PairSignal>,
}

/// Figures of the pairs of one signal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairSignal {
    /// Pairs.
    pub n: usize,
    /// The share with both in the labelled band.
    pub both_right: Option<f64>,
    /// The share in the right order.
    pub order: Option<f64>,
}

#[derive(Debug, Clone, Copy)]
struct Outcome {
    signal: Signal,
    both_right: bool,
    both_exact: bool,
    order: bool,
    spill: Option<f64>,
}

/// One member: the label and what was given.
#[derive(Debug, Clone, Copy)]
struct Member {
    gold: Option<u8>,
    given: Option<u8>,
}

/// Holds pairs against their labels.
pub(super) fn score(items: &[Item<'_>]) -> PairFigures {
    let all: Vec<Outcome> = grouped(items).iter().filter_map(outcome).collect();
    let both_right = |of: &[Outcome]| share(of.iter().map(|it| it.both_right));
    let mut by_signal: BTreeMap<Signal, Vec<Outcome>> = BTreeMap::new();
    for it in &all {
        by_signal.entry(it.signal).or_default().push(*it);
    }
    PairFigures {
        n: all.len(),
        both_right: both_right(&all),
        both_exact: share(all.iter().map(|it| it.both_exact)),
        order_right: share(all.iter().map(|it| it.order)),
        halo_spill: mean(all.iter().filter_map(|it| it.spill)),
        both_right_ci: bootstrap(&all, both_right),
        by_signal: by_signal
            .into_iter()
            .map(|(signal, of)| {
                let figures = PairSignal {
                    n: of.len(),
                    both_right: both_right(&of),
                    order: share(of.iter().map(|it| it.order)),
                };
                (signal, figures)
            })
            .collect(),
    }
}

/// The members of each pair, in the order of the file.
fn grouped<'a>(items: &[Item<'a>]) -> Vec<Vec<Item<'a>>> {
    let mut names: Vec<&str> = Vec::new();
    let mut groups: Vec<Vec<Item<'a>>> = Vec::new();
    for item in items {
        let Some(pair) = &item.gold.pair else { continue };
        let at = names.iter().position(|name| *name == pair.id);
        if let Some(group) = at.and_then(|at| groups.get_mut(at)) {
            group.push(*item);
        } else {
            names.push(&pair.id);
            groups.push(vec![*item]);
        }
    }
    groups
}

fn outcome(members: &Vec<Item<'_>>) -> Option<Outcome> {
    let [one, other] = members.as_slice() else { return None };
    let signal = one.gold.pair.as_ref()?.signal;
    let member = |item: &Item<'_>| Member {
        gold: item.gold_level(signal),
        given: item.level(signal),
    };
    let (a, b) = (member(one), member(other));
    Some(Outcome {
        signal,
        both_right: right(a, signal) && right(b, signal),
        both_exact: a.gold == a.given && b.gold == b.given,
        order: in_order(a, b, signal),
        spill: spill(one, other, signal),
    })
}

/// In the labelled band; where the signal is not called for, no level or none that complains.
fn right(member: Member, signal: Signal) -> bool {
    match (member.gold, member.given) {
        (Some(gold), Some(given)) => band(gold) == band(given),
        (Some(_), None) => false,
        (None, None) => true,
        (None, Some(given)) => given >= 3 || signal == Signal::ConstraintTiming && given >= 2,
    }
}

fn in_order(a: Member, b: Member, signal: Signal) -> bool {
    match (a.gold, b.gold) {
        (Some(gold_a), Some(gold_b)) => match (a.given, b.given) {
            (Some(given_a), Some(given_b)) => gold_a != gold_b && gold_a.cmp(&gold_b) == given_a.cmp(&given_b),
            _ => false,
        },
        (None, Some(gold)) => right(a, signal) && same_side(gold, b.given),
        (Some(gold), None) => right(b, signal) && same_side(gold, a.given),
        (None, None) => right(a, signal) && right(b, signal),
    }
}

fn same_side(gold: u8, given: Option<u8>) -> bool {
    given.is_some_and(|given| (given < 3) == (gold < 3))
}

fn spill(one: &Item<'_>, other: &Item<'_>, signal: Signal) -> Option<f64> {
    let unmoved = Signal::ALL.iter().filter(|of| **of != signal).filter(|of| {
        let gold = one.gold_level(**of);
        gold.is_some() && gold == other.gold_level(**of)
    });
    share(unmoved.map(|of| match (one.level(*of), other.level(*of)) {
        (Some(a), Some(b)) => a.abs_diff(b) >= 2,
        _ => true,
    }))
}
