//! The fake Discord: each limit refuses, each promise of the gateway is kept, and the real client is content with it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what is not there fails the test"
)]

#[path = "support/discord/mod.rs"]
mod discord;
#[path = "support/discord/raw_client.rs"]
mod raw_client;
#[path = "support/discord/try_bot.rs"]
mod try_bot;

use std::time::Duration;

use discord::{Bucket, FakeDiscord, Limits, Options, Order, Scope, Snowflake, permission};
use poise::serenity_prelude as serenity;
use raw_client::{RawClient, got};
use serde_json::{Value, json};
use serenity::{
    CreateAllowedMentions, CreateMessage, CreateThread, EditWebhookMessage, ExecuteWebhook, GatewayIntents,
};
use try_bot::{TryBot, channel, http};

const SEND: &str = "POST /channels/{channel}/messages";

/// A fake without limits and a bare client, with the path of `#general`'s messages.
async fn bare() -> (FakeDiscord, RawClient, String) {
    let fake = FakeDiscord::start_with(Options {
        limits: Limits::off(),
        ..Options::default()
    })
    .await;
    let raw = RawClient::new(&fake);
    let path = format!("/channels/{}/messages", fake.channel("general"));
    (fake, raw, path)
}

fn quiet(content: &str) -> Value {
    json!({"content": content, "allowed_mentions": {"parse": []}})
}

/// The path to answer the only interaction there is.
fn callback(fake: &FakeDiscord) -> String {
    fake.read(|world| {
        let used = world.interactions.values().next().expect("something was used");
        format!("/interactions/{}/{}/callback", used.id, used.token)
    })
}

