//! One conversation with one SMTP server that never comes to a message: banner, EHLO, STARTTLS,
//! MAIL, two RCPT, RSET, QUIT (RFC 5321, RFC 3207).

use super::reply::Wire;
use super::tls;
use crate::facts::{Answer, SmtpStep, SmtpTalk, TlsFacts};
use crate::probe::deadline::within;
use crate::probe::stream::Duplex;
use crate::probe::trust::Trust;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpStream;

/// Whom to talk to, and about what.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub host: String,
    pub address: SocketAddr,
    /// A recipient at the display address, where there is one.
    pub recipient: Option<String>,
    /// How long one step may take, sender and recipients aside.
    pub limit: Duration,
}

/// How many times longer than other steps sender and recipients may take: servers hold refusals
/// back to slow spammers down, Exchange for five seconds.
const TARPIT: u32 = 3;

/// A recipient in a domain that nobody can own (RFC 2606 2).
const FOREIGN: &str = "spinmail-probe@spinmail-check.invalid";

/// Talks to the server. A handshake that fails ends its connection, so the rest is then said in a
/// second one, in plain; if the server does not welcome that one, the first stands.
pub(super) async fn talk(plan: &Plan, trust: &Trust) -> Answer<SmtpTalk> {
    let first = match connected(plan).await {
        Ok(stream) => whole(plan, stream, Some(trust)).await,
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
    let second = whole(plan, stream, None).await;
    let welcome = second.step("").and_then(SmtpStep::code) == Some(220);
    Answer::Known(if welcome {
        SmtpTalk {
            tls: first.tls,
            ..second
        }
    } else {
        first
    })
}

async fn connected(plan: &Plan) -> io::Result<TcpStream> {
    within(plan.limit, TcpStream::connect(plan.address)).await
}

/// Only a refusal shows that nothing listens.
fn unreached(error: &io::Error) -> Answer<SmtpTalk> {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Answer::Absent("connection refused".to_owned()),
        io::ErrorKind::ConnectionReset => Answer::Absent("connection reset".to_owned()),
        _ => Answer::Failed(error.to_string()),
    }
}

/// A conversation from banner to QUIT; with a trust, encrypted where the server offers it.
async fn whole(plan: &Plan, stream: TcpStream, trust: Option<&Trust>) -> SmtpTalk {
    let mut talk = SmtpTalk::default();
    let greeting = format!("EHLO {}", literal(&stream));
    let mut wire = Wire::new(stream, plan.limit);
    if wire.listen("", &mut talk.steps).await != Some(220) {
        return talk;
    }
    let Some(code) = wire.say(&greeting, &mut talk.steps).await else {
        return talk;
    };
    if code >= 500 {
        // A server from before extensions (RFC 5321 3.2).
        wire.say(&greeting.replacen("EHLO", "HELO", 1), &mut talk.steps)
            .await;
    }
    let offered = talk.extension("STARTTLS").is_some();
    match trust.filter(|_| offered) {
        None => envelope(plan, &mut wire, &mut talk.steps).await,
        Some(trust) => encrypted(plan, wire, trust, &greeting, &mut talk).await,
    }
    talk
}

async fn encrypted(
    plan: &Plan,
    mut wire: Wire<TcpStream>,
    trust: &Trust,
    greeting: &str,
    talk: &mut SmtpTalk,
) {
    let failed = |why: String| TlsFacts {
        handshake: Answer::Failed(why),
        ..TlsFacts::default()
    };
    match wire.say("STARTTLS", &mut talk.steps).await {
        Some(220) => {}
        Some(code) => {
            talk.tls = Answer::Known(failed(format!("STARTTLS was answered {code}")));
            return;
        }
        None => {
            talk.tls = Answer::Known(failed(unanswered(talk.step("STARTTLS"))));
            return;
        }
    }
    let shaken = match wire.into_stream() {
        Ok(stream) => tls::shake(stream, &plan.host, trust, plan.limit).await,
        Err(why) => Err(why.to_owned()),
    };
    match shaken {
        Ok((stream, facts)) => {
            talk.tls = Answer::Known(facts);
            let mut wire = Wire::new(stream, plan.limit);
            // What was said before the handshake does not count after it (RFC 3207 4.2).
            if wire.say(greeting, &mut talk.steps).await.is_some() {
                envelope(plan, &mut wire, &mut talk.steps).await;
            }
        }
        Err(why) => talk.tls = Answer::Known(failed(why)),
    }
}

/// Why a step has no code.
fn unanswered(step: Option<&SmtpStep>) -> String {
    match step.map(|step| &step.reply) {
        Some(Answer::Failed(why)) => why.clone(),
        Some(Answer::Known(lines)) => format!("it was answered `{}`", lines.join(" | ")),
        _ => "it was not answered".to_owned(),
    }
}

/// Sender and recipients, and then everything is taken back.
async fn envelope<Stream: Duplex>(plan: &Plan, wire: &mut Wire<Stream>, steps: &mut Vec<SmtpStep>) {
    wire.wait_up_to(plan.limit * TARPIT);
    if wire
        .say("MAIL FROM:<>", steps)
        .await
        .is_some_and(|code| code < 300)
    {
        let recipients = plan.recipient.as_deref().into_iter().chain([FOREIGN]);
        for recipient in recipients {
            if wire
                .say(&format!("RCPT TO:<{recipient}>"), steps)
                .await
                .is_none()
            {
                return;
            }
        }
        if wire.say("RSET", steps).await.is_none() {
            return;
        }
    }
    wire.say("QUIT", steps).await;
}

/// This end's address as EHLO names a host without a name (RFC 5321 4.1.3).
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
