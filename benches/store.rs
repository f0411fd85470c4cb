//! How long the store takes: acknowledging an append, with one writer and with many, and listing and opening a long history.
//!
//! Run with `cargo bench --bench store`. The history of 100,000 sessions is built once in a temporary folder, which takes about a
//! minute and a gigabyte; `HOTSEAT_BENCH_SESSIONS` sets another number.
#![allow(clippy::unwrap_used, reason = "a measurement stops where it is surprised")]

#[path = "../tests/store_fixture/mod.rs"]
mod store_fixture;

use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering},
};

use divan::Bencher;
use hotseat::{
    domain::ids::UserId,
    store::{Query, Store, StoreOptions},
};
use store_fixture::{Sitting, answered, ordinary};
use tokio::runtime::Runtime;

/// Sessions each candidate of the history has.
const SESSIONS_A_USER: u64 = 50;
/// Appends under way at once while the history is built.
const BUILDERS: u64 = 256;

fn main() {
    divan::main();
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap())
}

fn open(folder: &std::path::Path) -> Store {
    Store::open(&StoreOptions::new(folder)).unwrap()
}

fn history_length() -> u64 {
    let asked = std::env::var_os("HOTSEAT_BENCH_SESSIONS").and_then(|text| text.to_str()?.parse().ok());
    asked.unwrap_or(100_000)
}

/// A folder with the history, closed.
fn history() -> &'static std::path::Path {
    static HISTORY: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = HISTORY.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        runtime().block_on(build(&store));
        runtime().block_on(store.close()).unwrap();
        folder
    });
    folder.path()
}

async fn build(store: &Store) {
    let mut builders = tokio::task::JoinSet::new();
    for builder in 0..BUILDERS {
        let store = store.clone();
        builders.spawn(async move {
            for number in (builder..history_length()).step_by(usize::try_from(BUILDERS).unwrap()) {
                let user = format!("user {}", number / SESSIONS_A_USER);
                let opened_ms = 1_700_000_000_000 + i64::try_from(number).unwrap() * 1_000;
                let sitting = ordinary(&format!("session {number:08}"), &user, "lab", opened_ms);
                store.append(sitting.whole()).await.unwrap();
            }
        });
    }
    while let Some(built) = builders.join_next().await {
        built.unwrap();
    }
}

/// One event until it is acknowledged, with so many writers at once.
#[divan::bench(args = [1, 32], sample_count = 50)]
fn append(bencher: Bencher, writers: u64) {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    bencher
        .with_inputs(|| {
            let run = NUMBER.fetch_add(1, Ordering::Relaxed);
            let sittings: Vec<Sitting> = (0..writers).map(|writer| opened(&store, run, writer)).collect();
            sittings
        })
        .bench_values(|sittings| {
            runtime().block_on(async {
                let mut writers = tokio::task::JoinSet::new();
                for mut sitting in sittings {
                    let store = store.clone();
                    writers.spawn(async move {
                        sitting.push(answered("message", &"words ".repeat(100)));
                        store.append(sitting.since(1)).await.unwrap();
                    });
                }
                writers.join_all().await;
            });
        });
}

fn opened(store: &Store, run: u64, writer: u64) -> Sitting {
    let sitting = Sitting::open(&format!("session {run} {writer}"), "ada", "lab", 1);
    runtime().block_on(store.append(sitting.whole())).unwrap();
    sitting
}

/// The twenty newest of one candidate, in the midst of the history.
#[divan::bench(sample_count = 200)]
fn list_of_a_user(bencher: Bencher) {
    let store = open(history());
    let query = Query::of(&UserId(format!("user {}", history_length() / SESSIONS_A_USER / 2)));
    bencher.bench_local(|| runtime().block_on(store.list(&query)).unwrap());
    runtime().block_on(store.close()).unwrap();
}

/// The twenty newest of all.
#[divan::bench(sample_count = 200)]
fn list_of_all(bencher: Bencher) {
    let store = open(history());
    bencher.bench_local(|| runtime().block_on(store.list(&Query::all())).unwrap());
    runtime().block_on(store.close()).unwrap();
}

/// Opening the history, and the first list.
#[divan::bench(sample_count = 5)]
fn open_and_list(bencher: Bencher) {
    let folder = history();
    let query = Query::of(&UserId::from("user 1"));
    bencher.bench_local(|| {
        let store = open(folder);
        let page = runtime().block_on(store.list(&query)).unwrap();
        runtime().block_on(store.close()).unwrap();
        page
    });
}
