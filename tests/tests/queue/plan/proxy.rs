//! A network between a broker and those who use it, which can fail: bytes are
//! held back in one direction or in both, and connections die.

use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the network does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    Fair,
    /// Nothing reaches the server.
    NothingIn,
    /// Nothing comes back from it.
    NothingOut,
    /// Neither.
    Nothing,
    /// Every connection is cut, without a word to either side.
    Cut,
}

pub(crate) struct Proxy {
    pub(crate) port: u16,
    weather: watch::Sender<Weather>,
}

/// A port for a proxy to a server that has to know it before it starts.
pub(crate) struct Entrance(TcpListener);

impl Entrance {
    pub(crate) async fn open() -> Self {
        Self(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port"))
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.local_addr().expect("its number").port()
    }
}

impl Proxy {
    /// A network to a port of this machine.
    pub(crate) fn to(port: u16, entrance: Entrance) -> Self {
        let (own, listener) = (entrance.port(), entrance.0);
        let weather = watch::Sender::new(Weather::Fair);
        let watched = weather.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let now = watched.subscribe();
                tokio::spawn(async move {
                    if let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await {
                        carry(client, server, now).await;
                    }
                });
            }
        });
        Self { port: own, weather }
    }

    pub(crate) fn set(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

async fn carry(client: TcpStream, server: TcpStream, weather: watch::Receiver<Weather>) {
    let ((from_client, to_client), (from_server, to_server)) =
        (client.into_split(), server.into_split());
    let mut watched = weather.clone();
    let held_in = [Weather::NothingIn, Weather::Nothing];
    let held_out = [Weather::NothingOut, Weather::Nothing];
    tokio::select! {
        () = one_way(from_client, to_server, weather.clone(), held_in) => {}
        () = one_way(from_server, to_client, weather, held_out) => {}
        _ = watched.wait_for(|weather| *weather == Weather::Cut) => {}
    }
}

/// Hands bytes on while the weather allows it.
async fn one_way(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut weather: watch::Receiver<Weather>,
    held: [Weather; 2],
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        if weather.wait_for(|weather| !held.contains(weather)).await.is_err()
            || to.write_all(&buffer[..count]).await.is_err()
        {
            return;
        }
    }
}
