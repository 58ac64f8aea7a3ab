//! Which mail host says why others lead nowhere. It is found for all of them at once: each may lead
//! over all the others.

use std::collections::VecDeque;

/// Returns, for each mail host, the one that says why it leads nowhere: the nearest behind it on
/// which mail may end, else the first of the file that mail comes back to; `None` if it is that
/// one, or if there is none.
///
/// `next` holds the mail hosts that each passes mail to, and `ends` whether mail may end at it.
pub(super) fn explaining(next: &[Vec<usize>], ends: &[bool]) -> Vec<Option<usize>> {
    let nearest_end = nearest_end(next, ends);
    let first_of_circle = first_of_circle(next);
    let explained = nearest_end.into_iter().zip(first_of_circle).enumerate();
    explained
        .map(|(host, (end, circle))| end.or(circle).filter(|other| *other != host))
        .collect()
}

/// Returns the nearest end behind each host, or the host itself if it is one.
pub(super) fn nearest_end(next: &[Vec<usize>], ends: &[bool]) -> Vec<Option<usize>> {
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); next.len()];
    for (host, targets) in next.iter().enumerate() {
        for target in targets {
            if let Some(hosts) = before.get_mut(*target) {
                hosts.push(host);
            }
        }
    }
    let mut nearest: Vec<Option<usize>> = vec![None; next.len()];
    let mut waiting = VecDeque::new();
    for (host, end) in nearest.iter_mut().enumerate() {
        if ends.get(host) == Some(&true) {
            *end = Some(host);
            waiting.push_back(host);
        }
    }
    while let Some(host) = waiting.pop_front() {
        let end = nearest.get(host).copied().flatten();
        for passing in before.get(host).into_iter().flatten() {
            if let Some(unknown @ None) = nearest.get_mut(*passing) {
                *unknown = end;
                waiting.push_back(*passing);
            }
        }
    }
    nearest
}

/// Returns, for each host, the first host that mail through it comes to and then comes back to.
fn first_of_circle(next: &[Vec<usize>]) -> Vec<Option<usize>> {
    let mut first: Vec<Option<usize>> = vec![None; next.len()];
    // What a group leads to comes before it.
    for group in groups(next) {
        let targets = || group.iter().filter_map(|host| next.get(*host)).flatten();
        let is_circle = group.len() > 1 || targets().any(|target| group.contains(target));
        let own = group.iter().copied().min().filter(|_| is_circle);
        let behind = targets().filter_map(|target| first.get(*target).copied().flatten());
        let of_group = own.into_iter().chain(behind).min();
        for host in group {
            if let Some(found) = first.get_mut(host) {
                *found = of_group;
            }
        }
    }
    first
}

/// A host on the way of the search.
struct Step {
    host: usize,
    /// How many of its targets were followed.
    followed: usize,
}

/// Returns the groups of hosts that pass mail to each other, after those that they lead to
/// (Tarjan's strongly connected components).
fn groups(next: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut search = GroupSearch {
        next,
        found_at: vec![None; next.len()],
        lowest: vec![0; next.len()],
        is_open: vec![false; next.len()],
        open: Vec::new(),
        count: 0,
        groups: Vec::new(),
    };
    for host in 0..next.len() {
        search.run(host);
    }
    search.groups
}

struct GroupSearch<'n> {
    next: &'n [Vec<usize>],
    /// When each host was found.
    found_at: Vec<Option<usize>>,
    /// When the first host was found that mail from each comes back to.
    lowest: Vec<usize>,
    is_open: Vec<bool>,
    /// The hosts that are in no group yet.
    open: Vec<usize>,
    count: usize,
    groups: Vec<Vec<usize>>,
}

