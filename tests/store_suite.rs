//! What every back end of the store must do, as stories. Those at the end are about the files of the one on sled.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails where it is surprised, and says what it skipped"
)]

mod store_fixture;

use std::{
    collections::BTreeSet,
    fs,
    io::BufReader,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use hotseat::{
    domain::ids::{GuildId, SessionId, UserId},
    interview::event::Event,
    store::{Erase, Exported, Imported, Query, Status, Store, StoreError, StoreOptions, Verified},
};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use store_fixture::{Sitting, answered, ordinary, said};

/// A place for stores of one back end, gone when it is dropped.
trait Place: Sized {
    fn new() -> Self;
    fn open(&self) -> Store;
}

/// A folder with a store on sled.
struct SledPlace(tempfile::TempDir);

impl Place for SledPlace {
    fn new() -> Self {
        SledPlace(tempfile::tempdir().unwrap())
    }

    fn open(&self) -> Store {
        self.try_open().unwrap()
    }
}

impl SledPlace {
    fn folder(&self) -> PathBuf {
        self.0.path().join("store")
    }

    fn try_open(&self) -> Result<Store, StoreError> {
        Store::open(&StoreOptions::new(self.folder()))
    }
}

/// Runs every story for a back end. A second one needs one more line at the end.
macro_rules! stories {
    ($backend:ident: $place:ty; $($story:ident),+ $(,)?) => {
        mod $backend {
            $(
                #[tokio::test]
                async fn $story() {
                    super::$story(<$place as super::Place>::new()).await;
                }
            )+
        }
    };
}

stories! { on_sled: super::SledPlace;
    what_was_appended_loads_equal,
    odd_texts_come_back_as_they_are,
    a_session_survives_closing,
    the_second_of_two_writers_is_told,
    one_message_is_one_turn,
    what_contradicts_itself_is_refused,
    a_number_that_is_not_finite_is_refused,
    pages_are_whole_and_newest_first,
    lists_are_by_user_guild_time_and_status,
    no_name_is_mistaken_for_the_beginning_of_another,
    sessions_are_found_by_the_beginning_of_their_name,
    a_content_is_kept_once,
    an_erased_session_is_gone_and_the_others_stay,
    an_erased_user_is_gone_with_contents_nobody_else_uses,
    a_content_that_waits_for_its_session_survives_an_erasure,
    an_export_of_an_import_is_the_same_file,
    an_import_twice_changes_nothing,
    a_bad_line_is_named_and_nothing_is_kept,
    another_log_under_the_same_name_is_refused,
    a_sound_store_verifies_while_it_is_written,
    many_writers_at_once_lose_nothing,
    a_closed_store_says_so,
}

async fn what_was_appended_loads_equal(place: impl Place) {
    let store = place.open();
    let mut sitting = Sitting::open("01A", "ada", "lab", 1_000);
    store.append(sitting.whole()).await.unwrap();
    sitting.push(said("Why?")).push(answered("m1", "Because."));
    store.append(sitting.since(1)).await.unwrap();
    assert_eq!(store.load(sitting.id()).await.unwrap(), sitting.events);
    assert_eq!(store.summary(sitting.id()).await.unwrap().unwrap(), sitting.summary);
    let missing = SessionId::from("01");
    assert!(matches!(store.load(&missing).await, Err(StoreError::NotFound { .. })));
    assert_eq!(store.summary(&missing).await.unwrap(), None);
}

fn odd_texts() -> Vec<String> {
    vec![
        String::new(),
        "\0".to_owned(),
        "a\0b\0\u{1}\u{7f}\u{85}\r\n\t\u{b}".to_owned(),
        "\u{202e}שלום \u{200f}مرحبا\u{202c}".to_owned(),
        "👩🏽‍🔬👨‍👩‍👧‍👦🇺🇳 e\u{301}\u{feff}\u{fffd}\u{10ffff}".to_owned(),
        "\"\\\\u0000\\\" {\"event\":1},\"seq\":".to_owned(),
        "long \0 ".repeat(14_000),
        "x".repeat(3_400 - 4),
        "y".repeat(3_400),
    ]
}

async fn odd_texts_come_back_as_they_are(place: impl Place) {
    let store = place.open();
    let mut sitting = Sitting::open("s\0\u{202e}👩", "u\0", "", -5);
    for (number, text) in odd_texts().iter().enumerate() {
        sitting.push(answered(&format!("k\0{number}"), text));
    }
    store.append(sitting.whole()).await.unwrap();
    assert_eq!(store.load(sitting.id()).await.unwrap(), sitting.events);
    for text in odd_texts() {
        let hash = store.keep(&text).await.unwrap();
        assert_eq!(store.content(&hash).await.unwrap(), Some(text));
    }
    assert_sound(&store.verify().await.unwrap());
}

async fn a_session_survives_closing(place: impl Place) {
    let store = place.open();
    let sitting = ordinary("01A", "ada", "lab", 1_000);
    store.append(sitting.whole()).await.unwrap();
    store.close().await.unwrap();
    for _ in 0..5 {
        let store = place.open();
        assert_eq!(store.load(sitting.id()).await.unwrap(), sitting.events);
        drop(store);
    }
    assert_sound(&place.open().verify().await.unwrap());
}

async fn the_second_of_two_writers_is_told(place: impl Place) {
    let store = place.open();
    let mut one = Sitting::open("01A", "ada", "lab", 1_000);
    store.append(one.whole()).await.unwrap();
    let mut other = one.clone();
    one.push(said("first"));
    other.push(said("second"));
    let both = tokio::join!(store.append(one.since(1)), store.append(other.since(1)));
    assert!(both.0.is_ok() != both.1.is_ok());
    let error = both.0.and(both.1).unwrap_err();
    assert!(matches!(error, StoreError::Conflict { expected: 1, found: 2 }));
    assert_eq!(store.load(one.id()).await.unwrap().len(), 2);
}

async fn one_message_is_one_turn(place: impl Place) {
    let store = place.open();
    let mut sitting = Sitting::open("01A", "ada", "lab", 1_000);
    sitting.push(answered("m1", "once"));
    store.append(sitting.whole()).await.unwrap();
    sitting.push(answered("m1", "twice"));
    let error = store.append(sitting.since(2)).await.unwrap_err();
    assert!(matches!(error, StoreError::DuplicateKey { ref key } if key == "m1"));
    // It came late: the key counts more than the number.
    let error = store.append(sitting.since(0)).await.unwrap_err();
    assert!(matches!(error, StoreError::DuplicateKey { .. }));
    assert_eq!(store.load(sitting.id()).await.unwrap().len(), 2);
    // Another session may have the same key.
    let mut other = Sitting::open("01B", "ada", "lab", 1_000);
    other.push(answered("m1", "once"));
    store.append(other.whole()).await.unwrap();
}

async fn what_contradicts_itself_is_refused(place: impl Place) {
    let store = place.open();
    let sitting = ordinary("01A", "ada", "lab", 1_000);
    let mut wrong_count = sitting.whole();
    wrong_count.summary.events += 1;
    let mut gap = sitting.whole();
    gap.events[3].seq = 7;
    let mut other_user = sitting.whole();
    other_user.summary.user = UserId::from("eve");
    let mut long_key = sitting.whole();
    long_key.keys.push("k".repeat(2_000));
    for append in [wrong_count, gap, other_user, long_key] {
        assert!(matches!(store.append(append).await, Err(StoreError::Invalid(_))));
    }
    store.append(sitting.whole()).await.unwrap();
    let mut moved = sitting.since(sitting.count());
    moved.summary.opened_ms += 1;
    assert!(matches!(store.append(moved).await, Err(StoreError::Invalid(_))));
    let mut refreshed = sitting.since(sitting.count());
    refreshed.summary.verdict = Some("hire".to_owned());
    store.append(refreshed).await.unwrap();
    let summary = store.summary(sitting.id()).await.unwrap().unwrap();
    assert_eq!(summary.verdict.as_deref(), Some("hire"));
}

async fn a_number_that_is_not_finite_is_refused(place: impl Place) {
    let store = place.open();
    let mut sitting = Sitting::open("01A", "ada", "lab", 1_000);
    sitting.push(answered("m1", "text"));
    if let Event::Answered(answered) = &mut sitting.events[1].event {
        answered.timing.pauses_s.push(f64::NAN);
    }
    assert!(matches!(
        store.append(sitting.whole()).await,
        Err(StoreError::Invalid(_))
    ));
    let mut sitting = Sitting::open("01A", "ada", "lab", 1_000);
    sitting.summary.score = Some(f64::INFINITY);
    assert!(matches!(
        store.append(sitting.whole()).await,
        Err(StoreError::Invalid(_))
    ));
    assert!(matches!(
        store.load(sitting.id()).await,
        Err(StoreError::NotFound { .. })
    ));
}

async fn names(store: &Store, query: &Query) -> Vec<String> {
    let mut query = query.clone();
    let mut names = Vec::new();
    loop {
        let page = store.list(&query).await.unwrap();
        names.extend(page.sessions.into_iter().map(|summary| summary.session.0));
        let Some(next) = page.next else { return names };
        query.after = Some(next);
    }
}

async fn pages_are_whole_and_newest_first(place: impl Place) {
    let store = place.open();
    let mut expected = Vec::new();
    for number in 0..23_i64 {
        // Three are opened in the same millisecond each time, some before 1970.
        let name = format!("s{number:02}");
        let sitting = Sitting::open(&name, "ada", "lab", number / 3 - 4);
        store.append(sitting.whole()).await.unwrap();
        expected.insert(0, name);
    }
    for limit in [1, 2, 3, 7, 22, 23, 24] {
        let query = Query {
            limit,
            ..Query::of(&UserId::from("ada"))
        };
        assert_eq!(names(&store, &query).await, expected, "{limit}");
    }
    assert_eq!(store.count(&Query::all()).await.unwrap(), 23);
    let last = Query {
        limit: 23,
        ..Query::all()
    };
    assert_eq!(store.list(&last).await.unwrap().next, None);
}

async fn lists_are_by_user_guild_time_and_status(place: impl Place) {
    let store = place.open();
    for (name, user, guild, at) in [
        ("1", "ada", "lab", 10),
        ("2", "ada", "hall", 20),
        ("3", "bob", "lab", 30),
        ("4", "ada", "lab", 40),
    ] {
        store
            .append(Sitting::open(name, user, guild, at).whole())
            .await
            .unwrap();
    }
    let mut paused = Sitting::open("4", "ada", "lab", 40);
    paused.push(Event::Paused);
    paused.summary.status = Status::Paused;
    store.append(paused.since(1)).await.unwrap();
    let ada = Query::of(&UserId::from("ada"));
    let lab = Query {
        guild: Some(GuildId::from("lab")),
        ..Query::all()
    };
    let both = Query {
        guild: Some(GuildId::from("lab")),
        ..ada.clone()
    };
    let between = Query {
        since_ms: Some(20),
        until_ms: Some(40),
        ..Query::all()
    };
    let empty = Query {
        since_ms: Some(40),
        until_ms: Some(20),
        ..Query::all()
    };
    let open = Query {
        status: Some(Status::Open),
        ..ada.clone()
    };
    let is_paused = Query {
        status: Some(Status::Paused),
        ..Query::all()
    };
    for (query, expected) in [
        (ada, vec!["4", "2", "1"]),
        (lab, vec!["4", "3", "1"]),
        (both, vec!["4", "1"]),
        (between, vec!["3", "2"]),
        (empty, vec![]),
        (open, vec!["2", "1"]),
        (is_paused, vec!["4"]),
        (Query::all(), vec!["4", "3", "2", "1"]),
        (Query::of(&UserId::from("eve")), vec![]),
    ] {
        assert_eq!(names(&store, &query).await, expected, "{query:?}");
        assert_eq!(store.count(&query).await.unwrap(), expected.len() as u64, "{query:?}");
    }
}

async fn no_name_is_mistaken_for_the_beginning_of_another(place: impl Place) {
    let store = place.open();
    let users = ["", "a", "a\0", "a\0\0", "aa", "a\u{1}", "\0"];
    for user in users {
        for guild in users {
            let name = format!("{user}/{guild}");
            let mut sitting = Sitting::open(&name, user, guild, 1);
            sitting.push(said(&name));
            store.append(sitting.whole()).await.unwrap();
        }
    }
    for user in users {
        for guild in users {
            let query = Query {
                guild: Some(GuildId::from(guild)),
                ..Query::of(&UserId::from(user))
            };
            let name = format!("{user}/{guild}");
            assert_eq!(names(&store, &query).await, std::slice::from_ref(&name));
            assert_eq!(store.load(&SessionId(name)).await.unwrap().len(), 2);
        }
        assert_eq!(store.count(&Query::of(&UserId::from(user))).await.unwrap(), 7);
    }
    assert_sound(&store.verify().await.unwrap());
}

async fn sessions_are_found_by_the_beginning_of_their_name(place: impl Place) {
    let store = place.open();
    for number in 0..15 {
        let sitting = Sitting::open(&format!("01AB{number:02}"), "ada", "lab", 1);
        store.append(sitting.whole()).await.unwrap();
    }
    let found = |names: Vec<SessionId>| names.into_iter().map(|name| name.0).collect::<Vec<_>>();
    assert_eq!(found(store.find("01AB03").await.unwrap()), ["01AB03"]);
    assert_eq!(store.find("01AB").await.unwrap().len(), 10);
    assert_eq!(store.find("01AB1").await.unwrap().len(), 5);
    assert_eq!(store.find("").await.unwrap().len(), 10);
    assert!(store.find("01C").await.unwrap().is_empty());
}

async fn a_content_is_kept_once(place: impl Place) {
    let store = place.open();
    let hash = store.keep("name = \"analyst\"").await.unwrap();
    assert_eq!(store.keep("name = \"analyst\"").await.unwrap(), hash);
    assert_eq!(store.verify().await.unwrap().contents, 1);
    assert_eq!(hash.len(), 64);
    assert_eq!(
        store.content(&hash).await.unwrap().as_deref(),
        Some("name = \"analyst\"")
    );
    assert_eq!(store.content("nothing").await.unwrap(), None);
}

async fn an_erased_session_is_gone_and_the_others_stay(place: impl Place) {
    let store = place.open();
    let one = ordinary("01A", "ada", "lab", 1);
    let other = ordinary("01B", "ada", "lab", 2);
    for sitting in [&one, &other] {
        store.append(sitting.whole()).await.unwrap();
    }
    let erased = store.erase(Erase::Session(one.id().clone())).await.unwrap();
    assert_eq!((erased.sessions, erased.events), (1, one.count()));
    assert!(matches!(store.load(one.id()).await, Err(StoreError::NotFound { .. })));
    assert_eq!(store.load(other.id()).await.unwrap(), other.events);
    assert_eq!(names(&store, &Query::of(&UserId::from("ada"))).await, ["01B"]);
    let again = store.erase(Erase::Session(one.id().clone())).await;
    assert!(matches!(again, Err(StoreError::NotFound { .. })));
    // Life goes on, under the same name too.
    store.append(one.whole()).await.unwrap();
    store.close().await.unwrap();
    let store = place.open();
    assert_eq!(store.load(one.id()).await.unwrap(), one.events);
    assert_sound(&store.verify().await.unwrap());
}

async fn an_erased_user_is_gone_with_contents_nobody_else_uses(place: impl Place) {
    let store = place.open();
    let shared = store.keep("shared").await.unwrap();
    let own = store.keep("own").await.unwrap();
    let one = Sitting::with_content("01A", "ada", "lab", 1, &own);
    let two = Sitting::with_content("01B", "ada", "hall", 2, &shared);
    let other = Sitting::with_content("01C", "bob", "lab", 3, &shared);
    for sitting in [&one, &two, &other] {
        store.append(sitting.whole()).await.unwrap();
    }
    let erased = store.erase(Erase::User(UserId::from("ada"))).await.unwrap();
    assert_eq!((erased.sessions, erased.events, erased.contents), (2, 2, 1));
    assert_eq!(store.content(&own).await.unwrap(), None);
    assert_eq!(store.content(&shared).await.unwrap().as_deref(), Some("shared"));
    assert_eq!(names(&store, &Query::all()).await, ["01C"]);
    assert_eq!(store.erase(Erase::User(UserId::from("ada"))).await.unwrap().sessions, 0);
    assert_sound(&store.verify().await.unwrap());
}

async fn a_content_that_waits_for_its_session_survives_an_erasure(place: impl Place) {
    let store = place.open();
    let hash = store.keep("persona").await.unwrap();
    let one = Sitting::with_content("01A", "ada", "lab", 1, &hash);
    store.append(one.whole()).await.unwrap();
    // The next session keeps its files and is opened only after the erasure.
    assert_eq!(store.keep("persona").await.unwrap(), hash);
    store.erase(Erase::Session(one.id().clone())).await.unwrap();
    assert_eq!(store.content(&hash).await.unwrap().as_deref(), Some("persona"));
}

async fn export(store: &Store) -> (Vec<u8>, Exported) {
    let mut file = Vec::new();
    let exported = store.export(&Query::all(), &mut file).await.unwrap();
    (file, exported)
}

async fn import(store: &Store, file: &[u8]) -> Result<Imported, StoreError> {
    store.import(&mut BufReader::new(file)).await
}

/// A store with a bit of everything.
async fn furnished(place: &impl Place) -> (Store, Vec<Sitting>) {
    let store = place.open();
    let hash = store.keep("[persona]\nname = \"\0 analyst\"").await.unwrap();
    let mut sittings = vec![ordinary("01B", "ada", "lab", 2), ordinary("01A", "bob", "hall", 3)];
    let mut odd = Sitting::with_content("01C\0", "u\0", "", -1, &hash);
    for (number, text) in odd_texts().iter().enumerate() {
        odd.push(answered(&format!("k{number}"), text));
    }
    sittings.push(odd);
    for sitting in &sittings {
        store.append(sitting.whole()).await.unwrap();
    }
    (store, sittings)
}

async fn an_export_of_an_import_is_the_same_file(place: impl Place) {
    let (store, sittings) = furnished(&place).await;
    let (file, exported) = export(&store).await;
    assert_eq!((exported.sessions, exported.contents), (3, 1));
    let fresh = tempfile::tempdir().unwrap();
    let copy = Store::open(&StoreOptions::new(fresh.path())).unwrap();
    let imported = import(&copy, &file).await.unwrap();
    assert_eq!((imported.sessions, imported.skipped, imported.contents), (3, 0, 1));
    assert_eq!(export(&copy).await, (file, exported));
    for sitting in &sittings {
        assert_eq!(copy.load(sitting.id()).await.unwrap(), sitting.events);
        assert_eq!(
            copy.summary(sitting.id()).await.unwrap().as_ref(),
            Some(&sitting.summary)
        );
    }
    // What was answered there is answered here.
    let mut again = sittings[0].clone();
    again.push(answered("message 1", "again"));
    let error = copy.append(again.since(sittings[0].count())).await.unwrap_err();
    assert!(matches!(error, StoreError::DuplicateKey { .. }));
    assert_sound(&copy.verify().await.unwrap());
}

async fn an_import_twice_changes_nothing(place: impl Place) {
    let (store, _) = furnished(&place).await;
    let (file, exported) = export(&store).await;
    let imported = import(&store, &file).await.unwrap();
    assert_eq!((imported.sessions, imported.events, imported.skipped), (0, 0, 3));
    assert_eq!(export(&store).await, (file, exported));
    assert_sound(&store.verify().await.unwrap());
}

async fn a_bad_line_is_named_and_nothing_is_kept(place: impl Place) {
    let (store, _) = furnished(&place).await;
    let (file, _) = export(&store).await;
    let lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
    let fresh = tempfile::tempdir().unwrap();
    let copy = Store::open(&StoreOptions::new(fresh.path())).unwrap();
    for bad in 0..lines.len() {
        // Left out, and changed in its middle.
        let left_out: Vec<&[u8]> = lines
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != bad)
            .map(|(_, line)| *line)
            .collect();
        let mut changed = lines.concat();
        let start: usize = lines[..bad].iter().map(|line| line.len()).sum();
        let middle = start + lines[bad].len() / 2;
        changed[middle] ^= 1;
        for file in [left_out.concat(), changed, lines[..bad].concat()] {
            let error = import(&copy, &file).await.unwrap_err();
            let named = match &error {
                StoreError::BadLine { line, .. } => *line >= 1 || bad == 0,
                StoreError::Newer { .. } => true,
                _ => false,
            };
            assert!(named, "line {bad}: {error}");
        }
    }
    assert_eq!(copy.count(&Query::all()).await.unwrap(), 0);
    assert_eq!(copy.verify().await.unwrap(), Verified::default());
    import(&copy, &file).await.unwrap();
}

