//! Stories of people in a channel: the real bot, the strict fake Discord, and what each of them sees.

#[path = "support/bot.rs"]
mod bot;
#[path = "support/discord/mod.rs"]
mod discord;

use std::time::Duration;

use bot::{ANSWER, Bot, next_prompt, sit};
use discord::{FakeDiscord, permission};
use hotseat::interview::event::EndReason;

const SECOND: &str = "And I would watch complaints as the guardrail.";

#[tokio::test(flavor = "multi_thread")]
async fn an_interview_from_the_command_to_the_debrief() {
    let fake = FakeDiscord::start().await;
    let _bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    assert!(ada.question.by_webhook, "the persona speaks as itself");
    assert_eq!(
        ada.question.buttons()[..5],
        ["Answer", "Hint", "Skip", "Pause", "End & debrief"]
    );
    ada.answers(ANSWER).await;
    ada.presses("End & debrief").await;
    let debrief = ada.debrief().await;
    let names: Vec<&str> = debrief
        .files
        .iter()
        .map(|file| file.name.rsplit('.').next().unwrap())
        .collect();
    assert_eq!(names, ["md", "json"]);
    assert!(
        debrief.files[0].text().contains("acceptance is what"),
        "the evidence is there in full"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_pings_and_every_message_can_be_repeated() {
    let fake = FakeDiscord::start().await;
    let _bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    ada.answers(&format!(
        "@everyone <@{}> [look](https://example.org) {ANSWER}",
        ada.candidate.id
    ))
    .await;
    ada.presses("Pause").await;
    fake.message_with(ada.thread, "paused").await;
    for request in fake.requests() {
        let sends =
            request.route == "POST /channels/{channel}/messages" || request.route == "POST /webhooks/{webhook}/{token}";
        if sends {
            assert_eq!(
                request.body["allowed_mentions"]["parse"],
                serde_json::json!([]),
                "{}",
                request.path
            );
        }
        if request.route == "POST /channels/{channel}/messages" {
            assert!(request.body["nonce"].is_string() && request.body["enforce_nonce"] == true);
        }
    }
    assert!(
        ada.posted()
            .iter()
            .all(|text| !text.contains("@everyone") && !text.contains("](https"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_permission_is_named_to_the_invoker_alone() {
    let fake = FakeDiscord::start().await;
    let _bot = Bot::start(&fake).await;
    let general = fake.channel("general");
    fake.deny_bot(general, permission::CREATE_PRIVATE_THREADS | permission::ATTACH_FILES);
    let told = fake
        .user("Ada")
        .slash(general, "interview start", &[])
        .await
        .reply()
        .await;
    assert!(told.ephemeral);
    for words in ["Create Private Threads", "Attach Files", &format!("<#{general}>")] {
        assert!(told.text().contains(words), "{}", told.text());
    }
    assert!(fake.requests_to("POST /channels/{channel}/threads").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_acknowledged_at_once() {
    let fake = FakeDiscord::start().await;
    let _bot = Bot::start(&fake).await;
    let started = fake
        .user("Ada")
        .slash(fake.channel("general"), "interview start", &[])
        .await;
    assert!(
        started.deferred && started.latency < Duration::from_millis(500),
        "{:?}",
        started.latency
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_there_is_is_offered_while_one_types() {
    let fake = FakeDiscord::start().await;
    let _bot = Bot::start(&fake).await;
    let (ada, general) = (fake.user("Ada"), fake.channel("general"));
    for option in ["persona", "case", "round"] {
        let offered = ada.autocomplete(general, "interview start", option, "", &[]).await;
        assert!(!offered.is_empty() && offered.len() <= 25, "{option}");
    }
    let rounds = ada
        .autocomplete(general, "interview start", "round", "system", &[])
        .await;
    assert_eq!(rounds[0].1, "system_design");
    let told = ada
        .slash(general, "interview start", &[("persona", "../../etc")])
        .await
        .reply()
        .await;
    assert!(told.text().contains("no persona"), "{}", told.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_interview_a_person_and_guild_however_fast_one_asks() {
    let fake = FakeDiscord::start().await;
    let _bot = Bot::start(&fake).await;
    let (ada, general) = (fake.user("Ada"), fake.channel("general"));
    let (one, two) = tokio::join!(
        ada.slash(general, "interview start", &[]),
        ada.slash(general, "interview start", &[])
    );
    let told = [one.reply().await.text(), two.reply().await.text()];
    assert_eq!(
        told.iter().filter(|text| text.contains("Your interview is in")).count(),
        1,
        "{told:?}"
    );
    assert_eq!(fake.requests_to("POST /channels/{channel}/threads").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_messages_in_a_row_are_one_answer() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start_with(&fake, |options| options.quiet = Duration::from_millis(400)).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    ada.candidate.says(ada.thread, ANSWER);
    ada.answers(SECOND).await;
    assert_eq!(bot.answers(&ada.candidate).await, [format!("{ANSWER}\n{SECOND}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn done_takes_the_answer_without_waiting() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start_with(&fake, |options| options.quiet = Duration::from_mins(1)).await;
    let ada = sit(&fake, "Ada", &[]).await;
    let told = ada.presses("Done").await.follow_up(0).await;
    assert!(
        told.ephemeral && told.text().contains("nothing to take yet"),
        "{}",
        told.text()
    );
    ada.candidate.types(ada.thread);
    let said = ada.candidate.says(ada.thread, "A first try");
    ada.candidate.edits(&said, ANSWER);
    let gone = ada.candidate.says(ada.thread, "not this");
    ada.candidate.deletes(&gone);
    ada.presses("90 % sure").await.follow_up(0).await;
    ada.presses("Done").await;
    next_prompt(&fake, ada.thread).await;
    let session = bot.session(&ada.candidate).await;
    let exchange = session.transcript().exchanges().next().unwrap();
    assert_eq!(
        (exchange.answer.as_str(), exchange.confidence),
        (ANSWER, Some(90)),
        "edits, deletions and certainty count"
    );
    assert!(
        exchange.timing.think_s.is_some(),
        "think time runs to the first sign of typing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_works_without_the_message_content_intent() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let ada = sit(&fake, "Ada", &[]).await;
    let form = ada.presses("Answer").await;
    ada.candidate
        .submit_modal(&form, &[("Answer as you would say it", ANSWER)])
        .await;
    next_prompt(&fake, ada.thread).await;
    assert_eq!(bot.answers(&ada.candidate).await, [ANSWER]);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_come_twice_and_out_of_order_are_one_answer() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start_with(&fake, |options| options.quiet = Duration::from_millis(300)).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    fake.gateway().copies(3);
    fake.gateway().hold();
    ada.candidate.says(ada.thread, ANSWER);
    ada.candidate.says(ada.thread, SECOND);
    fake.gateway().release(discord::Order::Reversed);
    ada.question = next_prompt(&fake, ada.thread).await;
    fake.gateway().replay(4);
    ada.answers("Nothing else to say about it.").await;
    let answers = bot.answers(&ada.candidate).await;
    assert_eq!(
        answers,
        [
            format!("{ANSWER}\n{SECOND}"),
            "Nothing else to say about it.".to_owned()
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_write_is_neither_stored_nor_answered() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[("visibility", "public thread")]).await;
    let bob = fake.user("Bob");
    bob.joins(ada.thread);
    bob.says(ada.thread, "I would have said zebra");
    ada.answers(ANSWER).await;
    assert_eq!(bot.answers(&ada.candidate).await, [ANSWER]);
    let exported = bot
        .service()
        .export_of(&hotseat::domain::ids::UserId::new(ada.candidate.id.to_string()))
        .await
        .unwrap();
    assert!(!String::from_utf8_lossy(&exported).contains("zebra"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_click_an_old_button_and_a_double_click() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[("visibility", "public thread")]).await;
    let bob = fake.user("Bob");
    let told = bob.click(&ada.question, "Skip").await.follow_up(0).await;
    assert!(
        told.ephemeral && told.text().contains("not your interview"),
        "{}",
        told.text()
    );
    let told = bob.click(&ada.question, "Answer").await.reply().await;
    assert!(
        told.ephemeral && told.text().contains("not your interview"),
        "{}",
        told.text()
    );
    let first = ada.question.clone();
    let (_, second) = tokio::join!(
        ada.candidate.click_stale(&first, "Skip"),
        ada.candidate.click_stale(&first, "Skip")
    );
    ada.question = next_prompt(&fake, ada.thread).await;
    drop(second);
    let told = ada.candidate.click_stale(&first, "Hint").await.follow_up(0).await;
    assert!(told.text().contains("earlier question"), "{}", told.text());
    let skipped = bot
        .session(&ada.candidate)
        .await
        .transcript()
        .threads
        .iter()
        .filter(|thread| thread.skipped)
        .count();
    assert_eq!(skipped, 1, "a double click skips once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hint_a_pause_and_going_on() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    let asked = ada.question.text();
    ada.presses("Hint").await;
    ada.question = next_prompt(&fake, ada.thread).await;
    let told = ada.presses("Hint").await.follow_up(0).await;
    assert!(told.text().contains("one hint"), "{}", told.text());
    ada.presses("Pause").await;
    let paused = fake.message_with(ada.thread, "is paused").await;
    ada.candidate
        .says(ada.thread, "This is said in the pause and is no answer");
    ada.candidate.click(&paused, "Resume").await;
    fake.next_message(ada.thread).await;
    ada.question = next_prompt(&fake, ada.thread).await;
    assert!(ada.question.text().contains(asked.trim()), "the question is said again");
    ada.answers(ANSWER).await;
    assert_eq!(bot.answers(&ada.candidate).await, [ANSWER]);
}

#[tokio::test(flavor = "multi_thread")]
async fn certainty_can_be_told_after_the_answer_too() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    let asked = ada.question.clone();
    ada.answers(ANSWER).await;
    let told = ada.candidate.click(&asked, "70 % sure").await.follow_up(0).await;
    assert!(told.ephemeral && told.text().contains("70 %"), "{}", told.text());
    ada.answers(SECOND).await;
    let session = bot.session(&ada.candidate).await;
    let said: Vec<_> = session
        .transcript()
        .exchanges()
        .map(|exchange| exchange.confidence)
        .collect();
    assert_eq!(said, [Some(70), None]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_webhook_a_message_opens_with_the_name() {
    let fake = FakeDiscord::start().await;
    fake.deny_bot(fake.channel("general"), permission::MANAGE_WEBHOOKS);
    let _bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    assert!(
        !ada.question.by_webhook && ada.question.text().starts_with("**"),
        "{}",
        ada.question.text()
    );
    ada.answers(ANSWER).await;
    assert_eq!(fake.counters().invalid, 1, "it is asked for once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_is_deleted_does_not_stop_the_interview() {
    let fake = FakeDiscord::start().await;
    let _bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    fake.change(|world| world.webhooks.clear());
    assert!(!ada.answers(ANSWER).await.by_webhook);
    assert!(
        ada.answers(SECOND).await.by_webhook,
        "and a new one is made for the next"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_whose_reply_is_lost_is_there_once() {
    let fake = FakeDiscord::start().await;
    let _bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    fake.drop_reply_after_accepting("POST /webhooks/{webhook}/{token}");
    let pushed = ada.answers(ANSWER).await.text();
    fake.drop_reply_after_accepting("POST /channels/{channel}/messages");
    ada.presses("End & debrief").await;
    ada.debrief().await;
    let posted = ada.posted();
    assert_eq!(posted.iter().filter(|text| **text == pushed).count(), 1, "{posted:?}");
    assert_eq!(posted.iter().filter(|text| text.contains("Debrief:")).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_file_is_an_answer_and_other_files_are_not() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let ada = sit(&fake, "Ada", &[]).await;
    ada.candidate.attaches(ada.thread, "me.png", b"\x89PNG", "image/png");
    fake.message_with(ada.thread, "only read typed answers").await;
    ada.candidate
        .attaches(ada.thread, "long.txt", &[b'a'; 5_000], "text/plain");
    fake.message_with(ada.thread, "too large").await;
    for url in [
        "https://evil.example/x.txt",
        "http://cdn.discordapp.com/x.txt",
        "https://cdn.discordapp.com@evil.example/x.txt",
    ] {
        ada.candidate.attaches_with_url(ada.thread, "x.txt", url, 10);
        fake.message_with(ada.thread, "could not read that file").await;
    }
    ada.candidate
        .attaches(ada.thread, "answer.txt", ANSWER.as_bytes(), "text/plain; charset=utf-8");
    next_prompt(&fake, ada.thread).await;
    assert_eq!(bot.answers(&ada.candidate).await, [ANSWER], "nothing else cost a turn");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_without_its_text_is_told_as_a_set_up_problem() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let ada = sit(&fake, "Ada", &[]).await;
    ada.candidate.says(ada.thread, "");
    let told = fake.message_with(ada.thread, "Message Content").await;
    assert!(told.text().contains("not your answer"), "{}", told.text());
    assert!(bot.answers(&ada.candidate).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn in_direct_messages_and_with_closed_ones() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let (ada, general) = (fake.user("Ada"), fake.channel("general"));
    fake.takes_dms(ada.id, false);
    let told = ada
        .slash(general, "interview start", &[("visibility", "direct messages")])
        .await
        .reply()
        .await;
    assert!(
        told.ephemeral && told.text().contains("no direct messages"),
        "{}",
        told.text()
    );
    fake.takes_dms(ada.id, true);
    ada.slash(general, "interview start", &[("visibility", "direct messages")])
        .await
        .reply()
        .await;
    let dm = fake.dm_of(ada.id).unwrap();
    let question = next_prompt(&fake, dm).await;
    ada.says(dm, ANSWER);
    next_prompt(&fake, dm).await;
    ada.click(&question, "End & debrief").await;
    fake.message_with(dm, "Debrief:").await;
    assert_eq!(bot.answers(&ada).await, [ANSWER]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_candidate_is_reminded_once_and_then_paused() {
    let fake = FakeDiscord::start().await;
    let quiet = |options: &mut hotseat::discord::DiscordOptions| {
        options.remind = Duration::from_millis(200);
        options.pause = Duration::from_millis(200);
    };
    let _bot = Bot::start_with(&fake, quiet).await;
    let ada = sit(&fake, "Ada", &[]).await;
    fake.message_with(ada.thread, "Take your time").await;
    fake.message_with(ada.thread, "is paused").await;
    assert_eq!(
        ada.posted()
            .iter()
            .filter(|text| text.contains("Take your time"))
            .count(),
        1
    );
    ada.candidate
        .slash(fake.channel("general"), "interview resume", &[])
        .await
        .reply()
        .await;
    next_prompt(&fake, ada.thread).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_had_afterwards() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let (general, mut first) = (fake.channel("general"), None);
    for _ in 0..2 {
        let mut ada = sit(&fake, "Ada", &[]).await;
        ada.answers(ANSWER).await;
        ada.presses("End & debrief").await;
        ada.debrief().await;
        first = first.or(Some(bot.session_id(&ada.candidate).await));
    }
    let ada = fake.user("Ada");
    let first = first.unwrap().to_string();
    for (command, options, words) in [
        ("debrief", vec![("session", first.as_str())], first.as_str()),
        ("history", vec![], first.as_str()),
        ("compare", vec![("a", first.as_str())], "side by side"),
        ("progress", vec![], "Progress over 2 sessions"),
        ("personas", vec![], "The panel"),
        ("cases", vec![], "The cases"),
        ("help", vec![], "/interview start"),
        ("privacy show", vec![], "What I store"),
    ] {
        let told = ada.slash(general, command, &options).await.reply().await;
        assert!(
            told.ephemeral && told.text().contains(words),
            "{command}: {}",
            told.text()
        );
    }
    let nothing = fake
        .user("Bob")
        .slash(general, "debrief", &[("session", first.as_str())])
        .await
        .reply()
        .await;
    assert!(
        nothing.text().contains("no such session of yours"),
        "{}",
        nothing.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_debrief_by_direct_message_falls_back_to_what_nobody_else_sees() {
    let fake = FakeDiscord::start().await;
    let _bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[("debrief", "by direct message")]).await;
    ada.answers(ANSWER).await;
    ada.presses("End & debrief").await;
    fake.message_with(ada.thread, "in our direct messages").await;
    let dm = fake.dm_of(ada.candidate.id).unwrap();
    fake.message_with(dm, "Debrief:").await;
    fake.takes_dms(ada.candidate.id, false);
    let told = ada
        .candidate
        .slash(fake.channel("general"), "debrief", &[("where", "by direct message")])
        .await
        .reply()
        .await;
    assert!(told.ephemeral && told.text().contains("no direct messages") && told.text().contains("Debrief:"));
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_a_person_can_be_had_and_deleted() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    ada.answers(ANSWER).await;
    let general = fake.channel("general");
    ada.candidate.slash(general, "privacy export", &[]).await.reply().await;
    let dm = fake.dm_of(ada.candidate.id).unwrap();
    let sent = fake.message_with(dm, "Everything that is stored").await;
    assert!(sent.file("hotseat-export.jsonl").text().contains("acceptance is what"));
    let sure = ada.candidate.slash(general, "privacy delete", &[]).await.reply().await;
    let told = ada.candidate.click(&sure, "Delete all").await.follow_up(0).await;
    assert!(told.text().contains("Sessions deleted: 1"), "{}", told.text());
    let id = hotseat::domain::ids::UserId::new(ada.candidate.id.to_string());
    assert!(
        bot.service().recent(&id, 10).await.unwrap().is_empty(),
        "an open interview is ended first"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn others_sessions_only_where_they_are_shared() {
    let fake = FakeDiscord::start().await;
    let _bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    ada.answers(ANSWER).await;
    let (bob, general) = (fake.user("Bob"), fake.channel("general"));
    let whose = ada.candidate.id.to_string();
    let told = bob.slash(general, "history", &[("user", &whose)]).await.reply().await;
    assert!(told.text().contains("do not share"), "{}", told.text());
    ada.candidate
        .slash(general, "privacy share", &[("on", "true")])
        .await
        .reply()
        .await;
    let told = bob.slash(general, "history", &[("user", &whose)]).await.reply().await;
    assert!(told.text().contains("Sessions of Ada"), "{}", told.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn peers_join_push_back_and_rate_blind() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[("peers", "true")]).await;
    let bob = fake.user("Bob");
    bob.joins(ada.thread);
    let form = bob.click(&ada.question, "Push back (peers)").await;
    let told = bob
        .submit_modal(&form, &[("What would you press on?", "Why a week?")])
        .await
        .follow_up(0)
        .await;
    assert!(told.text().contains("Join first"), "{}", told.text());
    bob.slash(ada.thread, "interview join", &[]).await.reply().await;
    ada.answers(ANSWER).await;
    let form = bob.click(&ada.question, "Push back (peers)").await;
    bob.submit_modal(&form, &[("What would you press on?", "Why three weeks and not one?")])
        .await
        .follow_up(0)
        .await;
    ada.question = next_prompt(&fake, ada.thread).await;
    assert!(
        ada.question.author.contains("Bob") && ada.question.text().contains("three weeks"),
        "{:?}",
        ada.question
    );
    let card = bob.click(&ada.question, "Scorecard (peers)").await.follow_up(0).await;
    let select = card.parts().next().unwrap()["custom_id"].as_str().unwrap().to_owned();
    bob.select(&card, &select, &["3"]).await;
    ada.answers("Because one week does not hold a whole hiring cycle, so acceptance would be counted too early.")
        .await;
    ada.presses("End & debrief").await;
    let debrief = ada.debrief().await;
    assert!(
        debrief.files[1].text().contains("\"asked_by\""),
        "the answer to a peer is judged like any other"
    );
    assert!(
        debrief.text().contains(&format!("<@{}>", bob.id)),
        "the scorecards are revealed: {}",
        debrief.text()
    );
    let session = bot.session(&ada.candidate).await;
    assert_eq!(session.transcript().cards.len(), 1);
    assert!(
        ada.posted().iter().all(|text| !text.contains("scorecard for question")),
        "blind: only its rater saw it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_at_once_all_have_their_question_and_no_global_limit_is_met() {
    let fake = FakeDiscord::start().await;
    let _bot = Bot::start(&fake).await;
    let names: Vec<String> = (0..20).map(|number| format!("Candidate {number}")).collect();
    let general = fake.channel("general");
    let people: Vec<_> = names.iter().map(|name| fake.user(name)).collect();
    let starts = people
        .iter()
        .map(|person| person.slash(general, "interview start", &[]));
    futures_util::future::join_all(starts).await;
    for _ in &people {
        let thread = fake.next_thread(general).await;
        next_prompt(&fake, thread).await;
    }
    let counters = fake.counters();
    assert_eq!(counters.global_429, 0, "{counters:?}");
    assert_eq!(fake.read(|world| world.webhooks.len()), 1, "they share one webhook");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_is_there_though_the_interaction_is_long_over() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let mut ada = sit(&fake, "Ada", &[]).await;
    fake.advance(Duration::from_mins(16));
    ada.answers(ANSWER).await;
    ada.presses("End & debrief").await;
    ada.debrief().await;
    assert_eq!(bot.end_of(&ada.candidate).await, EndReason::ByCandidate);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_servers_managers_decide_where_and_how_often() {
    let fake = FakeDiscord::start().await;
    let _bot = Bot::start(&fake).await;
    let (general, other) = (fake.channel("general"), fake.add_channel(fake.guild(), "practice"));
    let coach = fake.user("Coach");
    fake.give_role(
        fake.guild(),
        coach.id,
        fake.add_role(fake.guild(), "Coach", permission::MANAGE_GUILD),
    );
    let only = other.to_string();
    let told = coach
        .slash(general, "settings", &[("channel", &only), ("a_day", "1")])
        .await
        .reply()
        .await;
    assert!(told.text().contains(&format!("<#{other}>")), "{}", told.text());
    let ada = fake.user("Ada");
    let told = ada.slash(general, "interview start", &[]).await.reply().await;
    assert!(told.text().contains(&format!("<#{other}>")), "{}", told.text());
    ada.slash(other, "interview start", &[]).await.reply().await;
    let question = next_prompt(&fake, fake.next_thread(other).await).await;
    ada.click(&question, "End & debrief").await;
    fake.message_with(question.channel, "Debrief:").await;
    let told = ada.slash(other, "interview start", &[]).await.reply().await;
    assert!(told.text().contains("1 interviews a day"), "{}", told.text());
    let told = coach
        .slash(general, "settings", &[("forget", "everything")])
        .await
        .reply()
        .await;
    assert!(told.text().contains("Channels: all"), "{}", told.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hot_seat_rotates_and_everybody_gets_the_same_question() {
    let fake = FakeDiscord::start().await;
    let bot = Bot::start(&fake).await;
    let (general, ada, bob) = (fake.channel("general"), fake.user("Ada"), fake.user("Bob"));
    ada.slash(general, "hotseat join", &[]).await.reply().await;
    bob.slash(general, "hotseat join", &[]).await.reply().await;
    let told = ada.slash(general, "hotseat next", &[]).await.reply().await;
    assert!(told.text().contains("Ada is in the hot seat"), "{}", told.text());
    let question = next_prompt(&fake, fake.next_thread(general).await).await;
    let form = bob.click(&question, "Push back (peers)").await;
    bob.submit_modal(&form, &[("What would you press on?", "Says who?")])
        .await
        .follow_up(0)
        .await;
    let told = bob.slash(general, "hotseat next", &[]).await.reply().await;
    assert!(told.text().contains("Bob is in the hot seat"), "{}", told.text());
    next_prompt(&fake, fake.next_thread(general).await).await;
    let asked = |session: &hotseat::interview::Interview| session.transcript().threads[0].asked.source.clone();
    assert_eq!(asked(&bot.session(&ada).await), asked(&bot.session(&bob).await));
}
