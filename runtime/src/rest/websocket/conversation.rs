//! One rpc over one WebSocket.

use std::pin::pin;
use std::time::Duration;

use futures_util::stream::SplitSink;
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message as Frame, Utf8Bytes};

use super::super::upload::Decoder;
use super::closing::{close, part};
use super::requests::{Piece, messages, read};
use crate::codec::{Field, HttpBody, Message};
use crate::service::{Call, Dispatcher, Idle, Reply, ReplyStream, Rpc, within};
use crate::status::Reason;
use crate::{Context, Status, sse};

/// How long the last words may take to arrive.
const LINGER: Duration = Duration::from_secs(1);

type Socket = SplitSink<WebSocketStream<TokioIo<Upgraded>>, Frame>;

/// What is known of it before it begins.
pub(super) struct Conversation {
    pub(super) dispatcher: Dispatcher,
    pub(super) rpc: Rpc,
    pub(super) context: Context,
    pub(super) decoder: Decoder,
    pub(super) settings: sse::Settings,
    /// Whether replies are bytes, and which field of theirs is sent.
    pub(super) raw: bool,
    pub(super) part: Option<&'static Field>,
    /// Whether a single request comes as a text, and not from path and query alone.
    pub(super) takes_body: bool,
    pub(super) idle: Idle,
    /// The longest message, in bytes.
    pub(super) limit: usize,
    /// How long a single request may take to come.
    pub(super) patience: Duration,
}

/// Why a conversation ends before all is said.
enum Ended {
    Failed(Status),
    Gone(Error),
}

impl From<Status> for Ended {
    fn from(status: Status) -> Self {
        Self::Failed(status)
    }
}

impl Conversation {
    /// Holds the conversation. A client that goes away cancels the call.
    pub(super) async fn run(self, upgrade: OnUpgrade) {
        let connection = match upgrade.await {
            Ok(connection) => TokioIo::new(connection),
            Err(error) => return tracing::debug!(%error, "no WebSocket came about"),
        };
        let limit = self.limit;
        let config =
            WebSocketConfig::default().max_message_size(Some(limit)).max_frame_size(Some(limit));
        let socket = WebSocketStream::from_raw_socket(connection, Role::Server, Some(config)).await;
        let (mut sink, source) = socket.split();
        let (sender, pieces) = channel(1);
        let mut reading = pin!(read(source, sender, limit));
        let shape = self.settings.error_shape;
        let answering = async {
            let outcome = match self.answer(&mut sink, pieces).await {
                Ok(()) => Ok(()),
                Err(Ended::Failed(status)) => Err(status),
                Err(Ended::Gone(error)) => return Err(error),
            };
            close(&mut sink, outcome, shape).await
        };
        let said = tokio::select! {
            parting = &mut reading => Err(parting),
            said = answering => Ok(said),
        };
        match said {
            // Closed once the client has read that.
            Ok(Ok(())) => _ = timeout(LINGER, reading).await,
            Ok(Err(error)) => tracing::debug!(%error, "a WebSocket broke off"),
            Err(parting) => _ = timeout(LINGER, part(&mut sink, parting)).await,
        }
    }

    async fn answer(self, sink: &mut Socket, pieces: Receiver<Piece>) -> Result<(), Ended> {
        let Self { dispatcher, rpc, context, decoder, settings, idle, .. } = self;
        let shape = rpc.method().shape;
        let call = if shape.client_streams() {
            Call::Stream(idle.watch_requests(messages(pieces, decoder)))
        } else {
            let first = timeout(self.patience, single(pieces, &decoder, self.takes_body));
            let late = || Reason::RequestTimeout.status("the request of the stream did not come");
            let first = within(context.deadline(), pin!(first)).await?.map_err(|_| late())?;
            Call::Unary(first?)
        };
        let replies = Replies { settings, raw: self.raw, part: self.part };
        match dispatcher.call_with(rpc, context, call, None).await? {
            Reply::Unary(message) => {
                let frame = replies.frame(&*message)?;
                sink.feed(frame).await.map_err(Ended::Gone)
            }
            // Pings show that a stream of replies lives, as comments do in events.
            Reply::Stream(stream) if !shape.client_streams() && !settings.heartbeat.is_zero() => {
                replies.send(stream, sink).await
            }
            Reply::Stream(stream) => replies.send(idle.watch(stream), sink).await,
        }
    }
}

/// The one request of an rpc that does not stream them.
async fn single(
    mut pieces: Receiver<Piece>,
    decoder: &Decoder,
    takes_body: bool,
) -> Result<Box<dyn Message>, Status> {
    if !takes_body {
        return Ok(decoder.empty()?);
    }
    match pieces.recv().await {
        Some(piece) => Ok(decoder.piece(&piece?)?),
        None => Ok(decoder.empty()?),
    }
}

/// How replies become frames.
struct Replies {
    settings: sse::Settings,
    raw: bool,
    part: Option<&'static Field>,
}

impl Replies {
    fn frame(&self, message: &dyn Message) -> Result<Frame, Status> {
        if self.raw {
            let body = HttpBody::of_part(message, self.part)?.unwrap_or_default();
            return Ok(Frame::Binary(body.data));
        }
        let mut text = Vec::new();
        // The fault is the handler's, not the caller's.
        let unsayable =
            |error| Reason::InvalidReply.status(format!("a reply has no JSON form: {error}"));
        self.settings.write(message, &mut text).map_err(unsayable)?;
        let text = Utf8Bytes::try_from(text)
            .map_err(|error| Reason::InvalidReply.status(format!("a reply is no text: {error}")))?;
        Ok(Frame::Text(text))
    }

    /// Sends a stream; what is ready together leaves together.
    async fn send(&self, mut stream: ReplyStream, sink: &mut Socket) -> Result<(), Ended> {
        loop {
            let item = if let Some(item) = stream.next().now_or_never() {
                item
            } else {
                sink.flush().await.map_err(Ended::Gone)?;
                self.wait(&mut stream, sink).await?
            };
            let Some(message) = item else { return Ok(()) };
            sink.feed(self.frame(&*message?)?).await.map_err(Ended::Gone)?;
        }
    }

    /// The next reply, and pings until it comes.
    async fn wait(
        &self,
        stream: &mut ReplyStream,
        sink: &mut Socket,
    ) -> Result<Option<Result<Box<dyn Message>, Status>>, Ended> {
        loop {
            let beat = async {
                match self.settings.heartbeat {
                    Duration::ZERO => std::future::pending().await,
                    period => sleep(period).await,
                }
            };
            tokio::select! {
                item = stream.next() => return Ok(item),
                () = beat => sink.send(Frame::Ping(Vec::new().into())).await.map_err(Ended::Gone)?,
            }
        }
    }
}