async fn another_log_under_the_same_name_is_refused(place: impl Place) {
    let (store, sittings) = furnished(&place).await;
    let (file, _) = export(&store).await;
    let fresh = tempfile::tempdir().unwrap();
    let other = Store::open(&StoreOptions::new(fresh.path())).unwrap();
    let mut sitting = Sitting::open("01A", "bob", "hall", 3);
    sitting.push(said("Something else."));
    other.append(sitting.whole()).await.unwrap();
    assert!(matches!(import(&other, &file).await, Err(StoreError::BadLine { .. })));
    assert_eq!(other.count(&Query::all()).await.unwrap(), 1);
    assert_eq!(other.load(sittings[1].id()).await.unwrap(), sitting.events);
}

async fn a_sound_store_verifies_while_it_is_written(place: impl Place) {
    let (store, _) = furnished(&place).await;
    let writer = store.clone();
    let writing = tokio::spawn(async move {
        for number in 0..40 {
            writer
                .append(ordinary(&format!("w{number}"), "eve", "lab", number).whole())
                .await
                .unwrap();
        }
    });
    for _ in 0..5 {
        assert_sound(&store.verify().await.unwrap());
    }
    writing.await.unwrap();
    let verified = store.verify().await.unwrap();
    assert_eq!(verified.sessions, 43);
    assert_sound(&verified);
}

