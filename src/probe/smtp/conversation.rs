//! One conversation with one SMTP server that never comes to a message: banner, EHLO, STARTTLS,
//! MAIL, two RCPT, RSET, QUIT (RFC 5321, RFC 3207).

use super::reply::Wire;
use super::tls;
use crate::facts::{Answer, Failure, FailureKind, SmtpStep, SmtpTalk, TlsFacts};
use crate::probe::deadline::within;
use crate::probe::failure::failed;
use crate::probe::stream::Duplex;
use crate::probe::trust::Trust;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpStream;

/// A server, and what it is asked.
#[derive(Debug, Clone)]
pub(super) struct TalkPlan {
    pub host: String,
    pub address: SocketAddr,
    /// A recipient at the display address, if there is one.
    pub recipient: Option<String>,
    /// How long one step may take, except sender and recipients.
    pub limit: Duration,
}

/// How many times longer than other steps sender and recipients may take: servers delay refusals to
/// slow down spammers, Exchange for five seconds.
const TARPIT_FACTOR: u32 = 3;

/// A recipient in a domain that cannot be registered (RFC 2606 2).
const FOREIGN_RECIPIENT: &str = "spinmail-probe@spinmail-check.invalid";

/// Talks to the server. A handshake that fails ends its connection, so the rest is then sent in a
/// second, unencrypted one. If the server does not accept that one, the first counts.
pub(super) async fn talk(plan: &TalkPlan, trust: &Trust) -> Answer<SmtpTalk> {
    let first = match connected(plan).await {
        Ok(stream) => converse(plan, stream, Some(trust)).await,
        Err(error) => return unreached(&error),
    };
    if !matches!(
        &first.tls,
        Answer::Known(TlsFacts {
            handshake: Answer::Failed(_),
            ..
        })
    ) {
        return Answer::Known(first);
    }
    let Ok(stream) = connected(plan).await else {
        return Answer::Known(first);
    };
    let second = converse(plan, stream, None).await;
    let is_accepted = second.step("").and_then(SmtpStep::code) == Some(220);
    Answer::Known(if is_accepted {
        SmtpTalk {
            tls: first.tls,
            ..second
        }
    } else {
        first
    })
}

async fn connected(plan: &TalkPlan) -> io::Result<TcpStream> {
    within(plan.limit, TcpStream::connect(plan.address)).await
}

/// Only a refusal shows that nothing listens.
fn unreached(error: &io::Error) -> Answer<SmtpTalk> {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Answer::Absent("connection refused".to_owned()),
        io::ErrorKind::ConnectionReset => Answer::Absent("connection reset".to_owned()),
        _ => failed(error),
    }
}

/// Holds a conversation from banner to QUIT; with a trust, encrypted if the server offers it.
async fn converse(plan: &TalkPlan, stream: TcpStream, trust: Option<&Trust>) -> SmtpTalk {
    let mut talk = SmtpTalk::default();
    let greeting = format!("EHLO {}", literal(&stream));
    let mut wire = Wire::new(stream, plan.limit);
    if wire.listen("", &mut talk.steps).await != Some(220) {
        return talk;
    }
    let Some(code) = wire.send(&greeting, &mut talk.steps).await else {
        return talk;
    };
    if code >= 500 {
        // A server from before extensions (RFC 5321 3.2).
        wire.send(&greeting.replacen("EHLO", "HELO", 1), &mut talk.steps)
            .await;
    }
    let offered = talk.extension("STARTTLS").is_some();
    match trust.filter(|_| offered) {
        None => envelope(plan, &mut wire, &mut talk.steps).await,
        Some(trust) => encrypted(plan, wire, trust, &mut talk).await,
    }
    talk
}

/// Returns that there was no handshake, or that it failed.
fn no_handshake(failure: Failure) -> TlsFacts {
    TlsFacts {
        handshake: Answer::Failed(failure),
        ..TlsFacts::default()
    }
}

/// Goes on with TLS, if the handshake succeeds.
async fn encrypted(plan: &TalkPlan, mut wire: Wire<TcpStream>, trust: &Trust, talk: &mut SmtpTalk) {
    match wire.send("STARTTLS", &mut talk.steps).await {
        Some(220) => {}
        Some(code) => {
            let detail = format!("STARTTLS was answered {code}");
            let failure = Failure::new(FailureKind::Rejected, detail);
            talk.tls = Answer::Known(no_handshake(failure));
            return;
        }
        None => {
            talk.tls = Answer::Known(no_handshake(unanswered(talk.step("STARTTLS"))));
            return;
        }
    }
    let handshake = match wire.into_stream() {
        Ok(stream) => tls::handshake(stream, &plan.host, trust, plan.limit).await,
        Err(failure) => Err(failure),
    };
    match handshake {
        Ok((stream, facts)) => {
            talk.tls = Answer::Known(facts);
            let mut encrypted_wire = Wire::new(stream, plan.limit);
            // What was sent before the handshake does not count after it (RFC 3207 4.2).
            let greeting = talk.step("EHLO").map(|step| step.command.clone());
            let greeting = greeting.unwrap_or_default();
            let answer = encrypted_wire.send(&greeting, &mut talk.steps).await;
            if answer.is_some() {
                envelope(plan, &mut encrypted_wire, &mut talk.steps).await;
            }
        }
        Err(failure) => talk.tls = Answer::Known(no_handshake(failure)),
    }
}

/// Returns why a step has no code.
fn unanswered(step: Option<&SmtpStep>) -> Failure {
    match step.map(|step| &step.reply) {
        Some(Answer::Failed(failure)) => failure.clone(),
        Some(Answer::Known(lines)) => Failure::new(
            FailureKind::Malformed,
            format!("it was answered `{}`", lines.join(" | ")),
        ),
        _ => Failure::new(FailureKind::Other, "it was not answered"),
    }
}

/// Sends sender and recipients, and then takes everything back.
async fn envelope<Stream: Duplex>(
    plan: &TalkPlan,
    wire: &mut Wire<Stream>,
    steps: &mut Vec<SmtpStep>,
) {
    wire.set_limit(plan.limit * TARPIT_FACTOR);
    if wire
        .send("MAIL FROM:<>", steps)
        .await
        .is_some_and(|code| code < 300)
    {
        let recipients = plan
            .recipient
            .as_deref()
            .into_iter()
            .chain([FOREIGN_RECIPIENT]);
        for recipient in recipients {
            if wire
                .send(&format!("RCPT TO:<{recipient}>"), steps)
                .await
                .is_none()
            {
                return;
            }
        }
        if wire.send("RSET", steps).await.is_none() {
            return;
        }
    }
    wire.send("QUIT", steps).await;
}

/// Returns this end's address as EHLO names a host without a name (RFC 5321 4.1.3).
fn literal(stream: &TcpStream) -> String {
    match stream
        .local_addr()
        .map(|address| address.ip().to_canonical())
    {
        Ok(IpAddr::V6(address)) => format!("[IPv6:{address}]"),
        Ok(IpAddr::V4(address)) => format!("[{address}]"),
        Err(_) => "[127.0.0.1]".to_owned(),
    }
}
