//! Ranges of ordinals: everything between two bounds, or everything but.

/// A set of ordinals with bounds; the default holds all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    low: i128,
    high: i128,
    /// Where the lower bound lies above the upper one, what lies beyond either
    /// of them is meant.
    outside: bool,
}

impl Default for Range {
    fn default() -> Self {
        Self { low: i128::MIN, high: i128::MAX, outside: false }
    }
}

/// A bound and whether the value itself belongs to the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) value: i128,
    pub(super) included: bool,
}

impl Range {
    /// The range between bounds; those that the type of the values, `domain`,
    /// has anyhow are none.
    pub(super) fn new(low: Option<Bound>, high: Option<Bound>, domain: (i128, i128)) -> Self {
        let outside = matches!((low, high), (Some(low), Some(high)) if high.value < low.value);
        let above = |bound: Bound| bound.value.saturating_add(i128::from(!bound.included));
        let below = |bound: Bound| bound.value.saturating_sub(i128::from(!bound.included));
        let low = low.map_or(i128::MIN, above);
        let high = high.map_or(i128::MAX, below);
        Self {
            low: if low <= domain.0 { i128::MIN } else { low },
            high: if high >= domain.1 { i128::MAX } else { high },
            outside,
        }
    }

    /// Everything from one number to another.
    pub(super) fn between(low: Option<u64>, high: Option<u64>) -> Self {
        let low = low.filter(|low| *low > 0).map_or(i128::MIN, i128::from);
        Self { low, high: high.map_or(i128::MAX, i128::from), outside: false }
    }

    /// Everything between two ordinals.
    pub(super) fn within(low: i128, high: i128) -> Self {
        Self { low, high, outside: false }
    }

    /// What both hold; neither is one that lies outside of its bounds.
    pub(super) fn meet(self, other: Self) -> Self {
        Self { low: self.low.max(other.low), high: self.high.min(other.high), outside: false }
    }

    pub(super) fn bounds(self) -> (i128, i128) {
        (self.low, self.high)
    }

    pub(super) fn contains(&self, number: i128) -> bool {
        if self.outside {
            number <= self.high || number >= self.low
        } else {
            (self.low..=self.high).contains(&number)
        }
    }

    /// The numbers, if there are not more than this many.
    pub(super) fn few(&self, limit: i128) -> Option<Vec<i128>> {
        let few = !self.outside && self.high.checked_sub(self.low)? < limit;
        few.then(|| (self.low..=self.high).collect())
    }

    pub(super) fn is_within(&self, other: &Self) -> bool {
        let pieces = |range: &Self| {
            if range.outside {
                vec![(i128::MIN, range.high), (range.low, i128::MAX)]
            } else {
                vec![(range.low, range.high)]
            }
        };
        let outer = pieces(other);
        let held = |(low, high): (i128, i128)| {
            low > high || outer.iter().any(|outer| outer.0 <= low && high <= outer.1)
        };
        pieces(self).into_iter().all(held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low: (i128, bool), high: (i128, bool)) -> Range {
        let bound = |(value, included)| Some(Bound { value, included });
        Range::new(bound(low), bound(high), ALL)
    }

    const ALL: (i128, i128) = (-100, 100);

    #[test]
    fn bounds_that_cross_mean_what_lies_outside() {
        let outside = range((5, true), (1, true));
        assert!(outside.contains(0) && outside.contains(1) && outside.contains(6));
        assert!(!outside.contains(3));
        let between = range((5, false), (6, false));
        assert!(!between.contains(5) && !between.contains(6));
        assert!(range((7, true), (9, true)).is_within(&outside));
        assert!(!range((0, true), (9, true)).is_within(&outside));
    }

    #[test]
    fn the_bounds_of_the_type_are_none() {
        assert_eq!(range((-100, true), (100, true)), Range::default());
        assert_ne!(range((-100, false), (100, true)), Range::default());
    }
}