async fn many_writers_at_once_lose_nothing(place: impl Place) {
    let store = place.open();
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..32 {
        let store = store.clone();
        writers.spawn(async move {
            let mut sitting = Sitting::open(&format!("w{number}"), "ada", "lab", number);
            store.append(sitting.whole()).await.unwrap();
            for turn in 1..6 {
                sitting.push(answered(&format!("m{turn}"), "text"));
                store.append(sitting.since(turn)).await.unwrap();
            }
            sitting
        });
    }
    while let Some(sitting) = writers.join_next().await {
        let sitting = sitting.unwrap();
        assert_eq!(store.load(sitting.id()).await.unwrap(), sitting.events);
    }
    assert_sound(&store.verify().await.unwrap());
}

async fn a_closed_store_says_so(place: impl Place) {
    let store = place.open();
    let clone = store.clone();
    store.close().await.unwrap();
    let sitting = Sitting::open("01A", "ada", "lab", 1);
    assert!(matches!(clone.append(sitting.whole()).await, Err(StoreError::Closed)));
    assert!(matches!(clone.load(sitting.id()).await, Err(StoreError::Closed)));
    clone.close().await.unwrap();
}

fn assert_sound(verified: &Verified) {
    assert!(verified.is_sound(), "{:?}", verified.faults);
}

