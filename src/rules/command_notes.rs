//! Where the commands of a rule's page run: in which shell, with which rights and modules.
//!
//! The commands themselves tell, so the pages don't repeat it.

/// What one kind of command needs.
struct CommandNote {
    /// Texts that only such commands contain.
    marks: &'static [&'static str],
    needs: &'static str,
}

const SHELL: &str = "The commands are for Windows PowerShell 5.1.";

const QUOTES: &str =
    "In cmd.exe, write double quotes instead of single quotes in the `spinmail` commands.";

/// What kinds of commands need, beyond Windows PowerShell.
const NOTES: [CommandNote; 8] = [
    CommandNote {
        marks: &[
            "icacls",
            "IIS:",
            "mailroot",
            "sc.exe",
            "-Acl",
            "-Cim",
            "-NetFirewall",
            "-Process",
            "-Service",
            "-SmbShare",
            "-WebAppPool",
            "-WindowsFeature",
        ],
        needs: "Start PowerShell with \"Run as administrator\" for commands about services, IIS, \
                files and permissions of a server. Run them on the server itself.",
    },
    CommandNote {
        marks: &["-SP"],
        needs: "Commands with `SP` in their name are in the SharePoint Management Shell, on a \
                SharePoint server. Your account needs rights on the farm's databases \
                (`Add-SPShellAdmin`).",
    },
    CommandNote {
        marks: &[
            "-DistributionGroup",
            "-EmailAddressPolicy",
            "-MailContact",
            "-RemoteDomain",
        ],
        needs: "Commands about mail contacts, distribution groups, remote domains and address \
                policies are in the Exchange Management Shell.",
    },
    CommandNote {
        marks: &["-AD"],
        needs: "Commands with `AD` in their name are in the module ActiveDirectory: on domain \
                controllers, and elsewhere after `Install-WindowsFeature RSAT-AD-PowerShell`. \
                Your account needs rights on the objects that they read or change.",
    },
    CommandNote {
        marks: &["dsacls", "repadmin"],
        needs: "`dsacls` and `repadmin` are on domain controllers, and elsewhere after \
                `Install-WindowsFeature RSAT-ADDS-Tools`.",
    },
    CommandNote {
        marks: &["-DnsServer"],
        needs: "Commands with `DnsServer` in their name are on Windows DNS servers, and elsewhere \
                after `Install-WindowsFeature RSAT-DNS-Server`. Other DNS servers have tools of \
                their own.",
    },
    CommandNote {
        marks: &["IIS://"],
        needs: "`IIS://` needs the feature IIS 6 Metabase Compatibility (`Web-Metabase`). \
                `SmtpSvc/1` is the first SMTP virtual server.",
    },
    CommandNote {
        marks: &[r"IIS:\", "-WebAppPool"],
        needs: "`IIS:` as a drive and `Restart-WebAppPool` need `Import-Module WebAdministration` \
                first.",
    },
];

/// Returns the section of a page that says where its commands run, or `None` if the page has no
/// commands that need it.
pub(crate) fn section(page: &str) -> Option<String> {
    let mut notes = Vec::new();
    let commands = commands(page);
    if !commands.is_empty() {
        notes.push(SHELL);
    }
    for note in &NOTES {
        let is_needed = note
            .marks
            .iter()
            .any(|mark| commands.iter().any(|command| command.contains(mark)));
        if is_needed {
            notes.push(note.needs);
        }
    }
    if fences(page, "sh").any(|block| block.contains('\'')) {
        notes.push(QUOTES);
    }
    let items: Vec<String> = notes.iter().map(|note| item(note)).collect();
    (!items.is_empty()).then(|| format!("## Where the commands run\n\n{}", items.concat()))
}

/// Returns all notes, for readers who see every page at once.
pub(crate) fn every_note() -> impl Iterator<Item = &'static str> {
    let needs = NOTES.iter().map(|note| note.needs);
    std::iter::once(SHELL).chain(needs).chain([QUOTES])
}

/// Returns a note as an item of a list, as wide as the pages are.
fn item(note: &str) -> String {
    let options = textwrap::Options::new(100)
        .initial_indent("- ")
        .subsequent_indent("  ")
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(note, options) + "\n"
}

/// Returns the PowerShell blocks of a page, and the commands within its sentences.
fn commands(page: &str) -> Vec<&str> {
    let mut commands: Vec<&str> = fences(page, "powershell").collect();
    // Odd parts stand between backticks.
    for line in page.lines().filter(|line| !line.starts_with("```")) {
        let spans = line.split('`').skip(1).step_by(2);
        commands.extend(spans.filter(|span| is_command(span)));
    }
    commands
}

/// Returns the blocks of a page that are fenced as a language.
fn fences<'a>(page: &'a str, language: &str) -> impl Iterator<Item = &'a str> {
    let start = format!("\n```{language}\n");
    let mut rest = page;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(&start)?;
        let (block, behind) = after.split_once("\n```").unwrap_or((after, ""));
        rest = behind;
        Some(block)
    })
}

/// Whether a text is a command of PowerShell, such as `Get-Service`, or of the tools for Active
/// Directory.
fn is_command(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or(text);
    let is_name = |part: &str| part.starts_with(|letter: char| letter.is_ascii_uppercase());
    match word.split_once('-') {
        // `Web-` begins features of Windows Server, `X-` headers of messages.
        Some((verb, noun)) => {
            verb != "Web"
                && is_name(verb)
                && is_name(noun)
                && word.chars().all(|c| c == '-' || c.is_alphanumeric())
        }
        None => ["dsacls", "repadmin"].contains(&word) && text != word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_notes(page: &str, expected: &[&str]) {
        let section = section(page).unwrap_or_default();
        let expected: Vec<String> = expected.iter().map(|note| item(note)).collect();
        let notes = section.split_once("\n\n").map_or("", |(_, notes)| notes);
        assert_eq!(notes, expected.concat(), "{page}");
    }

    #[test]
    fn commands_tell_what_they_need() {
        let [elevated, sharepoint, .., iis, drive] = &NOTES;
        for (block, expected) in [
            ("Resolve-DnsName -Name 'a.test'", vec![SHELL]),
            ("Get-Service -Name 'SMTPSVC'", vec![SHELL, elevated.needs]),
            ("Get-SPSite -Limit All", vec![SHELL, sharepoint.needs]),
            (
                "[ADSI]'IIS://localhost/SmtpSvc/1'",
                vec![SHELL, elevated.needs, iis.needs],
            ),
            (
                r"Get-ChildItem 'IIS:\SslBindings'",
                vec![SHELL, elevated.needs, drive.needs],
            ),
        ] {
            assert_notes(&format!("\n```powershell\n{block}\n```\n"), &expected);
        }
    }

    #[test]
    fn commands_in_sentences_count() {
        assert_notes(
            "Run `Restart-WebAppPool 'a'` now.",
            &[SHELL, NOTES[0].needs, NOTES[7].needs],
        );
        assert_notes("Choose `Web-Metabase` or `IIS`.", &[]);
        assert_notes("Headers are `X-Mailer: a`.", &[]);
        assert_notes("`dsacls` is a program.", &[]);
    }

    #[test]
    fn single_quotes_of_our_own_commands_are_told() {
        assert_notes(
            "\n```sh\nspinmail drop-folder '\\\\fs\\drop'\n```\n",
            &[QUOTES],
        );
        assert_notes("\n```sh\nspinmail drop-folder \"D:\\drop\"\n```\n", &[]);
        assert_notes("\n```text\n'\n```\n", &[]);
    }
}
