//! Buffers output that is written at the end, in a temporary file if it is long.

use std::fmt;
use std::io::{self, Read, Seek, Write};
use tempfile::SpooledTempFile;

/// The maximum number of bytes in memory.
const MAX_IN_MEMORY: usize = 1 << 20;

/// A buffer whose content can be copied at the end. A long text is kept in a temporary file without
/// a name, which disappears with the process.
pub(crate) struct Spill {
    file: SpooledTempFile,
}

impl Default for Spill {
    fn default() -> Self {
        Self {
            file: SpooledTempFile::new(MAX_IN_MEMORY),
        }
    }
}

impl Spill {
    /// Copies everything that was written.
    ///
    /// # Errors
    /// Fails if the temporary file cannot be read, or if `out` cannot be written.
    pub(crate) fn copy_to(&mut self, out: &mut dyn Write) -> io::Result<()> {
        const PIECE: usize = 1 << 16;
        self.flush()?;
        self.file.rewind().map_err(temporary)?;
        let mut piece = vec![0; PIECE];
        loop {
            let length = self.file.read(&mut piece).map_err(temporary)?;
            match piece.get(..length) {
                None | Some([]) => return Ok(()),
                Some(bytes) => out.write_all(bytes)?,
            }
        }
    }
}

impl Write for Spill {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).map_err(temporary)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush().map_err(temporary)
    }
}

/// Returns an error that names the temporary file's folder, because the user did not choose it.
fn temporary(error: io::Error) -> io::Error {
    let folder = tempfile::env::temp_dir();
    let words = format!(
        "a temporary file is needed in `{}`, which TMPDIR can change: {error}",
        folder.display()
    );
    io::Error::new(error.kind(), words)
}

impl fmt::Debug for Spill {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Spill")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_copied_completely() {
        let line = "x".repeat(1000) + "\n";
        let mut spill = Spill::default();
        for _ in 0..3000 {
            spill.write_all(line.as_bytes()).unwrap();
        }
        assert!(spill.file.is_rolled());
        let mut copy = Vec::new();
        spill.copy_to(&mut copy).unwrap();
        assert_eq!(copy, line.repeat(3000).into_bytes());
    }

    #[test]
    fn error_names_the_folder_of_the_temporary_file() {
        let error = temporary(io::Error::from(io::ErrorKind::NotFound));
        let folder = tempfile::env::temp_dir().display().to_string();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        let words = error.to_string();
        assert!(
            words.contains(&folder) && words.contains("TMPDIR"),
            "{words}"
        );
    }
}
