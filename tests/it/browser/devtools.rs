//! Controls a headless Chromium by the DevTools protocol over a pipe: without port, driver or
//! network.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);
/// The id of a call whose answer is not awaited.
const NOBODY_ASKED: u64 = u32::MAX as u64;

pub struct Browser {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    events: Vec<Value>,
    number: u64,
    session: Option<String>,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts `chromium` with its own profile.
    pub fn start() -> Self {
        let profile = tempfile::tempdir().expect("a temporary folder");
        // The protocol uses the descriptors 3 and 4.
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "exec \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null",
            "sh",
            "chromium",
        ]);
        command.args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-sync",
        ]);
        command.args([
            "--disable-background-networking",
            "--disable-component-update",
            "--remote-debugging-pipe",
        ]);
        command
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .env("HOME", profile.path());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("sh runs");
        let input = child.stdin.take().expect("its input");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for message in output.split(0) {
                let Ok(message) = message else { return };
                let message = serde_json::from_slice(&message).expect("the protocol speaks JSON");
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let (events, session) = (Vec::new(), None);
        let mut browser = Self {
            child,
            input,
            messages,
            events,
            number: 0,
            session,
            _profile: profile,
        };
        browser.attach();
        browser
    }

    /// Opens a tab and enables all its events.
    fn attach(&mut self) {
        let tab =
            self.call("Target.createTarget", json!({"url": "about:blank"}))["targetId"].clone();
        let session = self.call(
            "Target.attachToTarget",
            json!({"targetId": tab, "flatten": true}),
        );
        self.session = Some(session["sessionId"].as_str().expect("a session").to_owned());
        for domain in ["Page", "Runtime", "Log", "Network"] {
            self.call(&format!("{domain}.enable"), json!({}));
        }
    }

    fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.number += 1;
        let mut message = json!({"id": self.number, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        self.input
            .write_all(format!("{message}\0").as_bytes())
            .expect("the browser listens");
        loop {
            let answer = self.next();
            if answer["id"] == self.number {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
        }
    }

    /// Returns the next message, and keeps events. Closes a dialog, so that the page continues.
    fn next(&mut self) -> Value {
        let message = self
            .messages
            .recv_timeout(PATIENCE)
            .expect("the browser answers");
        if message["method"] == "Page.javascriptDialogOpening" {
            let close = json!({"id": NOBODY_ASKED, "method": "Page.handleJavaScriptDialog", "params": {"accept": true},
                "sessionId": message["sessionId"]});
            self.input
                .write_all(format!("{close}\0").as_bytes())
                .expect("the browser listens");
        }
        if message.get("method").is_some() {
            self.events.push(message.clone());
        }
        message
    }

    /// Sets the colour scheme, the media type and the width of the pages.
    pub fn look(&mut self, scheme: &str, media: &str, width: u32) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.call(
            "Emulation.setEmulatedMedia",
            json!({"media": media, "features": features}),
        );
        let size = json!({"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    /// Opens a file and waits until it is loaded.
    pub fn open(&mut self, page: &Path) {
        let seen = self.events.len();
        let opened = self.call(
            "Page.navigate",
            json!({"url": format!("file://{}", page.display())}),
        );
        assert!(opened["errorText"].is_null(), "{opened}");
        while !self.events[seen..]
            .iter()
            .any(|event| event["method"] == "Page.loadEventFired")
        {
            self.next();
        }
    }

    /// Evaluates an expression in the page, and returns its value.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let answer = self.call(
            "Runtime.evaluate",
            json!({"expression": expression, "returnByValue": true}),
        );
        assert!(answer["exceptionDetails"].is_null(), "{answer}");
        answer["result"]["value"].clone()
    }

    /// Returns the number of printed pages.
    pub fn prints_pages(&mut self) -> usize {
        let printed = self.call("Page.printToPDF", json!({"printBackground": false}));
        let data = printed["data"].as_str().expect("data");
        let pdf = data_encoding::BASE64
            .decode(data.as_bytes())
            .expect("base64");
        assert!(pdf.starts_with(b"%PDF-"));
        pdf.windows(11)
            .filter(|bytes| *bytes == b"/Type /Page")
            .count()
    }

    /// Returns the schemes of all requests since the last call.
    pub fn requests(&mut self) -> Vec<String> {
        let is_request = |event: &&Value| event["method"] == "Network.requestWillBeSent";
        let url = |event: &Value| {
            event["params"]["request"]["url"]
                .as_str()
                .expect("a URL")
                .to_owned()
        };
        let urls: Vec<String> = self.events.iter().filter(is_request).map(url).collect();
        self.events.retain(|event| !is_request(&event));
        urls.iter()
            .map(|url| url.split(':').next().unwrap_or_default().to_owned())
            .collect()
    }

    /// Returns all console messages, errors and dialogs since the last call.
    pub fn complaints(&mut self) -> Vec<Value> {
        let said = [
            "Log.entryAdded",
            "Runtime.consoleAPICalled",
            "Runtime.exceptionThrown",
            "Page.javascriptDialogOpening",
        ];
        let events = std::mem::take(&mut self.events).into_iter();
        events
            .filter(|event| said.iter().any(|method| event["method"] == *method))
            .collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let close = json!({"id": NOBODY_ASKED, "method": "Browser.close"});
        let _ = self.input.write_all(format!("{close}\0").as_bytes());
        for _ in 0..100 {
            if self.child.try_wait().is_ok_and(|status| status.is_some()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
