//! Ranges as the rules know them: either end may be open, and a range whose
//! ends are in the wrong order means what lies outside of it.

/// One end of a [`Range`].
#[derive(Clone, Copy, Debug)]
pub enum Limit<T> {
    /// No limit.
    None,
    /// The limit is no part of the range: `gt`, `lt`.
    Open(T),
    /// The limit is part of the range: `gte`, `lte`.
    Closed(T),
}

/// Two limits. Where the lower one is above the upper one, the range is what
/// lies above the one or below the other.
#[derive(Clone, Copy, Debug)]
pub struct Range<T> {
    low: Limit<T>,
    high: Limit<T>,
    outside: bool,
}

impl<T> Range<T> {
    /// What lies between the limits.
    pub const fn within(low: Limit<T>, high: Limit<T>) -> Self {
        Self { low, high, outside: false }
    }

    /// What lies above `low` or below `high`, where `low` is the greater.
    pub const fn outside(low: Limit<T>, high: Limit<T>) -> Self {
        Self { low, high, outside: true }
    }
}

impl<T: Copy> Range<T> {
    /// `value` and what is greater.
    pub const fn at_least(value: T) -> Self {
        Self::within(Limit::Closed(value), Limit::None)
    }

    /// What is greater than `value`.
    pub const fn above(value: T) -> Self {
        Self::within(Limit::Open(value), Limit::None)
    }

    /// `value` and what is less.
    pub const fn at_most(value: T) -> Self {
        Self::within(Limit::None, Limit::Closed(value))
    }

    /// What is less than `value`.
    pub const fn below(value: T) -> Self {
        Self::within(Limit::None, Limit::Open(value))
    }

    /// `value` alone.
    pub const fn exactly(value: T) -> Self {
        Self::within(Limit::Closed(value), Limit::Closed(value))
    }
}

impl<T: PartialOrd + Copy> Range<T> {
    /// Whether a value lies in the range; NaN lies in none.
    pub fn holds(&self, value: T) -> bool {
        let above = match self.low {
            Limit::None => true,
            Limit::Open(low) => value > low,
            Limit::Closed(low) => value >= low,
        };
        let below = match self.high {
            Limit::None => true,
            Limit::Open(high) => value < high,
            Limit::Closed(high) => value <= high,
        };
        if self.outside { above || below } else { above && below }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_count_where_they_are_closed() {
        let range = Range::within(Limit::Open(1), Limit::Closed(3));
        let held: Vec<i128> = (0..5).filter(|value| range.holds(*value)).collect();
        assert_eq!(held, [2, 3]);
    }

    #[test]
    fn an_inverted_range_is_what_lies_outside() {
        let range = Range::outside(Limit::Closed(3), Limit::Open(1));
        let held: Vec<i128> = (0..5).filter(|value| range.holds(*value)).collect();
        assert_eq!(held, [0, 3, 4]);
    }

    #[test]
    fn nan_lies_in_no_range() {
        assert!(!Range::within(Limit::None, Limit::Closed(1.0)).holds(f64::NAN));
        assert!(!Range::outside(Limit::Open(3.0), Limit::Open(1.0)).holds(f64::NAN));
    }
}