impl GroupSearch<'_> {
    fn run(&mut self, first: usize) {
        let mut way = Vec::new();
        self.find(first, &mut way);
        while let Some(step) = way.last_mut() {
            let host = step.host;
            let target = self
                .next
                .get(host)
                .and_then(|targets| targets.get(step.followed));
            step.followed += 1;
            match target.copied() {
                Some(target) => {
                    self.find(target, &mut way);
                    if self.is_open.get(target) == Some(&true) {
                        self.lower(host, self.found_at.get(target).copied().flatten());
                    }
                }
                None => {
                    way.pop();
                    self.close(host);
                    let lowest = self.lowest.get(host).copied();
                    if let Some(before) = way.last() {
                        self.lower(
                            before.host,
                            lowest.filter(|_| self.is_open.get(host) == Some(&true)),
                        );
                    }
                }
            }
        }
    }

    /// Goes to a host that was not found yet.
    fn find(&mut self, host: usize, way: &mut Vec<Step>) {
        let Some(found @ None) = self.found_at.get_mut(host) else {
            return;
        };
        *found = Some(self.count);
        self.lower_to(host, self.count);
        self.count += 1;
        self.open.push(host);
        if let Some(is_open) = self.is_open.get_mut(host) {
            *is_open = true;
        }
        way.push(Step { host, followed: 0 });
    }

    fn lower_to(&mut self, host: usize, at: usize) {
        if let Some(lowest) = self.lowest.get_mut(host) {
            *lowest = at;
        }
    }

    fn lower(&mut self, host: usize, at: Option<usize>) {
        if let (Some(lowest), Some(at)) = (self.lowest.get_mut(host), at) {
            *lowest = at.min(*lowest);
        }
    }

    /// Makes a group of the hosts since one, if mail from them comes back to none before it.
    fn close(&mut self, host: usize) {
        let is_first = self.found_at.get(host).copied().flatten() == self.lowest.get(host).copied();
        if !is_first {
            return;
        }
        let Some(at) = self.open.iter().rposition(|other| *other == host) else {
            return;
        };
        let group = self.open.split_off(at);
        for member in &group {
            if let Some(is_open) = self.is_open.get_mut(*member) {
                *is_open = false;
            }
        }
        self.groups.push(group);
    }
}

#[cfg(test)]
mod tests {
    use super::explaining;

    #[test]
    fn nearest_end_or_first_of_the_circle_explains() {
        // The hosts that each passes mail to, where mail may end, and who explains each.
        type Row = (
            &'static [&'static [usize]],
            &'static [usize],
            &'static [Option<usize>],
        );
        let rows: &[Row] = &[
            (&[&[]], &[0], &[None]),
            (&[&[1], &[2], &[]], &[2], &[Some(2), Some(2), None]),
            // The nearest of two ends, and a host that is one itself.
            (&[&[1], &[2], &[]], &[1, 2], &[Some(1), None, None]),
            (&[&[0]], &[], &[None]),
            (&[&[1], &[0]], &[], &[None, Some(0)]),
            // A way into a circle is not part of it.
            (&[&[1], &[2], &[1]], &[], &[Some(1), None, Some(1)]),
            // Two circles, one behind the other: the first of the file.
            (
                &[&[1], &[0, 2], &[3], &[2]],
                &[],
                &[None, Some(0), None, Some(2)],
            ),
            (
                &[&[2], &[0, 2], &[2], &[1]],
                &[],
                &[Some(2), Some(2), None, Some(2)],
            ),
            // A circle with an end.
            (&[&[1], &[0, 2], &[]], &[2], &[Some(2), Some(2), None]),
            (&[&[], &[]], &[], &[None, None]),
        ];
        for (next, ends, expected) in rows {
            let next: Vec<Vec<usize>> = next.iter().map(|each| each.to_vec()).collect();
            let ends: Vec<bool> = (0..next.len()).map(|host| ends.contains(&host)).collect();
            assert_eq!(explaining(&next, &ends), *expected, "{next:?} {ends:?}");
        }
    }

    #[test]
    fn long_chains_and_circles_are_followed_once() {
        // Every way for itself would be 10^10 steps.
        let count = 100_000;
        let mut next: Vec<Vec<usize>> = (1..count).map(|host| vec![host]).collect();
        next.push(Vec::new());
        let mut ends = vec![false; count];
        ends[count - 1] = true;
        assert!(
            explaining(&next, &ends)[..count - 1]
                .iter()
                .all(|end| *end == Some(count - 1))
        );
        next[count - 1].push(0);
        ends[count - 1] = false;
        let explained = explaining(&next, &ends);
        assert_eq!(explained[0], None);
        assert!(explained[1..].iter().all(|first| *first == Some(0)));
    }
}
