//! Comparisons of texts, for the tests of what works on them.

use super::pair::Comparison;
use super::schema::{EncodedFile, Schema};
use crate::source;

/// Compiles both texts and hands their comparison on.
pub(super) fn compare(old: &str, new: &str, test: impl FnOnce(&Comparison<'_, '_>)) {
    let (old, new) = (encoded(old), encoded(new));
    compare_encoded(&old, &new, test);
}

/// As [`compare`], with encoded descriptors, which can hold editions.
pub(super) fn compare_encoded(
    old: &[(Vec<u8>, bool)],
    new: &[(Vec<u8>, bool)],
    test: impl FnOnce(&Comparison<'_, '_>),
) {
    let (old, new) = (schema(old), schema(new));
    test(&Comparison::new(&old, &new));
}

fn encoded(text: &str) -> Vec<(Vec<u8>, bool)> {
    const FILE: &str = "contract.proto";
    let sources = source::from_texts([(FILE, text)]).expect("a test's text compiles");
    let files = sources.pool().files();
    files.map(|file| (file.encode_to_vec(), file.name() != FILE)).collect()
}

fn schema(files: &[(Vec<u8>, bool)]) -> Schema<'_> {
    let files = files.iter().map(|(bytes, import)| EncodedFile { bytes, is_import: *import });
    Schema::read(&files.collect::<Vec<_>>()).expect("what was compiled can be read")
}