// From here on: the files of the store on sled.

/// Everything that lies in a folder, with what it holds.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    for (path, bytes) in files(from) {
        let target = to.join(path.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
    fs::create_dir_all(to).unwrap();
    for empty in ["blobs"] {
        for entry in fs::read_dir(to).unwrap() {
            let sled = entry.unwrap().path().join("sled");
            if sled.is_dir() {
                fs::create_dir_all(sled.join(empty)).unwrap();
            }
        }
    }
}

const CANARY: &str = "canary-6d1f0e";

fn holding_canary(folder: &Path) -> Vec<PathBuf> {
    let holds = |bytes: &[u8]| bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
    let found = files(folder).into_iter().filter(|(_, bytes)| holds(bytes));
    found.map(|(path, _)| path).collect()
}

fn with_canary(session: &str, user: &str) -> Sitting {
    let mut sitting = ordinary(session, user, "lab", 7);
    sitting.push(answered(CANARY, &format!("{CANARY} ").repeat(600)));
    sitting
}

#[tokio::test]
async fn no_byte_of_erased_text_is_left_in_any_file() {
    let place = SledPlace::new();
    let store = place.open();
    for number in 0..20 {
        store
            .append(ordinary(&format!("o{number}"), "bob", "lab", number).whole())
            .await
            .unwrap();
    }
    store.append(with_canary("01A", "ada").whole()).await.unwrap();
    store
        .append(with_canary("01B", &format!("ada {CANARY}")).whole())
        .await
        .unwrap();
    assert!(!holding_canary(&place.folder()).is_empty());
    store.erase(Erase::Session(SessionId::from("01A"))).await.unwrap();
    store.erase(Erase::User(UserId(format!("ada {CANARY}")))).await.unwrap();
    assert_eq!(holding_canary(&place.folder()), Vec::<PathBuf>::new());
    assert_sound(&store.verify().await.unwrap());
    assert_eq!(store.count(&Query::all()).await.unwrap(), 20);
    store.close().await.unwrap();
    assert_eq!(holding_canary(&place.folder()), Vec::<PathBuf>::new());
}