/// Makes a public thread by bare requests.
async fn thread(raw: &RawClient, parent: Snowflake) -> Snowflake {
    let made = raw
        .send(
            "POST",
            &format!("/channels/{parent}/threads"),
            &json!({"name": "round one", "type": 11}),
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body["id"].as_str().unwrap().parse().unwrap()
}

fn token(webhook: &serenity::Webhook) -> String {
    serde_json::to_value(webhook).unwrap()["token"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_command_is_answered_at_once() {
    let fake = FakeDiscord::start().await;
    let _bot = TryBot::start(&fake).await;
    let view = fake
        .user("Ada")
        .slash(fake.channel("general"), "say", &[("text", "hello @everyone")])
        .await;
    assert_eq!(view.reply().await.content, "hello @everyone");
    assert!(!view.deferred);
}

#[tokio::test]
async fn a_deferred_command_is_filled_in_edited_and_followed_up() {
    let fake = FakeDiscord::start().await;
    let _bot = TryBot::start(&fake).await;
    let (ada, ben) = (fake.user("Ada"), fake.user("Ben"));
    let general = fake.channel("general");
    let view = ada.slash(general, "think", &[]).await;
    assert!(view.deferred);
    assert_eq!(view.follow_up(0).await.content, "and another thing");
    let seen = ada.reads(general);
    assert_eq!((seen[0].content.as_str(), seen[0].ephemeral), ("second thought", true));
    assert_eq!(seen[0].file("debrief.md").text(), "# Debrief");
    assert!(
        !ben.reads(general).iter().any(|message| message.ephemeral),
        "nobody else sees it"
    );
}

#[tokio::test]
async fn an_option_is_completed_and_a_file_given() {
    let fake = FakeDiscord::start().await;
    let _bot = TryBot::start(&fake).await;
    let (ada, general) = (fake.user("Ada"), fake.channel("general"));
    let choices = ada.autocomplete(general, "pick", "persona", "bar", &[]).await;
    assert_eq!(choices, [("bar_raiser".to_owned(), json!("bar_raiser"))]);
    let file = ada.uploads("job.txt", b"12345", "text/plain");
    let view = ada
        .slash(general, "pick", &[("persona", "bar_raiser"), ("file", &file)])
        .await;
    assert_eq!(view.reply().await.content, "bar_raiser and 5 bytes");
}

#[tokio::test]
async fn buttons_and_selects_are_used() {
    let fake = FakeDiscord::start().await;
    let _bot = TryBot::start(&fake).await;
    let ada = fake.user("Ada");
    let panel = ada.slash(fake.channel("general"), "panel", &[]).await.reply().await;
    assert_eq!(panel.buttons(), ["Done"]);
    assert_eq!(ada.click(&panel, "Done").await.reply().await.content, "pressed done");
    assert_eq!(
        ada.select(&panel, "How sure are you?", &["90 %"])
            .await
            .reply()
            .await
            .content,
        "pressed sure"
    );
}

#[tokio::test]
#[should_panic(expected = "Never is greyed out")]
async fn a_greyed_button_cannot_be_pressed() {
    let fake = FakeDiscord::start().await;
    let _bot = TryBot::start(&fake).await;
    let ada = fake.user("Ada");
    let panel = ada.slash(fake.channel("general"), "panel", &[]).await.reply().await;
    ada.click(&panel, "Never").await;
}

#[tokio::test]
async fn a_modal_opens_and_is_sent() {
    let fake = FakeDiscord::start().await;
    let _bot = TryBot::start(&fake).await;
    let ada = fake.user("Ada");
    let opened = ada.slash(fake.channel("general"), "form", &[]).await;
    assert_eq!(opened.modal().labels(), ["Your answer"]);
    let sent = ada.submit_modal(&opened, &[("Your answer", "recall at ten")]).await;
    assert_eq!(sent.reply().await.content, "heard you");
}

#[tokio::test]
async fn each_limit_of_a_message_is_refused_at_its_field() {
    let (_fake, raw, path) = bare().await;
    let long = |count: usize| "x".repeat(count);
    let button = |id: &str| json!({"type": 2, "style": 1, "label": "b", "custom_id": id});
    let row = |parts: Value| json!({"content": "c", "components": [{"type": 1, "components": parts}]});
    let options: Vec<Value> = (0..26)
        .map(|at| json!({"label": at.to_string(), "value": at.to_string()}))
        .collect();
    let rows: Vec<Value> = (0..6)
        .map(|at| json!({"type": 1, "components": [button(&at.to_string())]}))
        .collect();
    let six: Vec<Value> = (0..6).map(|at| button(&at.to_string())).collect();
    let half = json!({"description": long(3_001)});
    let wrong = [
        (json!({"content": long(2_001)}), "content"),
        (json!({"embeds": [{"title": long(257)}]}), "embeds.0.title"),
        (
            json!({"embeds": [{"description": long(4_097)}]}),
            "embeds.0.description",
        ),
        (json!({"embeds": [half, half]}), "embeds"),
        (
            json!({"embeds": [{"title": "t", "fields": vec![json!({"name": "n", "value": "v"}); 26]}]}),
            "embeds.0.fields",
        ),
        (
            json!({"embeds": [{"image": {"url": "attachment://none.png"}}]}),
            "embeds.0.image.url",
        ),
        (json!({"content": "c", "components": rows}), "components"),
        (row(json!(six)), "components.0.components"),
        (row(json!([button(&long(101))])), "components.0.components.0.custom_id"),
        (
            row(json!([button("a"), button("a")])),
            "components.0.components.1.custom_id",
        ),
        (
            row(json!([{"type": 3, "custom_id": "s", "options": options}])),
            "components.0.components.0.options",
        ),
        (json!({"content": "c", "nonce": long(26)}), "nonce"),
        (
            json!({"content": "c", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}),
            "allowed_mentions",
        ),
        (json!({"content": "c", "colour": 1}), "colour"),
        (json!({"content": "c", "flags": 64}), "flags"),
        (
            json!({"content": "c", "attachments": [{"id": 0, "filename": "a"}]}),
            "attachments.0.id",
        ),
    ];
    for (body, field) in wrong {
        let got = raw.send("POST", &path, &body).await;
        assert_eq!(got.code(), (400, 50_035), "{field}: {}", got.body);
        assert_eq!(got.mistakes(), [field], "{}", got.body);
    }
    assert_eq!(
        raw.send("POST", &path, &json!({"content": " "})).await.code(),
        (400, 50_006)
    );
    assert_eq!(raw.send("POST", &path, &quiet(&long(2_000))).await.status, 200);
}

#[tokio::test]
async fn what_is_no_proper_request_is_refused() {
    let (fake, raw, path) = bare().await;
    let url = format!("https://discord.com/api/v10{path}");
    let stranger = raw
        .client
        .post(&url)
        .header("authorization", "Bot no")
        .json(&quiet("hello"));
    assert_eq!(got(stranger).await.code(), (401, 0));
    assert_eq!(
        got(raw
            .request("POST", &path)
            .header("user-agent", "curl/8")
            .json(&quiet("hello")))
        .await
        .code(),
        (403, 40_333)
    );
    assert_eq!(
        got(raw.request("POST", &path).body("content=hello")).await.code(),
        (400, 50_035)
    );
    let broken = raw
        .request("POST", &path)
        .header("content-type", "application/json")
        .body("{");
    assert_eq!(got(broken).await.code(), (400, 50_109));
    assert_eq!(raw.ask("GET", "/channels/1").await.code(), (404, 10_003));
    assert_eq!(raw.ask("GET", &format!("{path}/1")).await.code(), (404, 10_008));
    assert_eq!(
        raw.send("POST", "/webhooks/1/no", &quiet("hello")).await.code(),
        (404, 10_015)
    );
    assert_eq!(raw.ask("GET", "/nothing/here").await.status, 404);
    assert_eq!(fake.take_violations(), ["no such route: GET /nothing/here"]);
}

#[tokio::test]
async fn commands_are_checked() {
    let (fake, raw, _) = bare().await;
    let path = format!("/applications/{}/commands", fake.bot());
    let option =
        |name: &str, required: bool| json!({"type": 3, "name": name, "description": "d", "required": required});
    let commands = json!([
        {"name": "Start", "description": "d"},
        {"name": "start", "description": ""},
        {"name": "stop", "description": "d", "options": [option("a", false), option("b", true)]},
        {"name": "go", "description": "d", "options": [{"type": 3, "name": "a", "description": "d", "autocomplete": true,
            "choices": [{"name": "n", "value": "v"}]}]},
    ]);
    let got = raw.send("PUT", &path, &commands).await;
    assert_eq!(got.code(), (400, 50_035));
    assert_eq!(
        got.mistakes(),
        ["0.name", "1.description", "2.options.1.required", "3.options.0.choices"]
    );
    let many = vec![json!({"name": "a", "description": "d"}); 101];
    assert_eq!(raw.send("PUT", &path, &json!(many)).await.code(), (400, 30_032));
}

#[tokio::test]
async fn an_interaction_is_answered_once_and_in_time() {
    let (fake, raw, _) = bare().await;
    let commands = json!([{"name": "start", "description": "d"}]);
    raw.send("PUT", &format!("/applications/{}/commands", fake.bot()), &commands)
        .await;
    let ada = fake.user("Ada");
    let waiting = ada.try_slash(fake.channel("general"), "start", &[]);
    let answer = async {
        fake.wait_until(|world| !world.interactions.is_empty()).await;
        let path = callback(&fake);
        let modal = json!({"type": 9, "data": {"custom_id": "m", "title": "t", "components": []}});
        assert_eq!(raw.send("POST", &path, &modal).await.mistakes(), ["data.components"]);
        assert_eq!(
            raw.send("POST", &path, &json!({"type": 7, "data": {}}))
                .await
                .mistakes(),
            ["type"]
        );
        assert_eq!(raw.send("POST", &path, &json!({"type": 5})).await.status, 204);
        assert_eq!(raw.send("POST", &path, &json!({"type": 5})).await.code(), (400, 40_060));
        assert_eq!(
            raw.send("POST", "/interactions/1/no/callback", &json!({"type": 5}))
                .await
                .code(),
            (404, 10_062)
        );
    };
    let (view, ()) = tokio::join!(waiting, answer);
    assert!(view.unwrap().deferred);
}

#[tokio::test]
async fn an_answer_after_three_seconds_is_too_late() {
    let (fake, raw, _) = bare().await;
    let commands = json!([{"name": "start", "description": "d"}]);
    raw.send("PUT", &format!("/applications/{}/commands", fake.bot()), &commands)
        .await;
    assert!(
        fake.user("Ada")
            .try_slash(fake.channel("general"), "start", &[])
            .await
            .is_err()
    );
    assert_eq!(
        raw.send("POST", &callback(&fake), &json!({"type": 5})).await.code(),
        (404, 10_062)
    );
}

#[tokio::test]
async fn an_interactions_token_ends_after_a_quarter_of_an_hour() {
    let fake = FakeDiscord::start().await;
    let _bot = TryBot::start(&fake).await;
    let view = fake
        .user("Ada")
        .slash(fake.channel("general"), "say", &[("text", "hello")])
        .await;
    let raw = RawClient::new(&fake);
    let path = format!("/webhooks/{}/{}", fake.bot(), view.token);
    assert_eq!(raw.send("POST", &path, &quiet("more")).await.status, 200);
    fake.advance(Duration::from_mins(16));
    assert_eq!(raw.send("POST", &path, &quiet("more")).await.code(), (401, 50_027));
    assert_eq!(
        raw.send("PATCH", &format!("{path}/messages/@original"), &quiet("late"))
            .await
            .code(),
        (401, 50_027)
    );
}

#[tokio::test]
async fn a_nonce_makes_a_send_repeatable_for_a_while() {
    let (fake, raw, path) = bare().await;
    let turn = json!({"content": "first", "nonce": "turn-7", "enforce_nonce": true});
    fake.drop_reply_after_accepting(SEND);
    assert!(
        raw.request("POST", &path).json(&turn).send().await.is_err(),
        "the reply is lost"
    );
    let again = raw.send("POST", &path, &turn).await;
    assert_eq!((again.status, fake.messages(fake.channel("general")).len()), (200, 1));
    assert_eq!(again.body["nonce"], "turn-7");
    fake.advance(Duration::from_mins(6));
    raw.send("POST", &path, &turn).await;
    assert_eq!(
        fake.messages(fake.channel("general")).len(),
        2,
        "by now it is forgotten"
    );
}

#[tokio::test]
async fn a_missing_permission_is_named_by_its_code() {
    let (fake, raw, path) = bare().await;
    let general = fake.channel("general");
    let threads = format!("/channels/{general}/threads");
    fake.deny_bot(
        general,
        permission::SEND_MESSAGES | permission::CREATE_PUBLIC_THREADS | permission::MANAGE_WEBHOOKS,
    );
    assert_eq!(raw.send("POST", &path, &quiet("hello")).await.code(), (403, 50_013));
    assert_eq!(
        raw.send("POST", &threads, &json!({"name": "t", "type": 11}))
            .await
            .code(),
        (403, 50_013)
    );
    let webhook = raw
        .send(
            "POST",
            &format!("/channels/{general}/webhooks"),
            &json!({"name": "Mara"}),
        )
        .await;
    assert_eq!(webhook.code(), (403, 50_013));
    fake.deny_bot(general, permission::EMBED_LINKS);
    assert_eq!(
        raw.send("POST", &path, &json!({"embeds": [{"title": "t"}]}))
            .await
            .code(),
        (403, 50_013)
    );
    fake.deny_bot(general, permission::READ_MESSAGE_HISTORY);
    raw.send("POST", &path, &quiet("hello")).await;
    assert_eq!(
        raw.ask("GET", &path).await.body,
        json!([]),
        "Discord shows nothing and says nothing"
    );
    fake.deny_bot(general, permission::VIEW_CHANNEL);
    assert_eq!(raw.send("POST", &path, &quiet("hello")).await.code(), (403, 50_001));
    assert_eq!(fake.counters().invalid, 5);
}

#[tokio::test]
async fn direct_messages_can_be_closed() {
    let (fake, raw, _) = bare().await;
    let ada = fake.user("Ada");
    let opened = raw
        .send(
            "POST",
            "/users/@me/channels",
            &json!({"recipient_id": ada.id.to_string()}),
        )
        .await;
    let path = format!("/channels/{}/messages", opened.body["id"].as_str().unwrap());
    assert_eq!(raw.send("POST", &path, &quiet("your debrief")).await.status, 200);
    assert_eq!(ada.reads(ada.dm())[0].content, "your debrief");
    fake.takes_dms(ada.id, false);
    assert_eq!(
        raw.send("POST", &path, &quiet("your debrief")).await.code(),
        (403, 50_007)
    );
}

#[tokio::test]
async fn a_message_that_would_ping_fails_the_test() {
    let (fake, raw, path) = bare().await;
    let ada = fake.user("Ada");
    raw.send("POST", &path, &quiet(&format!("<@{}> @everyone", ada.id)))
        .await;
    assert!(fake.take_violations().is_empty());
    raw.send("POST", &path, &json!({"content": format!("<@{}>", ada.id)}))
        .await;
    assert_eq!(fake.take_violations().len(), 1);
}

#[tokio::test]
async fn the_real_client_keeps_within_the_headers() {
    let limits = Limits {
        messages: Bucket::new(5, Duration::from_millis(400)),
        ..Limits::default()
    };
    let fake = FakeDiscord::start_with(Options {
        limits,
        ..Options::default()
    })
    .await;
    let (http, general) = (http(&fake), channel(fake.channel("general")));
    for count in 0..12 {
        let message = CreateMessage::new()
            .content(count.to_string())
            .allowed_mentions(CreateAllowedMentions::new());
        general.send_message(&http, message).await.unwrap();
    }
    let words: Vec<String> = fake
        .messages(fake.channel("general"))
        .into_iter()
        .map(|message| message.content)
        .collect();
    assert_eq!(words, (0..12).map(|count| count.to_string()).collect::<Vec<_>>());
    assert_eq!(fake.counters().route_429, 0);
}

#[tokio::test]
async fn a_full_bucket_answers_429_with_its_headers() {
    let fake = FakeDiscord::start().await;
    let raw = RawClient::new(&fake);
    let general = fake.channel("general");
    let path = format!("/channels/{general}/messages");
    for left in (0..5).rev() {
        assert_eq!(
            raw.send("POST", &path, &quiet("hello"))
                .await
                .header("x-ratelimit-remaining"),
            left.to_string()
        );
    }
    let refused = raw.send("POST", &path, &quiet("hello")).await;
    assert_eq!((refused.status, refused.body["global"].as_bool()), (429, Some(false)));
    assert!((0.0..=5.0).contains(&refused.body["retry_after"].as_f64().unwrap()));
    assert_eq!(
        (refused.header("x-ratelimit-scope"), refused.header("x-ratelimit-limit")),
        ("user", "5")
    );
    assert!((1..=5).contains(&refused.header("retry-after").parse::<u64>().unwrap()));
    let other = fake.add_channel(fake.guild(), "other");
    assert_eq!(
        raw.send("POST", &format!("/channels/{other}/messages"), &quiet("hello"))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn the_global_limit_is_over_everything_but_interactions() {
    let limits = Limits {
        global: Bucket::new(3, Duration::from_mins(1)),
        ..Limits::default()
    };
    let fake = FakeDiscord::start_with(Options {
        limits,
        ..Options::default()
    })
    .await;
    let raw = RawClient::new(&fake);
    for _ in 0..3 {
        assert_eq!(raw.ask("GET", "/users/@me").await.status, 200);
    }
    let refused = raw.ask("GET", "/users/@me/guilds").await;
    assert_eq!((refused.status, refused.header("x-ratelimit-global")), (429, "true"));
    assert_eq!(
        (refused.body["global"].as_bool(), refused.header("x-ratelimit-scope")),
        (Some(true), "global")
    );
    assert_eq!(
        raw.send("POST", "/interactions/1/no/callback", &json!({"type": 5}))
            .await
            .status,
        404
    );
    let follow_up = format!("/webhooks/{}/no", fake.bot());
    assert_eq!(
        raw.send("POST", &follow_up, &quiet("hello")).await.code(),
        (401, 50_027)
    );
    assert_eq!(fake.counters().global_429, 1);
}

#[tokio::test]
async fn invalid_requests_are_counted_and_end_in_a_ban() {
    let limits = Limits {
        on: false,
        invalid: Bucket::new(2, Duration::from_mins(10)),
        ..Limits::default()
    };
    let fake = FakeDiscord::start_with(Options {
        limits,
        ..Options::default()
    })
    .await;
    let raw = RawClient::new(&fake);
    fake.limit_next("*", Duration::from_secs(1), Scope::Shared);
    assert_eq!(raw.ask("GET", "/users/@me").await.header("x-ratelimit-scope"), "shared");
    assert_eq!(fake.counters().invalid, 0, "shared ones do not count");
    fake.fail_always("GET /users/@me", 403, 50_013);
    for _ in 0..2 {
        assert_eq!(raw.ask("GET", "/users/@me").await.code(), (403, 50_013));
    }
    fake.clear_faults();
    assert_eq!(raw.ask("GET", "/users/@me").await.status, 429, "the address is banned");
}

#[tokio::test]
async fn a_thread_without_a_kind_is_private_and_an_archived_one_opens_by_a_message_only() {
    let fake = FakeDiscord::start().await;
    let (http, raw, general) = (http(&fake), RawClient::new(&fake), fake.channel("general"));
    let made = channel(general)
        .create_thread(&http, CreateThread::new("round one"))
        .await
        .unwrap();
    assert_eq!(made.kind, serenity::ChannelType::PrivateThread);
    let id = Snowflake(made.id.get());
    assert!(fake.user("Ada").reads(id).is_empty());
    let path = format!("/channels/{id}/messages");
    let first = raw.send("POST", &path, &quiet("question")).await.body["id"]
        .as_str()
        .unwrap()
        .to_owned();
    fake.archive(id, false);
    assert_eq!(
        raw.send("PATCH", &format!("{path}/{first}"), &quiet("changed"))
            .await
            .code(),
        (400, 50_083)
    );
    assert_eq!(raw.send("POST", &path, &quiet("back again")).await.status, 200);
    assert_eq!(
        raw.send("PATCH", &format!("{path}/{first}"), &quiet("changed"))
            .await
            .status,
        200
    );
    fake.archive(id, true);
    assert_eq!(raw.send("POST", &path, &quiet("and again")).await.code(), (400, 50_083));
    let opened = raw
        .send(
            "PATCH",
            &format!("/channels/{id}"),
            &json!({"archived": false, "locked": false}),
        )
        .await;
    assert_eq!(opened.body["thread_metadata"]["archived"], false);
}

#[tokio::test]
async fn a_webhook_speaks_in_a_thread_and_needs_its_thread_to_edit() {
    let fake = FakeDiscord::start().await;
    let (http, raw, general) = (http(&fake), RawClient::new(&fake), fake.channel("general"));
    let thread = thread(&raw, general).await;
    let made = raw
        .send(
            "POST",
            &format!("/channels/{general}/webhooks"),
            &json!({"name": "Mara"}),
        )
        .await;
    let webhook: serenity::Webhook = serde_json::from_value(made.body).unwrap();
    let said = ExecuteWebhook::new()
        .content("Why recall?")
        .username("Mara, ML interviewer")
        .in_thread(channel(thread));
    let said = webhook.execute(&http, true, said).await.unwrap().unwrap();
    let seen = fake.next_message(thread).await;
    assert_eq!((seen.author.as_str(), seen.by_webhook), ("Mara, ML interviewer", true));
    let edit = EditWebhookMessage::new().content("Why recall at ten?");
    let lost = webhook.edit_message(&http, said.id, edit.clone()).await.unwrap_err();
    assert!(lost.to_string().contains("Unknown Message"), "{lost}");
    webhook
        .edit_message(&http, said.id, edit.in_thread(channel(thread)))
        .await
        .unwrap();
    assert_eq!(fake.messages(thread)[0].content, "Why recall at ten?");
    let path = format!("/channels/{thread}/messages");
    let bots = raw.send("POST", &path, &quiet("the bot's own")).await.body["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let stolen = format!(
        "/webhooks/{}/{}/messages/{bots}?thread_id={thread}",
        webhook.id,
        token(&webhook)
    );
    assert_eq!(raw.send("PATCH", &stolen, &quiet("stolen")).await.code(), (404, 10_008));
    fake.delete_channel(general);
    assert!(
        webhook
            .execute(&http, true, ExecuteWebhook::new().content("gone"))
            .await
            .unwrap_err()
            .to_string()
            .contains("Unknown Webhook")
    );
}

#[tokio::test]
async fn a_file_is_fetched_from_the_cdn_by_its_whole_address() {
    let (fake, raw, _) = bare().await;
    let general = fake.channel("general");
    fake.user("Ada")
        .attaches(general, "answer.txt", b"precision", "text/plain");
    let listed = raw.ask("GET", &format!("/channels/{general}/messages")).await;
    let url = listed.body[0]["attachments"][0]["url"].as_str().unwrap().to_owned();
    assert_eq!(
        raw.client.get(&url).send().await.unwrap().text().await.unwrap(),
        "precision"
    );
    let cut = url.split('?').next().unwrap();
    assert_eq!(raw.client.get(cut).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn what_people_do_reaches_the_bot() {
    let fake = FakeDiscord::start().await;
    let mut bot = TryBot::start(&fake).await;
    let raw = RawClient::new(&fake);
    let ada = fake.user("Ada");
    let thread = thread(&raw, fake.channel("general")).await;
    assert_eq!(bot.hears("thread").await, thread.to_string());
    ada.types(thread);
    assert_eq!(bot.hears("typing").await, ada.id.to_string());
    let said = ada.says(thread, "recall");
    assert_eq!(bot.hears("members").await, "2");
    assert_eq!(bot.hears("message").await, format!("{} recall", said.id));
    ada.edits(&said, "recall at ten");
    assert_eq!(bot.hears("edited").await, "recall at ten");
    ada.deletes(&said);
    assert_eq!(bot.hears("deleted").await, said.id.to_string());
    fake.delete_channel(thread);
    assert_eq!(bot.hears("thread-gone").await, thread.to_string());
    fake.outage(fake.guild(), true);
    assert_eq!(bot.hears("guild-gone").await, "true");
    fake.kick_bot(fake.guild());
    assert_eq!(bot.hears("guild-gone").await, "false");
    bot.stop().await;
}

#[tokio::test]
async fn odd_messages_look_as_discord_shows_them() {
    let (fake, raw, path) = bare().await;
    let (ada, general) = (fake.user("Ada"), fake.channel("general"));
    let first = ada.says(general, "my answer");
    ada.replies(&first, "and more");
    ada.sends_sticker(general, "wave");
    ada.sends_voice(general, 7);
    ada.attaches_with_url(general, "cv.txt", "https://example.org/cv.txt", 5);
    fake.foreign_webhook_says(general, "Ada", "it is me");
    fake.other_bot("Spam").says(general, "buy");
    let listed = raw.ask("GET", &path).await.body;
    assert_eq!(
        (&listed[0]["author"]["bot"], &listed[0]["content"]),
        (&json!(true), &json!("buy"))
    );
    assert_eq!(listed[1]["author"]["username"], "Ada");
    assert!(listed[1]["webhook_id"].is_string());
    assert_eq!(listed[2]["attachments"][0]["url"], "https://example.org/cv.txt");
    assert_eq!(
        (&listed[3]["flags"], &listed[3]["attachments"][0]["duration_secs"]),
        (&json!(8_192), &json!(7))
    );
    assert_eq!(listed[4]["sticker_items"][0]["name"], "wave");
    assert_eq!(listed[5]["message_reference"]["message_id"], first.id.to_string());
    fake.set_privileged_intents(0);
    assert_eq!(
        raw.ask("GET", &path).await.body[6]["content"],
        "",
        "REST hides the words too"
    );
}

#[tokio::test]
async fn a_client_that_says_goodbye_gives_its_session_up() {
    let fake = FakeDiscord::start().await;
    let mut bot = TryBot::start(&fake).await;
    bot.hears("ready").await;
    fake.gateway().wait_connected(1).await;
    bot.stop().await;
    fake.wait_until(|world| world.gateway.sessions.is_empty()).await;
}

#[tokio::test]
async fn events_come_twice_and_out_of_order() {
    let fake = FakeDiscord::start().await;
    let mut bot = TryBot::start(&fake).await;
    let (ada, general) = (fake.user("Ada"), fake.channel("general"));
    bot.hears("ready").await;
    fake.gateway().copies(2);
    fake.gateway().hold();
    let (one, two) = (ada.says(general, "one"), ada.says(general, "two"));
    fake.gateway().release(Order::Reversed);
    for expected in [&two, &two, &one, &one] {
        assert_eq!(
            bot.hears("message").await,
            format!("{} {}", expected.id, expected.content)
        );
    }
    bot.stop().await;
}

#[tokio::test]
async fn words_are_hidden_without_the_intent_but_not_in_direct_messages() {
    let fake = FakeDiscord::start().await;
    let mut bot = TryBot::start_with(&fake, GatewayIntents::non_privileged()).await;
    let ada = fake.user("Ada");
    bot.hears("ready").await;
    let hidden = ada.says(fake.channel("general"), "secret");
    assert_eq!(bot.hears("message").await, hidden.id.to_string());
    let open = ada.says(ada.dm(), "open");
    assert_eq!(bot.hears("message").await, format!("{} open", open.id));
    bot.stop().await;
}

#[tokio::test]
async fn a_resumed_session_gets_what_it_missed() {
    let fake = FakeDiscord::start().await;
    let mut bot = TryBot::start(&fake).await;
    bot.hears("ready").await;
    fake.gateway().accepts(false);
    fake.gateway().close(4000);
    let missed = fake.user("Ada").says(fake.channel("general"), "while you were away");
    fake.gateway().accepts(true);
    assert_eq!(bot.hears("message").await, format!("{} while you were away", missed.id));
    bot.hears("resumed").await;
    fake.gateway().ask_to_reconnect();
    bot.hears("resumed").await;
    assert_eq!((fake.counters().identifies, fake.counters().resumes >= 2), (1, true));
    bot.stop().await;
}

#[tokio::test]
async fn after_an_invalid_session_the_gap_is_in_rest_only() {
    let fake = FakeDiscord::start().await;
    let mut bot = TryBot::start(&fake).await;
    let (raw, ada, general) = (RawClient::new(&fake), fake.user("Ada"), fake.channel("general"));
    bot.hears("ready").await;
    let last = ada.says(general, "before");
    bot.hears("message").await;
    fake.gateway().accepts(false);
    fake.gateway().close(4000);
    fake.gateway().forget_sessions();
    ada.says(general, "in the gap");
    fake.gateway().accepts(true);
    bot.hears("ready").await;
    let gap = raw
        .ask(
            "GET",
            &format!("/channels/{general}/messages?after={}&limit=100", last.id),
        )
        .await;
    assert_eq!(gap.body[0]["content"], "in the gap");
    assert!(bot.heard.try_recv().is_err(), "the gateway never told");
    bot.stop().await;
}

#[tokio::test]
async fn a_link_without_acknowledgements_is_given_up() {
    let fake = FakeDiscord::start_with(Options {
        heartbeat: Duration::from_millis(600),
        ..Options::default()
    })
    .await;
    let mut bot = TryBot::start(&fake).await;
    bot.hears("ready").await;
    fake.gateway().acknowledges(false);
    fake.wait_until(|world| world.rates.counters.identifies + world.rates.counters.resumes > 1)
        .await;
    bot.stop().await;
}

#[tokio::test]
async fn a_wrong_token_and_a_missing_intent_close_the_gateway() {
    let options = Options {
        privileged_intents: 0,
        identifies_left: 1,
        ..Options::default()
    };
    let fake = FakeDiscord::start_with(options).await;
    let bot = TryBot::start_with(
        &fake,
        GatewayIntents::non_privileged() | GatewayIntents::MESSAGE_CONTENT,
    )
    .await;
    let ended = bot.ended().await.unwrap_err();
    assert!(
        matches!(
            ended,
            serenity::Error::Gateway(serenity::GatewayError::DisallowedGatewayIntents)
        ),
        "{ended:?}"
    );
    let bot = TryBot::start_with(&fake, GatewayIntents::non_privileged()).await;
    let ended = bot.ended().await.unwrap_err();
    let refused = matches!(
        ended,
        serenity::Error::Gateway(serenity::GatewayError::InvalidAuthentication)
    );
    assert!(refused, "the budget is overdrawn, so the token was reset: {ended:?}");
    assert_eq!(RawClient::new(&fake).ask("GET", "/users/@me").await.code(), (401, 0));
}

#[tokio::test]
async fn faults_come_once_and_are_recorded() {
    let (fake, raw, path) = bare().await;
    fake.fail_next(SEND, 500, 0);
    assert_eq!(raw.send("POST", &path, &quiet("one")).await.status, 500);
    let held = fake.hold_next(SEND);
    let two = quiet("two");
    let sending = raw.send("POST", &path, &two);
    let general = fake.channel("general");
    let release = async {
        fake.wait_until(|world| world.faults.is_empty()).await;
        assert!(fake.messages(general).is_empty(), "it is held");
        held.release();
    };
    let (sent, ()) = tokio::join!(sending, release);
    assert_eq!(sent.status, 200);
    let requests = fake.requests_to(SEND);
    assert_eq!(
        requests.iter().map(|request| request.status).collect::<Vec<_>>(),
        [500, 200]
    );
    assert_eq!(requests[1].body["content"], "two");
    assert!(!format!("{requests:?}").contains(&raw.token));
}
