//! Holds one conversation with one SMTP server, without sending a message: banner, EHLO, STARTTLS,
//! MAIL, RCPT and RSET for each question, then QUIT (RFC 5321, RFC 3207).

use super::questions::{Condition, PlannedQuestion};
use super::reply::Wire;
use super::tls;
use crate::facts::{Answer, Failure, FailureKind, SmtpStep, SmtpTalk, SmtpTransaction, TlsFacts};
use crate::probe::deadline::within;
use crate::probe::failure::failed;
use crate::probe::stream::Duplex;
use crate::probe::trust::Trust;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpStream, UdpSocket};

/// A server, and the questions for it.
#[derive(Debug, Clone)]
pub(super) struct TalkPlan {
    pub host: String,
    pub address: SocketAddr,
    /// The names that senders use for the address, the host's own first.
    pub names: Vec<String>,
    pub questions: Arc<[PlannedQuestion]>,
    /// The timeout of one step, except sender and recipients.
    pub limit: Duration,
}

/// How many times longer than other steps sender and recipients may take: servers delay refusals to
/// slow down spammers, Exchange for five seconds.
const TARPIT_FACTOR: u32 = 3;

/// Runs the conversation. A failed handshake ends its connection, so the rest is sent over a
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

/// Returns the answer for a failed connection. Only a refusal shows that nothing listens.
fn unreached(error: &io::Error) -> Answer<SmtpTalk> {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Answer::Absent("connection refused".to_owned()),
        io::ErrorKind::ConnectionReset => Answer::Absent("connection reset".to_owned()),
        _ => failed(error),
    }
}

/// Holds a conversation from banner to QUIT. With a trust, it is encrypted if the server offers
/// TLS.
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
        None => ask_all(plan, &mut wire, &mut talk).await,
        Some(trust) => encrypted(plan, wire, trust, &mut talk).await,
    }
    talk
}

/// Returns the answer for a missing or failed handshake.
fn no_handshake(failure: Failure) -> TlsFacts {
    TlsFacts {
        handshake: Answer::Failed(failure),
        ..TlsFacts::default()
    }
}

/// Continues with TLS, if the handshake succeeded.
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
        Ok(stream) => tls::handshake(stream, &plan.names, trust, plan.limit).await,
        Err(failure) => Err(failure),
    };
    match handshake {
        Ok((stream, facts)) => {
            talk.tls = Answer::Known(facts);
            let mut encrypted_wire = Wire::new(stream, plan.limit);
            // Replies from before the handshake do not count after it (RFC 3207 4.2).
            let greeting = talk.step("EHLO").map(|step| step.command.clone());
            let greeting = greeting.unwrap_or_default();
            let answer = encrypted_wire.send(&greeting, &mut talk.steps).await;
            if answer.is_some() {
                ask_all(plan, &mut encrypted_wire, talk).await;
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

/// Asks every question in a transaction of its own, and resets it.
async fn ask_all<Stream: Duplex>(plan: &TalkPlan, wire: &mut Wire<Stream>, talk: &mut SmtpTalk) {
    wire.set_limit(plan.limit * TARPIT_FACTOR);
    let mut is_accepted = false;
    for question in plan.questions.iter() {
        if question.condition == Condition::PreviousNotAccepted && is_accepted {
            continue;
        }
        let mut steps = Vec::new();
        let asked = ask(question, wire, &mut steps).await;
        talk.transactions.push(SmtpTransaction::new(
            question.purpose.clone(),
            question.recipient.as_str(),
            steps,
        ));
        match asked {
            Some(reply) => is_accepted = reply == Reply::Accepted,
            // The server has closed the connection, or its replies can no longer be matched to
            // commands.
            None => return,
        }
    }
    wire.send("QUIT", &mut talk.steps).await;
}

/// A server's answer about a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reply {
    Accepted,
    NotAccepted,
}

/// Asks one question. Returns `None` if the conversation cannot continue.
async fn ask<Stream: Duplex>(
    question: &PlannedQuestion,
    wire: &mut Wire<Stream>,
    steps: &mut Vec<SmtpStep>,
) -> Option<Reply> {
    let sender = format!("MAIL FROM:<{}>", question.sender);
    if wire.send(&sender, steps).await? >= 300 {
        return Some(Reply::NotAccepted);
    }
    let recipient = format!("RCPT TO:<{}>", question.recipient);
    let code = wire.send(&recipient, steps).await?;
    wire.send("RSET", steps).await?;
    Some(match code {
        200..=299 => Reply::Accepted,
        _ => Reply::NotAccepted,
    })
}

/// Returns the address from which this machine reaches another, or `None` if there is no route to
/// it. Nothing is sent: a datagram socket only looks the route up.
pub(super) async fn own_address(to: SocketAddr) -> Option<IpAddr> {
    let any: SocketAddr = match to {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).await.ok()?;
    socket.connect(to).await.ok()?;
    Some(socket.local_addr().ok()?.ip().to_canonical())
}

/// Returns this end's address as an address literal for EHLO (RFC 5321 4.1.3).
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
