//! Reading a message: its head, and as much of its body as the search for wrapped attachments
//! needs.

use crate::formats::mail::{self, End, Fault, Head, Search, Wrapped};
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

/// How much is read at once, in bytes. Most messages are smaller.
const PIECE: usize = 64 << 10;

/// Reads messages one after the other, in one buffer.
#[derive(Debug, Default)]
pub struct Reader {
    buffer: Vec<u8>,
    /// How much of the buffer is the file's.
    filled: usize,
}

impl Reader {
    /// Reads a message of that many bytes, and gives what `take` makes of its head, and whether its
    /// attachments are wrapped. Bodies are looked through until the budget of bytes for them is
    /// spent.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read<T>(
        &mut self,
        file: &mut impl Read,
        size: u64,
        budget: &AtomicU64,
        take: impl FnOnce(Result<&Head<'_>, &Fault>) -> T,
    ) -> io::Result<(T, Wrapped)> {
        self.filled = 0;
        let mut ended = false;
        loop {
            let wanted = if self.filled < PIECE {
                PIECE
            } else {
                mail::LONGEST_HEAD
            };
            self.fill(file, size, wanted, &mut ended)?;
            let bytes = self.buffer.get(..self.filled).unwrap_or_default();
            match mail::head(bytes, ended) {
                Ok(None) if !ended => {}
                Ok(None) => return Ok((take(Ok(&Head::default())), Wrapped::NotSeen)),
                Err(fault) => return Ok((take(Err(&fault)), Wrapped::No)),
                Ok(Some(head)) => {
                    let (end, search) = (head.end, Search::new(head.content_type));
                    let taken = take(Ok(&head));
                    let wrapped = match (search, end) {
                        (Search::Decided(wrapped), End::Body(_) | End::File) => wrapped,
                        (Search::Decided(Wrapped::Yes), End::Cut) => Wrapped::Yes,
                        (_, End::Cut) => Wrapped::NotSeen,
                        (Search::Body(_), End::File) => Wrapped::No,
                        // A body that cannot be read on leaves its head as it was.
                        (Search::Body(parts), End::Body(start)) => self
                            .search(parts, file, size, budget, start, ended)
                            .unwrap_or(Wrapped::NotSeen),
                    };
                    return Ok((taken, wrapped));
                }
            }
        }
    }

    /// Reads until that many bytes are there, or the file ends.
    fn fill(
        &mut self,
        file: &mut impl Read,
        size: u64,
        wanted: usize,
        ended: &mut bool,
    ) -> io::Result<()> {
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted, 0);
        }
        while self.filled < wanted && !*ended {
            let room = self.buffer.get_mut(self.filled..wanted).unwrap_or_default();
            match file.read(room) {
                Ok(0) => *ended = true,
                Ok(count) => {
                    self.filled += count;
                    // Saves asking for the end of most files.
                    *ended = self.filled < wanted && self.filled as u64 == size;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn search(
        &mut self,
        mut parts: mail::Parts,
        file: &mut impl Read,
        size: u64,
        budget: &AtomicU64,
        mut start: usize,
        mut ended: bool,
    ) -> io::Result<Wrapped> {
        let mut read = self.filled as u64;
        loop {
            let piece = self.buffer.get(start..self.filled).unwrap_or_default();
            let Some(done) = parts.look(piece, ended) else {
                return Ok(Wrapped::Yes);
            };
            if ended {
                return Ok(Wrapped::No);
            }
            self.buffer.copy_within(start + done..self.filled, 0);
            self.filled -= start + done;
            start = 0;
            if !spend(budget, (PIECE - self.filled.min(PIECE)) as u64) {
                return Ok(Wrapped::NotSeen);
            }
            let before = self.filled;
            self.fill(file, u64::MAX, PIECE, &mut ended)?;
            read += (self.filled - before) as u64;
            ended |= read == size;
        }
    }
}

/// Takes a part of a budget, while there is one.
fn spend(budget: &AtomicU64, bytes: u64) -> bool {
    budget
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            left.checked_sub(bytes)
        })
        .is_ok()
}