/// Takes a picture of the folder in every state that an erasure passes, and starts from each.
#[tokio::test]
async fn an_erasure_cut_off_anywhere_is_finished_or_never_began() {
    let place = SledPlace::new();
    let store = place.open();
    let kept = ordinary("o1", "bob", "lab", 1);
    store.append(kept.whole()).await.unwrap();
    store.append(with_canary("01A", "ada").whole()).await.unwrap();
    store.close().await.unwrap();
    let before = place.0.path().join("before");
    copy(&place.folder(), &before);
    let store = place.open();
    let erase = Erase::User(UserId::from("ada"));
    store.erase(erase.clone()).await.unwrap();
    store.close().await.unwrap();
    let after = place.0.path().join("after");
    copy(&place.folder(), &after);
    let note = intent_text(&erase, 1);

    // 1: only the note. 2: the new generation half there. 3: whole there. 4: pointed to, the old still there. 5: the note still there.
    for step in 1..=5 {
        let state = place.0.path().join(format!("state-{step}"));
        copy(if step < 5 { &before } else { &after }, &state);
        fs::write(state.join("erasing"), &note).unwrap();
        if (2..=4).contains(&step) {
            copy(&after.join("log.2"), &state.join("log.2"));
            fs::create_dir_all(state.join("log.2/sled/blobs")).unwrap();
        }
        match step {
            2 => fs::write(state.join("log.2/sled/db"), "half").unwrap(),
            4 => drop(fs::copy(after.join("current"), state.join("current")).unwrap()),
            _ => {}
        }
        let store = Store::open(&StoreOptions::new(&state)).unwrap();
        assert_eq!(names(&store, &Query::all()).await, ["o1"], "step {step}");
        assert_eq!(store.load(kept.id()).await.unwrap(), kept.events);
        assert_sound(&store.verify().await.unwrap());
        store.close().await.unwrap();
        assert_eq!(holding_canary(&state), Vec::<PathBuf>::new(), "step {step}");
        assert!(!state.join("erasing").exists());
    }

    // Without the note it was never asked for, and what is left of it goes.
    let state = place.0.path().join("no-note");
    copy(&before, &state);
    copy(&after.join("log.2"), &state.join("log.2"));
    let store = Store::open(&StoreOptions::new(&state)).unwrap();
    assert_eq!(store.count(&Query::all()).await.unwrap(), 2);
    assert!(!state.join("log.2").exists());
}

