//! `--format text|json` of the commands that print settings or what they read.

/// How a command prints.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub(crate) struct FormatArgs {
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

// Without doc comments: the help would list the meaning of both words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum TextOrJson {
    Text,
    Json,
}

impl FormatArgs {
    pub(crate) fn is_json(&self) -> bool {
        self.format == TextOrJson::Json
    }
}
