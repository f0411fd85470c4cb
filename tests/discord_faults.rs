//! What goes wrong on Discord's side or with the process, and what people live through: one sentence, nothing lost, nothing twice.

#[path = "support/bot.rs"]
mod bot;
#[path = "support/discord/mod.rs"]
mod discord;

use std::time::Duration;

use bot::{ANSWER, Bot, next_prompt, sit};
use discord::{FakeDiscord, Options, permission};
use hotseat::{discord::ServeError, interview::event::EndReason};

const SECOND: &str = "And I would watch complaints as the guardrail.";

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_given_while_the_program_was_down_is_taken() {
    let fake = FakeDiscord::start().await;
    let mut bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    ada.answers(ANSWER).await;
    bot.kill().await;
    ada.candidate.says(ada.thread, SECOND);
    bot.start_again(&fake).await;
    next_prompt(&fake, ada.thread).await;
    assert_eq!(bot.answers(&ada.candidate).await, [ANSWER, SECOND]);
    let posted = ada.posted();
    let mut once = posted.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), posted.len(), "nothing is asked twice: {posted:?}");
    assert!(
        posted.iter().all(|text| !text.contains("restarted")),
        "and nothing needs to be said"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_the_question_stands_and_that_is_said_once() {
    let fake = FakeDiscord::start().await;
    let mut bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    assert!(bot.stop().await < Duration::from_secs(10));
    bot.start_again(&fake).await;
    fake.message_with(ada.thread, "I was restarted").await;
    ada.presses("Hint").await;
    ada.question = next_prompt(&fake, ada.thread).await;
    ada.answers(ANSWER).await;
    assert_eq!(
        ada.posted()
            .iter()
            .filter(|text| text.contains("I was restarted"))
            .count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stored_and_not_shown_is_shown_after_a_restart() {
    let fake = FakeDiscord::start().await;
    let mut bot = Bot::start(&fake).await;
    let ada = sit(&fake, "Ada", &[]).await;
    let held = fake.hold_next("POST /webhooks/{webhook}/{token}");
    ada.candidate.says(ada.thread, ANSWER);
    let asked = async {
        while bot.session(&ada.candidate).await.said().len() < 3 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), asked).await.unwrap();
    bot.kill().await;
    drop(held);
    bot.start_again(&fake).await;
    let prompt = next_prompt(&fake, ada.thread).await;
    let pushback = bot.session(&ada.candidate).await.said()[2].text.clone();
    assert!(prompt.text().contains(pushback.split_whitespace().next().unwrap()));
    assert_eq!(bot.answers(&ada.candidate).await, [ANSWER]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_in_the_events_is_read_up_by_rest() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let ada = sit(&fake, "Ada", &[]).await;
    fake.gateway().loses("MESSAGE_CREATE");
    ada.candidate.says(ada.thread, ANSWER);
    fake.gateway().loses_nothing();
    fake.gateway().invalidate(false);
    next_prompt(&fake, ada.thread).await;
    assert_eq!(bot.answers(&ada.candidate).await, [ANSWER]);
    assert!(ada.posted().iter().all(|text| !text.contains("restarted")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_connection_that_resumes_is_not_noticed() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let ada = sit(&fake, "Ada", &[]).await;
    fake.gateway().close(4000);
    ada.candidate.says(ada.thread, ANSWER);
    next_prompt(&fake, ada.thread).await;
    fake.gateway().replay(5);
    fake.gateway().replay(5);
    assert_eq!(bot.answers(&ada.candidate).await, [ANSWER]);
    assert!(fake.counters().resumes > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_thread_ends_the_interview_as_interrupted() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    ada.answers(ANSWER).await;
    fake.delete_channel(ada.thread);
    assert_eq!(bot.end_of(&ada.candidate).await, EndReason::Interrupted);
    let dm = ada.candidate.dm();
    let told = fake.message_with(dm, "was deleted").await;
    assert!(told.text().contains("/debrief"), "{}", told.text());
    let told = ada
        .candidate
        .slash(fake.channel("general"), "debrief", &[])
        .await
        .reply()
        .await;
    assert!(told.text().contains("Debrief:"), "what was answered is there");
    sit(&fake, "Ada", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_taken_in_the_middle_pauses_and_is_told_by_direct_message() {
    let fake = FakeDiscord::start().await;
    let general = fake.channel("general");
    fake.deny_bot(general, permission::MANAGE_WEBHOOKS);
    let bot = Bot::start(&fake).await;
    let ada = sit(&fake, "Ada", &[]).await;
    fake.deny_bot(
        general,
        permission::MANAGE_WEBHOOKS | permission::SEND_MESSAGES_IN_THREADS,
    );
    ada.candidate.says(ada.thread, ANSWER);
    fake.message_with(ada.candidate.dm(), "can't write in").await;
    fake.deny_bot(general, permission::MANAGE_WEBHOOKS);
    let told = ada
        .candidate
        .slash(general, "interview resume", &[])
        .await
        .reply()
        .await;
    assert!(told.text().contains("goes on"), "{}", told.text());
    next_prompt(&fake, ada.thread).await;
    assert_eq!(bot.answers(&ada.candidate).await, [ANSWER]);
    assert!(fake.counters().invalid < 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_thread_is_opened_again() {
    let fake = FakeDiscord::start().await;
    fake.deny_bot(fake.channel("general"), permission::MANAGE_WEBHOOKS);
    let _bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    fake.archive(ada.thread, false);
    ada.answers(ANSWER).await;
    fake.fail_next("POST /channels/{channel}/messages", 400, 50_083);
    ada.answers(SECOND).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interaction_that_came_too_late_is_done_all_the_same() {
    let fake = FakeDiscord::start().await;
    let _bot = Bot::start(&fake).await;
    let (ada, general) = (fake.user("Ada"), fake.channel("general"));
    fake.fail_next("POST /interactions/{interaction}/{token}/callback", 404, 10_062);
    assert!(ada.try_slash(general, "interview start", &[]).await.is_err());
    let thread = fake.next_thread(general).await;
    next_prompt(&fake, thread).await;
    fake.message_with(ada.dm(), "Your interview is in").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_candidate_who_leaves_the_server_has_abandoned_it() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let ada = sit(&fake, "Ada", &[]).await;
    fake.remove_member(fake.guild(), ada.candidate.id);
    assert_eq!(bot.end_of(&ada.candidate).await, EndReason::Abandoned);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_no_goodbye_and_a_kick_is() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    fake.outage(fake.guild(), true);
    fake.outage(fake.guild(), false);
    ada.answers(ANSWER).await;
    fake.kick_bot(fake.guild());
    assert_eq!(bot.end_of(&ada.candidate).await, EndReason::Abandoned);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_intent_a_wrong_token_and_unknown_intents_end_the_bot_with_a_sentence() {
    let fake = FakeDiscord::start_with(Options {
        privileged_intents: 0,
        ..Options::default()
    })
    .await;
    let mut bot = Bot::not_started(|_| {});
    bot.run(&fake);
    let error = bot.ended().await.unwrap_err();
    assert!(matches!(error, ServeError::MessageContent) && error.is_final());
    assert!(error.to_string().contains("Privileged Gateway Intents"), "{error}");
    let mut bot = Bot::not_started(|options| options.token = "wrong".to_owned().into());
    bot.run(&fake);
    assert!(matches!(bot.ended().await, Err(ServeError::Token)));
    assert_eq!(fake.counters().identifies, 1, "a wrong token spends no connection");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_reset_while_it_runs_ends_the_bot() {
    let fake = FakeDiscord::start().await;
    let mut bot = Bot::start(&fake).await;
    fake.reset_token();
    fake.gateway().close(4000);
    assert!(matches!(bot.ended().await, Err(ServeError::Token)));
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_down_at_the_start_is_waited_for() {
    let fake = FakeDiscord::start().await;
    fake.fail_next("GET /gateway/bot", 503, 0);
    let mut bot = Bot::not_started(|_| {});
    bot.run(&fake);
    fake.gateway().wait_connected(1).await;
    assert!(bot.stop().await < Duration::from_secs(10));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_connection_is_made_when_the_days_are_spent() {
    let fake = FakeDiscord::start_with(Options {
        identifies_left: 0,
        ..Options::default()
    })
    .await;
    let mut bot = Bot::not_started(|_| {});
    bot.run(&fake);
    fake.wait_until(|world| world.requests.iter().any(|request| request.route == "GET /gateway/bot"))
        .await;
    assert!(
        bot.stop().await < Duration::from_secs(10),
        "and it can be stopped while it waits"
    );
    assert_eq!(fake.counters().identifies, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_finishes_the_step_in_hand_and_takes_nothing_new() {
    let fake = FakeDiscord::start().await;
    let mut bot = Bot::start_with(&fake, |options| options.quiet = Duration::from_secs(30)).await;
    let ada = sit(&fake, "Ada", &[]).await;
    ada.candidate.says(ada.thread, ANSWER);
    assert!(bot.stop().await < Duration::from_secs(10));
    bot.change = |_| {};
    bot.start_again(&fake).await;
    next_prompt(&fake, ada.thread).await;
    assert_eq!(
        bot.answers(&ada.candidate).await,
        [ANSWER],
        "what was typed before the stop is read again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn always_forbidden_is_not_a_storm() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let ada = sit(&fake, "Ada", &[]).await;
    for route in [
        "POST /channels/{channel}/messages",
        "POST /webhooks/{webhook}/{token}",
        "POST /channels/{channel}/typing",
        "POST /users/@me/channels",
    ] {
        fake.fail_always(route, 403, 50_013);
    }
    ada.candidate.says(ada.thread, ANSWER);
    let paused = async {
        while !bot.session(&ada.candidate).await.is_paused() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), paused).await.unwrap();
    assert!(fake.counters().invalid < 20, "{:?}", fake.counters());
}