fn intent_text(what: &Erase, from: u64) -> Vec<u8> {
    let checksum = sha256(&format!("{from} {what:?}"));
    serde_json::to_vec(&serde_json::json!({ "intent": { "what": what, "from": from }, "checksum": checksum })).unwrap()
}

fn sha256(text: &str) -> String {
    use sha2::Digest as _;
    let hash = sha2::Sha256::digest(text);
    hash.iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

#[tokio::test]
async fn a_second_process_is_told_who_has_the_store() {
    let place = SledPlace::new();
    let store = place.open();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_that_opens_a_locked_store", "--ignored", "--nocapture"])
        .env("HOTSEAT_STORE_FOLDER", place.folder())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    let expected = format!("is in use by process {};", std::process::id());
    assert!(said.contains(&expected), "{said}");
    assert!(said.contains(&place.folder().display().to_string()));
    // The same within one process.
    assert!(matches!(place.try_open(), Err(StoreError::Locked { .. })));
    store.close().await.unwrap();
    place.try_open().unwrap();
}

#[test]
#[ignore = "run by another test in a process of its own"]
fn child_that_opens_a_locked_store() {
    let Some(folder) = std::env::var_os("HOTSEAT_STORE_FOLDER") else {
        return;
    };
    match Store::open(&StoreOptions::new(folder)) {
        Ok(_) => println!("it opened"),
        Err(error) => println!("{error}"),
    }
}

#[tokio::test]
async fn a_newer_store_is_refused_and_left_as_it_is() {
    let place = SledPlace::new();
    place.open().close().await.unwrap();
    let newer = serde_json::json!({
        "format": "hotseat-store", "schema": 7, "generation": 1, "checksum": sha256("hotseat-store 7 1"),
    });
    fs::write(place.folder().join("current"), newer.to_string()).unwrap();
    let before = files(&place.folder());
    let error = place.try_open().unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 7, known: 1 }));
    assert!(error.to_string().contains("version 7") && error.to_string().contains("up to 1"));
    assert_eq!(files(&place.folder()), before);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named() {
    let place = SledPlace::new();
    place.open().close().await.unwrap();
    let Some(_mount) = ReadOnly::make(&place.folder()) else {
        println!("skipped: needs Linux and either root or an ordinary user's rights");
        return;
    };
    let error = place.try_open().unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    assert!(error.to_string().contains(&place.folder().display().to_string()));
}

