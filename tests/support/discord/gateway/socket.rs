//! One websocket connection: hello, identify or resume, heartbeats, and the frames of its session.

use std::{sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc::{self, UnboundedSender},
    time::Instant,
};
use tokio_tungstenite::{
    WebSocketStream, accept_async,
    tungstenite::{
        Message,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use super::{
    super::Shared,
    sessions::{Closed, Identified, Out, patience},
};

/// A client may send this many frames a minute.
const FRAMES_A_MINUTE: u32 = 120;

/// Takes connections for ever.
pub(crate) async fn serve(shared: Arc<Shared>, listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            if shared.world().gateway.open {
                // What a test cuts off ends with an error; nothing follows from it.
                let _ = connection(&shared, stream).await;
            }
        });
    }
}

type Socket = WebSocketStream<TcpStream>;
type Broken = tokio_tungstenite::tungstenite::Error;

/// What goes on with a connection after one step.
enum Next {
    On,
    End,
}

struct Connection {
    outbox: UnboundedSender<Out>,
    session: Option<String>,
    frames: u32,
    minute: Instant,
    beat: Instant,
}

async fn connection(shared: &Shared, stream: TcpStream) -> Result<(), Broken> {
    stream.set_nodelay(true)?;
    let mut socket = accept_async(stream).await?;
    let interval = shared.world().options.heartbeat;
    let (outbox, mut inbox) = mpsc::unbounded_channel();
    let hello =
        json!({"op": 10, "s": null, "t": null, "d": {"heartbeat_interval": millis(interval), "_trace": ["fake"]}});
    socket.send(Message::Text(hello.to_string())).await?;
    let now = Instant::now();
    let mut connection = Connection {
        outbox,
        session: None,
        frames: 0,
        minute: now,
        beat: now,
    };
    loop {
        let silence = connection.beat + patience(interval);
        let next = tokio::select! {
            out = inbox.recv() => connection.write(&mut socket, out).await?,
            frame = socket.next() => match frame {
                Some(frame) => connection.read(shared, &mut socket, frame?).await?,
                None => Next::End,
            },
            () = tokio::time::sleep_until(silence) => close(&mut socket, (4009, "Session timed out.")).await?,
        };
        if matches!(next, Next::End) {
            shared.changed();
            return Ok(());
        }
    }
}

impl Connection {
    async fn write(&mut self, socket: &mut Socket, out: Option<Out>) -> Result<Next, Broken> {
        match out {
            Some(Out::Send(text)) => socket.send(Message::Text(text)).await?,
            Some(Out::Close(code, reason)) => return close(socket, (code, reason)).await,
            Some(Out::Cut) | None => return Ok(Next::End),
        }
        Ok(Next::On)
    }

    async fn read(&mut self, shared: &Shared, socket: &mut Socket, frame: Message) -> Result<Next, Broken> {
        let text = match frame {
            Message::Text(text) => text,
            Message::Close(frame) => {
                let code = frame.map_or(1005, |frame| u16::from(frame.code));
                self.leave(shared, code);
                return Ok(Next::End);
            }
            _ => return Ok(Next::On),
        };
        if self.minute.elapsed() > Duration::from_mins(1) {
            (self.frames, self.minute) = (0, Instant::now());
        }
        self.frames += 1;
        if self.frames > FRAMES_A_MINUTE {
            return close(socket, (4008, "Rate limited.")).await;
        }
        match self.obey(shared, &text) {
            Ok(Some(answer)) => socket.send(Message::Text(answer.to_string())).await?,
            Ok(None) => {}
            Err(closed) => return close(socket, closed).await,
        }
        shared.changed();
        Ok(Next::On)
    }

    /// A client that closes with 1000 or 1001 gives its session up; any other can be resumed.
    fn leave(&self, shared: &Shared, code: u16) {
        let Some(id) = &self.session else { return };
        let sessions = &mut shared.world().gateway.sessions;
        if matches!(code, 1000 | 1001) {
            sessions.remove(id);
        } else if let Some(session) = sessions.get_mut(id) {
            session.outbox = None;
        }
    }

    fn obey(&mut self, shared: &Shared, text: &str) -> Result<Option<Value>, Closed> {
        let frame: Value = serde_json::from_str(text).map_err(|_| (4002, "Error while decoding payload."))?;
        let mut world = shared.world();
        match frame["op"].as_u64() {
            Some(1) => {
                self.beat = Instant::now();
                Ok(world
                    .gateway
                    .acknowledges
                    .then(|| json!({"op": 11, "s": null, "t": null, "d": null})))
            }
            Some(2) if self.session.is_some() => Err((4005, "Already authenticated.")),
            Some(2) => match world.identify(&frame["d"], &self.outbox)? {
                Identified::Session(id) => {
                    self.session = Some(id);
                    Ok(None)
                }
                Identified::TooSoon => Ok(Some(json!({"op": 9, "s": null, "t": null, "d": false}))),
            },
            Some(6) => {
                self.session = world.resume(&frame["d"], &self.outbox)?;
                Ok(self
                    .session
                    .is_none()
                    .then(|| json!({"op": 9, "s": null, "t": null, "d": false})))
            }
            _ if self.session.is_none() => Err((4003, "Not authenticated.")),
            Some(3 | 4 | 8) => Ok(None),
            _ => Err((4001, "Unknown opcode.")),
        }
    }
}

async fn close(socket: &mut Socket, (code, reason): Closed) -> Result<Next, Broken> {
    socket
        .close(Some(CloseFrame {
            code: CloseCode::from(code),
            reason: reason.into(),
        }))
        .await?;
    Ok(Next::End)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
