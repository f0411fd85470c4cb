//! What the store promises when the process or the disk gives way.
//!
//! A child process appends and says which events were acknowledged; the parent kills it in the middle of its work and looks whether
//! they are all there. `HOTSEAT_CRASH_ROUNDS` sets how often, 20 times unless it is given.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails where it is surprised, and says what it skipped"
)]

mod store_fixture;

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use hotseat::{
    domain::ids::{SessionId, UserId},
    store::{Erase, Query, Store, StoreError, StoreOptions},
};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use store_fixture::{Sitting, answered, ordinary};

/// Sessions the child appends to at once.
const WRITERS: u64 = 8;
/// Rounds until a new folder is begun.
const ROUNDS_A_FOLDER: u64 = 20;

fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

fn rounds() -> u64 {
    let asked = variable("HOTSEAT_CRASH_ROUNDS").and_then(|text| text.to_str()?.parse().ok());
    asked.unwrap_or(20)
}

fn child(test: &str, folder: &Path, round: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"])
        .env("HOTSEAT_STORE_FOLDER", folder)
        .env("HOTSEAT_STORE_ROUND", round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The text of an event, so that what is found can be told from what another round wrote.
fn text(session: &str, seq: u64) -> String {
    format!(
        "{session} {seq} {}",
        "words ".repeat(usize::try_from(seq % 40).unwrap() * 10)
    )
}

/// Appends until it is killed, and says `session seq` for each event once it was acknowledged.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by another test in a process of its own"]
async fn child_that_appends() {
    let (Some(folder), Some(round)) = (variable("HOTSEAT_STORE_FOLDER"), variable("HOTSEAT_STORE_ROUND")) else {
        return;
    };
    let store = Store::open(&StoreOptions::new(folder)).unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let store = store.clone();
        let session = format!("{}-{writer}", round.display());
        writers.spawn(async move {
            let mut sitting = Sitting::open(&session, "ada", "lab", 1);
            store.append(sitting.whole()).await.unwrap();
            for seq in 1.. {
                sitting.push(answered(&format!("m{seq}"), &text(&session, seq)));
                store.append(sitting.since(seq)).await.unwrap();
                println!("acknowledged {session} {seq}");
            }
        });
    }
    writers.join_next().await;
}

/// Reads what was acknowledged until `limit` lines came, kills the child, and reads what was said before it died.
fn kill_after(mut child: Child, limit: u64) -> BTreeMap<String, u64> {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = BTreeMap::new();
    let mut count = 0;
    while let Some(Ok(line)) = lines.next() {
        // The name of the test may stand before the first line.
        let Some((_, said)) = line.split_once("acknowledged ") else {
            continue;
        };
        if let Some((session, seq)) = said.split_once(' ') {
            acknowledged.insert(session.to_owned(), seq.parse().unwrap());
        }
        count += 1;
        if count == limit {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    acknowledged
}

#[tokio::test]
async fn what_was_acknowledged_survives_kill_9() {
    let mut place = tempfile::tempdir().unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(9);
    let mut acknowledged = BTreeMap::new();
    for round in 0..rounds() {
        // Reading everything again after each round takes ever longer.
        if round % ROUNDS_A_FOLDER == 0 {
            place = tempfile::tempdir().unwrap();
            acknowledged.clear();
        }
        let limit = random.random_range(1..400);
        acknowledged.extend(kill_after(child("child_that_appends", place.path(), round), limit));
        let store = Store::open(&StoreOptions::new(place.path())).unwrap();
        for (session, last) in &acknowledged {
            let events = store.load(&SessionId::from(session.as_str())).await.unwrap();
            // The one in hand may have been stored without a word; no more than that, and none twice.
            let there = events.len() as u64 - 1;
            assert!(
                there == *last || there == last + 1,
                "round {round}: {session} has {there} of {last}"
            );
            for recorded in events.iter().skip(1) {
                let seq = recorded.seq;
                assert_eq!(recorded.event, answered(&format!("m{seq}"), &text(session, seq)));
            }
        }
        let verified = store.verify().await.unwrap();
        assert!(verified.is_sound(), "round {round}: {:?}", verified.faults);
        // What was there after this round must be there after the next.
        for summary in all(&store).await {
            acknowledged.insert(summary.0, summary.1 - 1);
        }
        acknowledged.retain(|_, last| *last > 0);
        store.close().await.unwrap();
    }
    assert!(!acknowledged.is_empty());
}

async fn all(store: &Store) -> Vec<(String, u64)> {
    let query = Query {
        limit: 1_000,
        ..Query::all()
    };
    let page = store.list(&query).await.unwrap();
    page.sessions
        .into_iter()
        .map(|summary| (summary.session.0, summary.events))
        .collect()
}

/// Erases one user after the other until it is killed.
#[tokio::test]
#[ignore = "run by another test in a process of its own"]
async fn child_that_erases() {
    let Some(folder) = variable("HOTSEAT_STORE_FOLDER") else {
        return;
    };
    let store = Store::open(&StoreOptions::new(folder)).unwrap();
    println!("acknowledged start 0");
    for user in 0.. {
        let erased = store.erase(Erase::User(UserId(format!("user {user}")))).await.unwrap();
        if erased.sessions == 0 {
            return;
        }
        println!("acknowledged user {user}");
    }
}

#[tokio::test]
async fn an_erasure_survives_kill_9() {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    for round in 0..rounds().div_ceil(4) {
        let place = tempfile::tempdir().unwrap();
        let store = Store::open(&StoreOptions::new(place.path())).unwrap();
        for number in 0..30 {
            let sitting = ordinary(&format!("s{number}"), &format!("user {number}"), "lab", number);
            store.append(sitting.whole()).await.unwrap();
        }
        store.close().await.unwrap();
        let mut child = child("child_that_erases", place.path(), round);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let started = lines.find(|line| line.as_ref().is_ok_and(|line| line.contains("acknowledged start")));
        assert!(started.is_some());
        std::thread::sleep(std::time::Duration::from_millis(random.random_range(0..300)));
        child.kill().unwrap();
        let said = lines
            .map_while(Result::ok)
            .filter(|line| line.contains("acknowledged user"))
            .count() as u64;
        child.wait().unwrap();
        let store = Store::open(&StoreOptions::new(place.path())).unwrap();
        let left = store.count(&Query::all()).await.unwrap();
        assert!(
            left == 30 - said || left == 29 - said,
            "round {round}: {said} erased, {left} left"
        );
        let verified = store.verify().await.unwrap();
        assert!(verified.is_sound(), "round {round}: {:?}", verified.faults);
        store.close().await.unwrap();
        let generations = fs::read_dir(place.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        let generations: Vec<_> = generations
            .filter(|name| name.to_string_lossy().starts_with("log."))
            .collect();
        assert_eq!(generations.len(), 1, "{generations:?}");
        assert!(!place.path().join("erasing").exists());
    }
}

/// A small disk of its own; needs Linux and root.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(folder: &Path, size: &str) -> Option<SmallDisk> {
        let options = format!("size={size}");
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(folder)
            .status();
        mount
            .is_ok_and(|status| status.success())
            .then(|| SmallDisk(folder.to_path_buf()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// Fills the disk to its last byte.
fn fill(path: &Path) {
    let mut file = fs::File::create(path).unwrap();
    while file.write_all(&[1; 4_096]).is_ok() {}
    while file.write_all(&[1]).is_ok() {}
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_the_store_goes_on_when_there_is_room() {
    let place = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(place.path(), "48m") else {
        println!("skipped: a small disk needs Linux and root");
        return;
    };
    let folder = disk.0.join("store");
    let ballast = disk.0.join("ballast");
    let store = Store::open(&StoreOptions::new(&folder)).unwrap();
    let mut sitting = Sitting::open("01A", "ada", "lab", 1);
    store.append(sitting.whole()).await.unwrap();
    for round in 0..3 {
        fill(&ballast);
        let before = sitting.clone();
        let stored = append_until_full(&store, &mut sitting).await;
        // Again and again, and reading goes on.
        for _ in 0..3 {
            let append = sitting.since(stored);
            assert!(
                matches!(store.append(append).await, Err(StoreError::Full)),
                "round {round}"
            );
            let events = store.load(sitting.id()).await.unwrap();
            let expected: Vec<_> = sitting
                .events
                .iter()
                .take(usize::try_from(stored).unwrap())
                .cloned()
                .collect();
            assert_eq!(events, expected, "round {round}");
            assert!(stored >= before.count());
            assert_eq!(store.summary(sitting.id()).await.unwrap().unwrap().events, stored);
            assert!(matches!(store.keep("persona").await, Err(StoreError::Full)));
        }
        fs::remove_file(&ballast).unwrap();
        store.append(sitting.since(stored)).await.unwrap();
        assert_eq!(store.load(sitting.id()).await.unwrap(), sitting.events, "round {round}");
    }
    let verified = store.verify().await.unwrap();
    assert!(verified.is_sound(), "{:?}", verified.faults);
    store.close().await.unwrap();

    // A full disk at the start is no damage.
    fill(&ballast);
    assert!(matches!(
        Store::open(&StoreOptions::new(&folder)),
        Err(StoreError::Full)
    ));
    fs::remove_file(&ballast).unwrap();
    let store = Store::open(&StoreOptions::new(&folder)).unwrap();
    assert_eq!(store.load(sitting.id()).await.unwrap(), sitting.events);

    // An erasure that finds no room leaves everything as it was.
    fill(&ballast);
    let erased = store.erase(Erase::Session(sitting.id().clone())).await;
    assert!(matches!(erased, Err(StoreError::Full)), "{erased:?}");
    assert_eq!(store.load(sitting.id()).await.unwrap(), sitting.events);
    fs::remove_file(&ballast).unwrap();
    assert_eq!(
        store
            .erase(Erase::Session(sitting.id().clone()))
            .await
            .unwrap()
            .sessions,
        1
    );
    store.close().await.unwrap();
}

/// Appends until the disk is full; gives how many events were acknowledged.
async fn append_until_full(store: &Store, sitting: &mut Sitting) -> u64 {
    for _ in 0..2_000 {
        let stored = sitting.count();
        sitting.push(answered(&format!("m{stored}"), &"text ".repeat(400)));
        match store.append(sitting.since(stored)).await {
            Ok(()) => {}
            Err(StoreError::Full) => return stored,
            Err(error) => panic!("{error:?}"),
        }
    }
    panic!("the disk never filled");
}
