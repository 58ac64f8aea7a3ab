//! Relays bytes that only ldap3 can read: a logon with a ticket seals the conversation, or is bound
//! to the certificate of TLS, which ldap3 then has to speak.
//!
//! Single messages cannot be checked here. So the bytes are counted that the server sends after the
//! last bytes of ldap3: ldap3 stores a message until it is whole.

use super::{CHUNK, RelayEnd};
use crate::probe::stream::Duplex;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The most bytes of an answer during the logon. A ticket takes 64 KiB at most (MaxTokenSize), and
/// a handshake of TLS with all its certificates hardly more.
const MAX_LOGON: usize = 1 << 20;
/// The most bytes of an answer from a controller that has shown who it is. It is lower than
/// [`super::MAX_ANSWER`], which limits memory: entries take more of it than they have bytes. A
/// thousand contacts take about 6 MiB of memory.
const MAX_SEALED_ANSWER: usize = 16 << 20;

/// The most bytes of an answer. Copies share it.
#[derive(Debug, Clone)]
pub(crate) struct AnswerLimit(Arc<AtomicUsize>);

impl AnswerLimit {
    /// Returns the limit that holds until the logon is done.
    pub(crate) fn of_logon() -> Self {
        Self(Arc::new(AtomicUsize::new(MAX_LOGON)))
    }

    /// Allows whole answers, now that the controller has shown who it is.
    pub(crate) fn allow_answers(&self) {
        self.0.store(MAX_SEALED_ANSWER, Ordering::Relaxed);
    }

    fn bytes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Passes bytes on in both directions, until one side closes or an answer is too long.
pub(crate) async fn relay_sealed(
    client: impl Duplex,
    server: impl Duplex,
    limit: AnswerLimit,
) -> RelayEnd {
    let (mut from_client, mut to_client) = tokio::io::split(client);
    let (mut from_server, mut to_server) = tokio::io::split(server);
    let answered = AtomicUsize::new(0);
    let requests = async {
        let mut buffer = vec![0; CHUNK];
        loop {
            let bytes = match from_client.read(&mut buffer).await? {
                0 => return Ok::<_, RelayEnd>(RelayEnd::Closed),
                count => buffer.get(..count).unwrap_or_default(),
            };
            answered.store(0, Ordering::Relaxed);
            to_server.write_all(bytes).await?;
        }
    };
    let answers = async {
        let mut buffer = vec![0; CHUNK];
        loop {
            let bytes = match from_server.read(&mut buffer).await? {
                0 => return Ok::<_, RelayEnd>(RelayEnd::Closed),
                count => buffer.get(..count).unwrap_or_default(),
            };
            let total = answered.fetch_add(bytes.len(), Ordering::Relaxed) + bytes.len();
            let most = limit.bytes();
            if total > most {
                return Err(RelayEnd::TooLong(most));
            }
            to_client.write_all(bytes).await?;
        }
    };
    let end = tokio::select! {
        end = requests => end,
        end = answers => end,
    };
    end.unwrap_or_else(|end| end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::io::DuplexStream;

    /// A relay between two ends.
    struct Relayed {
        client: DuplexStream,
        server: DuplexStream,
        limit: AnswerLimit,
        relay: tokio::task::JoinHandle<RelayEnd>,
    }

    fn relayed() -> Relayed {
        let (own, client) = tokio::io::duplex(CHUNK);
        let (network, server) = tokio::io::duplex(CHUNK);
        let limit = AnswerLimit::of_logon();
        let relay = tokio::spawn(relay_sealed(own, network, limit.clone()));
        Relayed {
            client,
            server,
            limit,
            relay,
        }
    }

    impl Relayed {
        /// Sends this many bytes from the server, and returns how many arrive.
        async fn answer(&mut self, count: usize) -> usize {
            let Self { client, server, .. } = self;
            let send = async {
                let _ = server.write_all(&vec![7; count]).await;
            };
            let receive = async {
                let mut received = 0;
                let mut buffer = vec![0; CHUNK];
                while received < count {
                    match client.read(&mut buffer).await {
                        Ok(0) | Err(_) => break,
                        Ok(bytes) => received += bytes,
                    }
                }
                received
            };
            let both = async { tokio::join!(send, receive).1 };
            let both = tokio::time::timeout(Duration::from_secs(20), both);
            both.await.expect("the relay goes on or ends")
        }

        async fn request(&mut self) {
            self.client.write_all(b"request").await.expect("a request");
            let mut buffer = [0; 7];
            self.server
                .read_exact(&mut buffer)
                .await
                .expect("a request");
            assert_eq!(&buffer, b"request");
        }
    }

    #[tokio::test]
    async fn every_request_may_have_an_answer_of_the_limit() {
        let mut relayed = relayed();
        for _ in 0..3 {
            relayed.request().await;
            assert_eq!(relayed.answer(MAX_LOGON).await, MAX_LOGON);
        }
        relayed.limit.allow_answers();
        relayed.request().await;
        assert_eq!(relayed.answer(MAX_SEALED_ANSWER).await, MAX_SEALED_ANSWER);
        drop(relayed.server);
        assert!(matches!(relayed.relay.await, Ok(RelayEnd::Closed)));
    }

    #[tokio::test]
    async fn longer_answer_ends_the_conversation() {
        for is_logged_on in [false, true] {
            let mut relayed = relayed();
            let limit = match is_logged_on {
                false => MAX_LOGON,
                true => MAX_SEALED_ANSWER,
            };
            if is_logged_on {
                relayed.limit.allow_answers();
            }
            relayed.request().await;
            assert!(relayed.answer(2 * limit).await <= limit);
            assert!(matches!(relayed.relay.await, Ok(RelayEnd::TooLong(most)) if most == limit));
        }
    }
}
