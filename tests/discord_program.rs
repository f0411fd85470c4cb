//! The released program against the fake Discord: configured by a file, its token from the environment, stopped by signals.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

#[path = "support/bot.rs"]
mod bot;
#[path = "support/discord/mod.rs"]
mod discord;
#[allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a test that can't go on fails"
)]
#[path = "support/program.rs"]
mod program;

use std::process::{Child, Command, Stdio};

use bot::{ANSWER, next_prompt, sit};
use discord::{FakeDiscord, Options};
use program::Hotseat;

/// The program, configured for a fake.
fn serve(hotseat: &Hotseat, fake: &FakeDiscord) -> Command {
    let (config, ca) = (hotseat.home().join("bot.toml"), hotseat.home().join("ca.pem"));
    std::fs::write(&ca, fake.ca_pem()).unwrap();
    let text = format!(
        "[discord]\nquiet_s = 0.1\n[discord.transport]\nconnect_to = \"{}\"\nextra_ca_file = \"{}\"\n[log]\nlevel = \"trace\"\n",
        fake.rest_addr(),
        ca.display()
    );
    std::fs::write(&config, text).unwrap();
    let mut command = hotseat.command(&["serve", "--config", config.to_str().unwrap()]);
    command
        .env("DISCORD_TOKEN", fake.token())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("/bin/kill")
        .args([name, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_killed_in_the_middle_goes_on_and_stops_politely_without_a_secret_in_its_log() {
    let (fake, hotseat) = (FakeDiscord::start().await, Hotseat::new());
    let mut first = serve(&hotseat, &fake).spawn().unwrap();
    let mut log = first.stderr.take().unwrap();
    let log = std::thread::spawn(move || std::io::read_to_string(&mut log).unwrap());
    fake.gateway().wait_connected(1).await;
    let ada = sit(&fake, "Ada", &[]).await;
    ada.candidate.says(ada.thread, ANSWER);
    let asked = next_prompt(&fake, ada.thread).await;
    signal(&first, "-KILL");
    first.wait().unwrap();
    ada.candidate
        .says(ada.thread, "I would count accepted matches and not clicks.");
    let mut second = serve(&hotseat, &fake).stderr(Stdio::inherit()).spawn().unwrap();
    let next = next_prompt(&fake, ada.thread).await;
    assert_ne!(next.text(), asked.text(), "the answer of the meantime is taken");
    signal(&second, "-TERM");
    let ended = tokio::task::spawn_blocking(move || second.wait().unwrap())
        .await
        .unwrap();
    assert!(ended.success());
    let log = log.join().unwrap();
    let webhook = fake.read(|world| world.webhooks.values().next().unwrap().token.clone());
    assert!(log.contains("connections to Discord left"), "it does log");
    for secret in [
        fake.token().as_str(),
        &webhook,
        "aW50ZXJhY3Rpb24",
        "acceptance is what",
        "accepted matches",
    ] {
        assert!(
            !log.contains(secret),
            "{secret} is in the log, at the most talkative level"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_a_person_can_mend_ends_it_with_a_sentence_and_a_code_that_says_so() {
    let (fake, hotseat) = (
        FakeDiscord::start_with(Options {
            privileged_intents: 0,
            ..Options::default()
        })
        .await,
        Hotseat::new(),
    );
    for (token, words) in [
        (fake.token(), "Message Content Intent"),
        ("wrong".to_owned(), "Reset Token"),
        (String::new(), "DISCORD_TOKEN is not set"),
    ] {
        let mut command = serve(&hotseat, &fake);
        command.env("DISCORD_TOKEN", token).env("HOTSEAT_LOG", "off");
        let run = tokio::task::spawn_blocking(move || command.output().unwrap())
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert_eq!(run.status.code(), Some(78), "{said}");
        assert!(said.contains(words) && said.lines().count() == 1, "{said}");
    }
}
