//! What the bot itself says in an interview's place, as sentences for the candidate.

/// After a restart, where nothing else is to be said.
pub(super) const RESTARTED: &str =
    "I was restarted. Nothing of your interview is lost, and the question above still stands.";
/// After a restart that left the place unreadable.
pub(super) const SEND_AGAIN: &str = "I was away. If you answered meanwhile, please send your last answer again.";
/// The candidate is quiet.
pub(super) const STILL_THERE: &str =
    "Take your time. If you would rather go on later, press Pause; I pause by myself after a while.";
/// The session rests.
pub(super) const PAUSED: &str =
    "Your interview is paused. Nothing is lost; press Resume when you like, or use `/interview resume`.";
/// An answer was deleted in time.
pub(super) const TAKEN_BACK: &str = "Your answer was taken back. The question still stands.";
/// A message came without its text.
pub(super) const NO_TEXT: &str = "Your message reached me without its text. That is my set-up and not your answer: the Message Content \
    intent is off. Meanwhile the Answer button works; what you write there reaches me.";
/// A file that is no text.
pub(super) const PLEASE_TYPE: &str =
    "I can only read typed answers and small text files. Please type it; this has not cost you a turn.";
/// A file that is too large.
pub(super) const TOO_LARGE: &str =
    "That file is too large for an answer. Please send the part that matters, or type it.";
/// A file that could not be fetched.
pub(super) const NOT_FETCHED: &str = "I could not read that file. Please send it again, or type your answer.";
/// Done without anything.
pub(super) const NOTHING_YET: &str = "There is nothing to take yet. Type your answer first, then press Done.";
/// Pressed twice.
pub(super) const ALREADY: &str = "That is already done.";
/// Not the last question's button.
pub(super) const OLD_BUTTON: &str =
    "This button is from an earlier question. Please use the ones below the last message.";
/// The panel stands in.
pub(super) const STOOD_IN: &str = "The model could not take this turn, so the rules did: ";
/// Something broke on our side.
pub(super) const BROKEN: &str =
    "Something went wrong on my side. Nothing you answered is lost; `/interview resume` goes on.";
/// A debrief that could not be made.
pub(super) const NO_DEBRIEF: &str =
    "Your interview has ended and is stored. I can't show the debrief now; `/debrief` shows it later.";
/// A debrief was sent by direct message.
pub(super) const DEBRIEF_SENT: &str = "The interview has ended. The debrief is in our direct messages.";
/// A debrief could not be sent by direct message.
pub(super) const DEBRIEF_NOT_SENT: &str = "The interview has ended. You take no direct messages from me, so the debrief is not sent; `/debrief` shows it only to you.";

/// How sure they said they are.
pub(super) fn noted(percent: u8) -> String {
    format!("Noted: {percent} % sure.")
}
