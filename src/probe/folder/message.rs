//! Reads a message: its header, and as much of its body as the search for wrapped attachments
//! needs.

use crate::formats::mail::{self, End, Head, MailError, Search, Wrapped};
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

/// How much is read at once, in bytes. Most messages are smaller.
const CHUNK: usize = 64 << 10;

/// Reads messages one after the other, in one buffer.
#[derive(Debug, Default)]
pub struct MessageReader {
    buffer: Vec<u8>,
    /// The number of bytes in the buffer that belong to the message.
    filled: usize,
}

/// A message file while it is read.
struct MessageFile<'a, R> {
    file: &'a mut R,
    /// The size of the file when it was opened. Knowing it saves reading beyond the end.
    size: u64,
    read: u64,
    is_at_end: bool,
}

impl MessageReader {
    /// Reads a message of `size` bytes. Returns the result of `take` for its header, and whether
    /// its attachments are wrapped. Bodies are searched until `budget`, a number of bytes, is
    /// spent.
    ///
    /// # Errors
    /// Fails if the file cannot be read.
    pub fn read<T>(
        &mut self,
        file: &mut impl Read,
        size: u64,
        budget: &AtomicU64,
        take: impl FnOnce(Result<&Head<'_>, &MailError>) -> T,
    ) -> io::Result<(T, Wrapped)> {
        let mut file = MessageFile {
            file,
            size,
            read: 0,
            is_at_end: false,
        };
        self.filled = 0;
        loop {
            let wanted = if self.filled < CHUNK {
                CHUNK
            } else {
                mail::MAX_HEAD
            };
            self.fill(&mut file, wanted)?;
            let bytes = self.buffer.get(..self.filled).unwrap_or_default();
            let head = match mail::head(bytes, file.is_at_end) {
                Ok(None) if !file.is_at_end => continue,
                Ok(None) => return Ok((take(Ok(&Head::default())), Wrapped::NotSeen)),
                Err(fault) => return Ok((take(Err(&fault)), Wrapped::No)),
                Ok(Some(head)) => head,
            };
            let (end, search) = (head.end, Search::new(head.content_type));
            let taken = take(Ok(&head));
            let wrapped = match (search, end) {
                (Search::Decided(wrapped), End::Body(_) | End::File) => wrapped,
                (Search::Decided(Wrapped::Yes), End::Cut) => Wrapped::Yes,
                (_, End::Cut) => Wrapped::NotSeen,
                (Search::Body(_), End::File) => Wrapped::No,
                // An unreadable body does not change the result for the header.
                (Search::Body(parts), End::Body(start)) => self
                    .search(parts, start, &mut file, budget)
                    .unwrap_or(Wrapped::NotSeen),
            };
            return Ok((taken, wrapped));
        }
    }

    /// Reads until the buffer holds `wanted` bytes, or the file ends.
    fn fill(&mut self, file: &mut MessageFile<'_, impl Read>, wanted: usize) -> io::Result<()> {
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted, 0);
        }
        while self.filled < wanted && !file.is_at_end {
            let free = self.buffer.get_mut(self.filled..wanted).unwrap_or_default();
            self.filled += file.read(free)?;
        }
        Ok(())
    }

    /// Searches a body, which begins at `start` in the buffer, for wrapped attachments.
    fn search(
        &mut self,
        mut body: mail::BodySearch,
        mut start: usize,
        file: &mut MessageFile<'_, impl Read>,
        budget: &AtomicU64,
    ) -> io::Result<Wrapped> {
        loop {
            let chunk = self.buffer.get(start..self.filled).unwrap_or_default();
            let Some(done) = body.search(chunk, file.is_at_end) else {
                return Ok(Wrapped::Yes);
            };
            if file.is_at_end {
                return Ok(Wrapped::No);
            }
            self.buffer.copy_within(start + done..self.filled, 0);
            self.filled -= start + done;
            start = 0;
            if !spend(budget, CHUNK.saturating_sub(self.filled) as u64) {
                return Ok(Wrapped::NotSeen);
            }
            self.fill(file, CHUNK)?;
        }
    }
}

impl<R: Read> MessageFile<'_, R> {
    /// Reads some bytes, and notes whether the file ends with them.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.file.read(buffer) {
            Ok(count) => {
                self.read += count as u64;
                self.is_at_end = count == 0 || self.read == self.size;
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(0),
            Err(error) => Err(error),
        }
    }
}

/// Takes bytes from a budget, and returns whether there were enough left.
fn spend(budget: &AtomicU64, bytes: u64) -> bool {
    budget
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            left.checked_sub(bytes)
        })
        .is_ok()
}