/// A folder that can't be written: a read-only mount for root, whom permissions don't stop, and permissions for everyone else.
struct ReadOnly {
    folder: PathBuf,
    mounted: bool,
}

impl ReadOnly {
    fn make(folder: &Path) -> Option<ReadOnly> {
        let run = |program: &str, args: &[&str]| {
            let status = Command::new(program).args(args).arg(folder).status();
            status.is_ok_and(|status| status.success())
        };
        let made = |mounted| {
            Some(ReadOnly {
                folder: folder.to_path_buf(),
                mounted,
            })
        };
        if run("mount", &["--bind", folder.to_str()?]) {
            let guard = made(true);
            return if run("mount", &["-o", "remount,ro,bind"]) {
                guard
            } else {
                None
            };
        }
        let denied = run("chmod", &["-R", "a-w"]) && fs::write(folder.join("probe"), "").is_err();
        if denied { made(false) } else { None }
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        let (program, args): (_, &[&str]) = if self.mounted {
            ("umount", &[])
        } else {
            ("chmod", &["-R", "u+w"])
        };
        let _ = Command::new(program).args(args).arg(&self.folder).status();
    }
}

/// Damages one file at one place.
fn damage(path: &Path, random: &mut ChaCha8Rng) -> String {
    let mut bytes = fs::read(path).unwrap();
    let at = random.random_range(0..bytes.len().max(1));
    let kind = random.random_range(0..3);
    match kind {
        0 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.random_range(0..8);
            }
        }
        1 => bytes.truncate(at),
        _ => {
            let end = (at + random.random_range(1..9_000)).min(bytes.len());
            bytes[at..end].fill(0);
        }
    }
    fs::write(path, bytes).unwrap();
    format!("{} {} at {at}", ["flip", "truncate", "zero"][kind], path.display())
}

/// What became of a damaged store.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Fate {
    ToldAtOpen,
    ToldAtLoad,
    ToldByVerify,
    Unharmed,
}

async fn fate(folder: &Path, sittings: &[Sitting]) -> Fate {
    let options = StoreOptions::new(folder);
    let opened = tokio::task::spawn_blocking(move || Store::open(&options));
    let opened = tokio::time::timeout(Duration::from_mins(1), opened).await;
    let store = match opened.expect("opening must end").expect("no panic may get out") {
        Ok(store) => store,
        Err(StoreError::Damaged { moved_to, .. }) => {
            assert!(!files(&moved_to).is_empty(), "nothing is deleted");
            return Fate::ToldAtOpen;
        }
        Err(error) => panic!("{error:?}"),
    };
    let mut told = false;
    for sitting in sittings {
        match store.load(sitting.id()).await {
            Ok(events) => assert_eq!(events, sitting.events),
            // Only what is damaged says so by itself; what is gone whole is found by the check.
            Err(StoreError::NotFound { .. }) => {}
            Err(_) => told = true,
        }
    }
    if told {
        return Fate::ToldAtLoad;
    }
    let verified = store.verify().await.unwrap();
    if !verified.is_sound() {
        return Fate::ToldByVerify;
    }
    for sitting in sittings {
        assert_eq!(
            store.load(sitting.id()).await.unwrap(),
            sitting.events,
            "lost without a word"
        );
        assert_eq!(
            store.summary(sitting.id()).await.unwrap().as_ref(),
            Some(&sitting.summary)
        );
    }
    let listed: BTreeSet<String> = names(&store, &Query::all()).await.into_iter().collect();
    assert_eq!(listed.len(), sittings.len());
    Fate::Unharmed
}

