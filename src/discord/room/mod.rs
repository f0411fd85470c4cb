//! A session's room: the task that takes what the candidate does in Discord, hands it to the session, and shows what the panel says.
//! It is the only one that writes in the session's place.

mod answers;
mod draft;
mod recovery;
mod show;
mod words;

use std::{
    collections::{BTreeSet, VecDeque},
    panic::AssertUnwindSafe,
    sync::Arc,
};

use futures_util::FutureExt as _;
use serenity::all::MessageId;
use tokio::{sync::mpsc, time::Instant};

use super::{
    bot::Bot,
    custom_id::Action,
    hall::{Door, Reservation},
    interactions::Reply,
    place::{self, Place, Reached},
    undelivered::Undelivered,
};
use crate::{
    interview::event::EndReason,
    service::{Input, Live, Speaker, Update},
};

pub(super) use recovery::{recover, resume};
pub(super) use show::direct;

/// What comes in at the door.
pub(super) enum Knock {
    /// The candidate wrote.
    Wrote {
        /// The message.
        id: MessageId,
        /// Its text.
        text: String,
    },
    /// A message came that is no answer; why is a sentence for the candidate.
    NotReadable {
        /// The message.
        id: MessageId,
        /// Why.
        why: Unreadable,
    },
    /// The candidate types.
    Typed,
    /// The candidate edited a message.
    Edited {
        /// The message.
        id: MessageId,
        /// Its new text.
        text: String,
    },
    /// Messages were deleted.
    Deleted(Vec<MessageId>),
    /// The candidate pressed a button.
    Pressed {
        /// Which.
        action: Action,
        /// The turn it was shown at.
        turn: u32,
        /// Where to answer them alone.
        reply: Reply,
    },
    /// The candidate sent the form.
    Form {
        /// The id of the sending.
        key: String,
        /// Its text.
        text: String,
        /// Where to answer them alone.
        reply: Reply,
    },
    /// Somebody else does something.
    Peer {
        /// What.
        input: Input,
        /// Their name, where they put a pushback.
        speaks: Option<Speaker>,
        /// What they are told when it is taken.
        done: String,
        /// Where to answer them alone.
        reply: Reply,
    },
    /// The place or the candidate is gone.
    Gone(EndReason),
    /// Events may have been missed: read what was written meanwhile.
    CatchUp,
}

/// Why a message is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It came without its text.
    NoText,
    /// It is a picture, a sound, a sticker.
    NotTyped,
    /// The file is too large.
    TooLarge,
    /// The file could not be fetched.
    NotFetched,
}

/// What a room begins with.
#[derive(Default)]
pub(super) struct Start {
    /// How far the session had come in its place.
    pub(super) reached: Reached,
    /// What was said and never shown, and whether it is answered to.
    pub(super) unsaid: Vec<(Speaker, String, bool)>,
    /// What the candidate wrote meanwhile.
    pub(super) written: Vec<(MessageId, String)>,
    /// The answer at hand, with its messages.
    pub(super) at_hand: Option<draft::Given>,
    /// Said first.
    pub(super) notice: Option<&'static str>,
    /// The question is said again when it stands.
    pub(super) again: bool,
}

/// Knocks that may wait.
const WAITING: usize = 256;
/// Answers whose messages are remembered, so that an edit or a deletion finds them.
const REMEMBERED: usize = 20;
/// Messages that are remembered as handled.
const SEEN: usize = 500;

/// Opens a room and starts its task.
pub(super) fn open(bot: &Arc<Bot>, seat: Reservation, place: Place, live: Live, start: Start) -> Arc<Door> {
    let (knock, knocks) = mpsc::channel(WAITING);
    let door = Arc::new(Door::new(place, knock));
    seat.sit(&door);
    door.set_turn(start.reached.turn);
    let room = Room::new(Arc::clone(bot), Arc::clone(&door), knocks, live, &start);
    let alive = bot.alive();
    tokio::spawn(async move {
        let (bot, left, place) = (Arc::clone(&room.bot), Arc::clone(&room.door), room.door.place.clone());
        let ended = AssertUnwindSafe(room.run(start)).catch_unwind().await;
        bot.hall.leave(&left);
        if ended.is_err() {
            tracing::error!(session = %place.session, "a room panicked");
            show::tell(&bot, &place, "broken", words::BROKEN).await;
        }
        drop(alive);
    });
    door
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, read by its name"
)]
struct Room {
    bot: Arc<Bot>,
    door: Arc<Door>,
    knocks: mpsc::Receiver<Knock>,
    live: Live,
    draft: draft::Draft,
    given: VecDeque<draft::Given>,
    seen: BTreeSet<MessageId>,
    reached: Reached,
    /// When the question was shown.
    asked: Option<Instant>,
    /// The panel judges the last answer, which can still be added to.
    thinking: bool,
    /// It is the candidate's turn.
    listening: bool,
    /// The turn whose answer was taken last.
    answered: Option<u32>,
    /// Who pressed last, and what they are told when it is done.
    waiting: Option<(Reply, Option<String>)>,
    /// What was pressed at which turn, so that a second press is recognised.
    pressed: Vec<(Action, u32)>,
    /// A peer's pushback that is being put.
    pushing: Option<(Speaker, String)>,
    /// The interview ends as soon as the answer at hand is judged.
    ending: bool,
    /// Done was pressed, and when what was typed is taken.
    hurried: Option<(Instant, Reply)>,
    /// When something last happened.
    active: Instant,
    reminded: bool,
    again: bool,
    /// The session is ending, so that what fails in its place matters no more.
    leaving: bool,
    /// What the candidate is told by direct message when it has ended.
    farewell: Option<String>,
}

