//! Runs work on all processors and uses the results in order.

use rayon::prelude::*;

/// The most results at a time: those in use, and those that are being made.
const BATCH: usize = 64;

/// Processes items on all processors, and uses the results in the order of the items. Only a
/// bounded number of results exists at a time.
///
/// # Errors
/// Those of `using`; after an error nothing is used.
pub(crate) fn for_each_in_order<Item: Sync, Made: Send, E>(
    items: &[Item],
    make: impl Fn(&Item) -> Made + Sync,
    mut using: impl FnMut(Made) -> Result<(), E>,
) -> Result<(), E> {
    let make_all = |batch: &[Item]| -> Vec<Made> { batch.par_iter().map(&make).collect() };
    let mut batches = items.chunks(BATCH);
    let mut made = batches.next().map(make_all);
    while let Some(present) = made.take() {
        let next = batches.next();
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| made = next.map(make_all));
            present.into_iter().try_for_each(&mut using)
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_an_error_ends_the_work() {
        let items: Vec<usize> = (0..1000).collect();
        let mut used = Vec::new();
        let all = for_each_in_order(
            &items,
            |item| item * 2,
            |made| {
                used.push(made);
                Ok::<(), ()>(())
            },
        );
        assert_eq!(all, Ok(()));
        assert_eq!(used, items.iter().map(|item| item * 2).collect::<Vec<_>>());
        let mut count = 0;
        let ended = for_each_in_order(
            &items,
            |item| *item,
            |made| {
                count += 1;
                if made == 100 { Err(made) } else { Ok(()) }
            },
        );
        assert_eq!((ended, count), (Err(100), 101));
    }
}
