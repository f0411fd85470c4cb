//! The live interviews: who has one, in which channel, and the door to each one's room. One a person and guild.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use serenity::all::{ChannelId, GuildId, UserId};
use tokio::sync::mpsc;

use super::{place::Place, room::Knock};
use crate::domain::ids::SessionId;

/// The way into a room.
#[derive(Debug)]
pub(super) struct Door {
    /// Where it is.
    pub(super) place: Place,
    knocks: mpsc::Sender<Knock>,
    turn: AtomicU32,
}

impl Door {
    /// A door.
    pub(super) fn new(place: Place, knocks: mpsc::Sender<Knock>) -> Door {
        Door {
            place,
            knocks,
            turn: AtomicU32::new(0),
        }
    }

    /// Hands something in without waiting. Whether it was taken.
    pub(super) fn knock(&self, knock: Knock) -> bool {
        let taken = self.knocks.try_send(knock).is_ok();
        if !taken {
            tracing::warn!(session = %self.place.session, "a room takes nothing more for now");
        }
        taken
    }

    /// The turn whose buttons hold.
    pub(super) fn turn(&self) -> u32 {
        self.turn.load(Ordering::Acquire)
    }

    /// Moves on to a turn.
    pub(super) fn set_turn(&self, turn: u32) {
        self.turn.store(turn, Ordering::Release);
    }
}

/// Why nobody can sit down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// They sit already, there.
    ByYou(Option<ChannelId>),
    /// As many interviews are held as can be.
    Full,
    /// The bot is stopping.
    Closing,
}

/// The registry. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Hall {
    inner: Arc<Mutex<Inner>>,
    most: usize,
}

type Seat = (UserId, Option<GuildId>);

#[derive(Debug, Default)]
struct Inner {
    doors: HashMap<SessionId, Arc<Door>>,
    channels: HashMap<ChannelId, SessionId>,
    /// Seats that are taken, with the room's session once there is one.
    seats: HashMap<Seat, Option<SessionId>>,
    closing: bool,
}

/// A seat that is held while an interview is being opened; free again when dropped unused.
#[derive(Debug)]
pub(super) struct Reservation {
    hall: Hall,
    seat: Seat,
    used: bool,
}

impl Hall {
    /// An empty hall for so many interviews.
    pub(super) fn new(most: usize) -> Hall {
        Hall {
            inner: Arc::default(),
            most,
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds a seat.
    pub(super) fn reserve(&self, user: UserId, guild: Option<GuildId>) -> Result<Reservation, Taken> {
        let mut inner = self.inner();
        let seat = (user, guild);
        if inner.closing {
            return Err(Taken::Closing);
        }
        if let Some(taken) = inner.seats.get(&seat) {
            let door = taken.as_ref().and_then(|session| inner.doors.get(session));
            return Err(Taken::ByYou(door.map(|door| door.place.channel)));
        }
        if inner.seats.len() >= self.most {
            return Err(Taken::Full);
        }
        inner.seats.insert(seat, None);
        drop(inner);
        Ok(Reservation {
            hall: self.clone(),
            seat,
            used: false,
        })
    }

    /// Whether an interview is held in a channel.
    pub(super) fn is_held_in(&self, channel: ChannelId) -> bool {
        self.inner().channels.contains_key(&channel)
    }

    /// The door of a session's room.
    pub(super) fn door(&self, session: &SessionId) -> Option<Arc<Door>> {
        self.inner().doors.get(session).cloned()
    }

    /// The door of the room in a channel.
    pub(super) fn in_channel(&self, channel: ChannelId) -> Option<Arc<Door>> {
        let inner = self.inner();
        inner.doors.get(inner.channels.get(&channel)?).cloned()
    }

    /// The door of a person's room in a guild.
    pub(super) fn of(&self, user: UserId, guild: Option<GuildId>) -> Option<Arc<Door>> {
        let inner = self.inner();
        inner.doors.get(inner.seats.get(&(user, guild))?.as_ref()?).cloned()
    }

    /// Every door.
    pub(super) fn doors(&self) -> Vec<Arc<Door>> {
        self.inner().doors.values().cloned().collect()
    }

    /// Lets nobody in any more.
    pub(super) fn close(&self) {
        self.inner().closing = true;
    }

    /// Takes a room out; another that took its place meanwhile stays.
    pub(super) fn leave(&self, door: &Arc<Door>) {
        let mut inner = self.inner();
        let place = &door.place;
        if inner
            .doors
            .get(&place.session)
            .is_some_and(|there| Arc::ptr_eq(there, door))
        {
            inner.doors.remove(&place.session);
            inner.channels.remove(&place.channel);
            inner.seats.remove(&(place.owner, place.guild));
        }
    }
}

impl Reservation {
    /// Takes the seat with a room.
    pub(super) fn sit(mut self, door: &Arc<Door>) {
        let place = &door.place;
        let mut inner = self.hall.inner();
        inner.doors.insert(place.session.clone(), Arc::clone(door));
        inner.channels.insert(place.channel, place.session.clone());
        inner.seats.insert(self.seat, Some(place.session.clone()));
        drop(inner);
        self.used = true;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if !self.used {
            self.hall.inner().seats.remove(&self.seat);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seat_a_person_and_guild_and_it_is_free_again_when_unused() {
        let hall = Hall::new(2);
        let (ada, bob, here) = (UserId::new(1), UserId::new(2), Some(GuildId::new(9)));
        let held = hall.reserve(ada, here).unwrap();
        assert_eq!(hall.reserve(ada, here).unwrap_err(), Taken::ByYou(None));
        let other = hall.reserve(ada, None).unwrap();
        assert_eq!(hall.reserve(bob, here).unwrap_err(), Taken::Full);
        drop((held, other));
        assert!(hall.reserve(ada, here).is_ok());
        hall.close();
        assert_eq!(hall.reserve(bob, here).unwrap_err(), Taken::Closing);
    }
}