/// Whether the task goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    GoOn,
    Leave,
}

impl Room {
    fn new(bot: Arc<Bot>, door: Arc<Door>, knocks: mpsc::Receiver<Knock>, live: Live, start: &Start) -> Room {
        Room {
            bot,
            door,
            knocks,
            live,
            draft: draft::Draft::default(),
            given: start.at_hand.iter().cloned().collect(),
            seen: start
                .at_hand
                .iter()
                .flat_map(|given| given.parts.keys().copied())
                .collect(),
            reached: start.reached,
            asked: None,
            thinking: false,
            listening: false,
            answered: None,
            waiting: None,
            pressed: Vec::new(),
            pushing: None,
            ending: false,
            hurried: None,
            active: Instant::now(),
            reminded: false,
            again: start.again,
            leaving: false,
            farewell: None,
        }
    }

    fn place(&self) -> &Place {
        &self.door.place
    }

    async fn run(mut self, start: Start) {
        self.begin(start).await;
        let mut stopped = false;
        loop {
            let due = self.due();
            let stop = self.bot.stop.clone();
            let next = tokio::select! {
                update = self.live.updates.recv() => match update {
                    Some(update) => self.show(update).await,
                    None => self.session_gone().await,
                },
                Some(knock) = self.knocks.recv(), if !stopped => self.hear(knock).await,
                () = sleep_until(due), if !stopped => self.time_passed().await,
                // The session's task sees the same token, finishes its step and closes its side.
                () = stop.cancelled(), if !stopped => {
                    stopped = true;
                    Next::GoOn
                }
            };
            if next == Next::Leave {
                return;
            }
        }
    }

    /// What was left over when the room was opened.
    async fn begin(&mut self, start: Start) {
        if let Some(notice) = start.notice {
            self.tell("notice", notice).await;
        }
        for (speaker, text, prompt) in start.unsaid {
            self.say(&speaker, &text, prompt).await;
        }
        for (id, text) in start.written {
            self.wrote(id, text).await;
        }
    }

    /// The session's task has ended without a word: the program stops, or it broke.
    async fn session_gone(&mut self) -> Next {
        if !self.bot.stop.is_cancelled() && !self.leaving {
            tracing::error!(session = %self.place().session, "a session's task ended early");
            self.tell("broken", words::BROKEN).await;
        }
        Next::Leave
    }

    /// When something is to be done though nothing comes.
    fn due(&self) -> Option<Instant> {
        let draft = self
            .draft
            .due(self.bot.options.quiet)
            .filter(|_| self.listening || self.thinking);
        let options = &self.bot.options;
        let idle = if self.reminded {
            options.remind + options.pause
        } else {
            options.remind
        };
        let silent = (self.listening && self.draft.is_empty()).then(|| self.active + idle);
        let hurried = self.hurried.as_ref().map(|(due, _)| *due);
        draft.into_iter().chain(silent).chain(hurried).min()
    }

    async fn time_passed(&mut self) -> Next {
        let now = Instant::now();
        if let Some((_, reply)) = self.hurried.take_if(|(due, _)| *due <= now) {
            self.done(reply).await;
            return Next::GoOn;
        }
        if self.draft.due(self.bot.options.quiet).is_some_and(|due| due <= now) {
            self.give().await;
            return Next::GoOn;
        }
        if !self.listening || !self.draft.is_empty() {
            return Next::GoOn;
        }
        let (guild, owner) = (self.place().guild, self.place().owner);
        if let Some(guild) = guild
            && !self.bot.outbox.is_member(guild, owner).await
        {
            return self.gone(EndReason::Abandoned).await;
        }
        if self.reminded {
            self.send(Input::Pause).await;
            self.active = now;
        } else {
            self.reminded = true;
            self.tell("reminder", words::STILL_THERE).await;
        }
        Next::GoOn
    }

    async fn gone(&mut self, reason: EndReason) -> Next {
        self.leaving = true;
        self.send(Input::End(reason)).await;
        Next::GoOn
    }

    /// Hands something to the session.
    async fn send(&mut self, input: Input) {
        // A session's task that is gone closes its updates, which is seen in the loop.
        let _ = self.live.input.send(input).await;
    }

    /// Notes how far everything was handled.
    fn note(&mut self) {
        place::note_reached(&self.bot.notes, &self.door.place.session, self.reached);
    }

    fn see(&mut self, id: MessageId) {
        self.seen.insert(id);
        while self.seen.len() > SEEN {
            self.seen.pop_first();
        }
    }
}

async fn sleep_until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// What came of showing something.
type Shown = Result<(), Undelivered>;
