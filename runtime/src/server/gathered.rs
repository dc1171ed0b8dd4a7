//! What has come of a body: one frame as it is, several joined.

use bytes::{Bytes, BytesMut};

/// Bytes of a body that nobody has taken yet. What came in one frame is a
/// part of it, and copied nowhere.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    frame: Bytes,
    /// Several frames; one of the two is empty.
    joined: BytesMut,
}

impl Gathered {
    pub(crate) fn bytes(&self) -> &[u8] {
        if self.joined.is_empty() { &self.frame } else { &self.joined }
    }

    /// Adds the data of the next frame.
    pub(crate) fn push(&mut self, frame: Bytes) {
        if self.bytes().is_empty() {
            self.frame = frame;
            return;
        }
        self.joined.extend_from_slice(&std::mem::take(&mut self.frame));
        self.joined.extend_from_slice(&frame);
    }

    /// Takes the first `length` bytes, or all where there are fewer.
    pub(crate) fn take(&mut self, length: usize) -> Bytes {
        let length = length.min(self.bytes().len());
        if self.joined.is_empty() {
            self.frame.split_to(length)
        } else {
            self.joined.split_to(length).freeze()
        }
    }

    /// Takes everything.
    #[cfg(any(feature = "connect", feature = "rest"))]
    pub(crate) fn take_all(&mut self) -> Bytes {
        self.take(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_joined_in_their_order() {
        let mut gathered = Gathered::default();
        for frame in ["ab", "", "cd", "e"] {
            gathered.push(frame.into());
        }
        assert_eq!(gathered.take(3), "abc");
        gathered.push("f".into());
        assert_eq!(gathered.bytes(), b"def");
        assert_eq!(gathered.take(9), "def");
        assert!(gathered.bytes().is_empty());
    }

    #[test]
    fn a_single_frame_is_not_copied() {
        let frame = Bytes::from(vec![1, 2, 3, 4]);
        let mut gathered = Gathered::default();
        gathered.push(frame.clone());
        assert_eq!(gathered.take(2).as_ptr(), frame.as_ptr());
    }
}