/// A first start that was cut off is no damage.
#[tokio::test]
async fn a_first_start_cut_off_begins_again() {
    let place = SledPlace::new();
    place.open().close().await.unwrap();
    let whole = place.folder();
    for (name, missing) in [("no-pointer", vec!["current"]), ("no-log", vec!["current", "log.1"])] {
        let state = place.0.path().join(name);
        copy(&whole, &state);
        copy(&whole.join("log.1"), &state.join("first.part"));
        fs::write(state.join("first.part/sled/db"), "half").unwrap();
        for path in missing.iter().map(|name| state.join(name)) {
            if path.is_dir() {
                fs::remove_dir_all(path).unwrap();
            } else {
                fs::remove_file(path).unwrap();
            }
        }
        let store = Store::open(&StoreOptions::new(&state)).unwrap();
        store.append(ordinary("01A", "ada", "lab", 1).whole()).await.unwrap();
        store.close().await.unwrap();
        assert!(state.join("log.1").exists() && state.join("current").exists());
    }
}

/// How many places are damaged; more on demand.
fn places() -> u64 {
    let asked = std::env::var_os("HOTSEAT_STORE_DAMAGES").and_then(|text| text.to_str()?.parse().ok());
    asked.unwrap_or(50)
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_never_a_silent_loss_nor_a_panic() {
    let place = SledPlace::new();
    let store = place.open();
    let mut sittings = Vec::new();
    for number in 0..40 {
        let mut sitting = Sitting::open(&format!("s{number:02}"), &format!("u{}", number % 5), "lab", number);
        store.append(sitting.whole()).await.unwrap();
        for turn in 1..8 {
            sitting.push(answered(&format!("m{turn}"), &"text ".repeat(100)));
            store.append(sitting.since(turn)).await.unwrap();
        }
        sittings.push(sitting);
    }
    store.keep("persona").await.unwrap();
    store.close().await.unwrap();
    let mut fates = Vec::new();
    for number in 0..places() {
        let mut random = ChaCha8Rng::seed_from_u64(number);
        let folder = place.0.path().join(format!("damaged-{number}"));
        copy(&place.folder(), &folder);
        let mut targets: Vec<PathBuf> = files(&folder).into_iter().map(|(path, _)| path).collect();
        targets.retain(|path| !path.ends_with("lock"));
        // Half of the places are in the log itself.
        let at = random.random_range(0..targets.len() * 2);
        let target = targets.get(at).cloned().unwrap_or_else(|| folder.join("log.1/sled/db"));
        let what = damage(&target, &mut random);
        let fate = fate(&folder, &sittings).await;
        println!("{number}: {what}: {fate:?}");
        fates.push(fate);
        fs::remove_dir_all(&folder).unwrap();
    }
    let told = fates.iter().filter(|fate| **fate != Fate::Unharmed).count();
    assert!(
        told >= fates.len() / 4,
        "the places were chosen badly: {told} of {} told",
        fates.len()
    );
}

#[tokio::test]
async fn a_damaged_store_is_moved_aside_and_a_new_one_begins_only_when_asked() {
    let place = SledPlace::new();
    let store = place.open();
    store.append(ordinary("01A", "ada", "lab", 1).whole()).await.unwrap();
    store.close().await.unwrap();
    let db = place.folder().join("log.1/sled/db");
    let length = fs::metadata(&db).unwrap().len();
    for number in 1..=2 {
        fs::write(&db, vec![0_u8; usize::try_from(length).unwrap()]).unwrap();
        let error = place.try_open().unwrap_err();
        let expected = place.folder().join(format!("damaged-{number}"));
        assert!(
            matches!(&error, StoreError::Damaged { moved_to, .. } if *moved_to == expected),
            "{error:?}"
        );
        assert!(error.to_string().contains(&expected.display().to_string()));
        assert!(expected.join("log.1/sled/db").exists());
        let store = place.open();
        assert_eq!(store.count(&Query::all()).await.unwrap(), 0);
        store.append(ordinary("01A", "ada", "lab", 1).whole()).await.unwrap();
        store.close().await.unwrap();
    }
    let store = place.open();
    let erased = store.erase(Erase::Session(SessionId::from("01A"))).await.unwrap();
    assert_eq!(erased.left_aside.len(), 2);
}
