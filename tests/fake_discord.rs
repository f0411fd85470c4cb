//! The fake Discord: each limit refuses, each promise of the gateway is kept, and the real client is content with it.

#[path = "support/discord/mod.rs"]
mod discord;
#[path = "support/discord/try_bot.rs"]
mod try_bot;

use discord::FakeDiscord;
use try_bot::TryBot;

#[tokio::test]
async fn a_command_is_answered_at_once() {
    let fake = FakeDiscord::start().await;
    let _bot = TryBot::start(&fake).await;
    let ada = fake.user("Ada");
    let general = fake.channel("general");
    let view = ada.slash(general, "say", &[("text", "hello @everyone")]).await;
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
    let second = view.follow_up(0).await;
    assert_eq!(second.content, "and another thing");
    let seen = ada.reads(general);
    assert_eq!(seen[0].content, "second thought");
    assert_eq!(seen[0].file("debrief.md").text(), "# Debrief");
    assert!(seen[0].ephemeral);
    assert!(ben.reads(general).is_empty(), "nobody else sees it");
}

#[tokio::test]
async fn buttons_and_selects_are_pressed_and_a_greyed_one_cannot_be() {
    let fake = FakeDiscord::start().await;
    let _bot = TryBot::start(&fake).await;
    let ada = fake.user("Ada");
    let panel = ada.slash(fake.channel("general"), "panel", &[]).await.reply().await;
    assert_eq!(panel.buttons(), ["Done"]);
    assert_eq!(ada.click(&panel, "Done").await.reply().await.content, "pressed done");
    assert_eq!(ada.select(&panel, "How sure are you?", &["90 %"]).await.reply().await.content, "pressed sure");
}

#[tokio::test]
async fn a_modal_opens_and_is_sent() {
    let fake = FakeDiscord::start().await;
    let _bot = TryBot::start(&fake).await;
    let ada = fake.user("Ada");
    let opened = ada.slash(fake.channel("general"), "form", &[]).await;
    assert_eq!(opened.modal().labels(), ["Your answer"]);
    let sent = ada.submit_modal(&opened, &[("answer", "recall at ten")]).await;
    assert_eq!(sent.reply().await.content, "heard you");
}
