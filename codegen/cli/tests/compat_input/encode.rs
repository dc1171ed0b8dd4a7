//! Images written by hand, for those that no compiler writes.

/// A field of an encoded message.
pub(crate) fn field(tag: u32, value: &[u8]) -> Vec<u8> {
    let mut bytes = varint(u64::from(tag) << 3 | 2);
    bytes.extend(varint(value.len() as u64));
    bytes.extend(value);
    bytes
}

/// A number in an encoded message.
pub(crate) fn number(tag: u32, value: u64) -> Vec<u8> {
    let mut bytes = varint(u64::from(tag) << 3);
    bytes.extend(varint(value));
    bytes
}

/// An image of these encoded files.
pub(crate) fn set(files: &[Vec<u8>]) -> Vec<u8> {
    files.iter().flat_map(|file| field(1, file)).collect()
}

/// An encoded file: its name, its package `a`, its imports, and more fields.
pub(crate) fn file(name: &str, imports: &[&str], more: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = field(1, name.as_bytes());
    bytes.extend(field(2, b"a"));
    bytes.extend(imports.iter().flat_map(|import| field(3, import.as_bytes())));
    bytes.extend(more.concat());
    bytes
}

/// An encoded message at the top of a file.
pub(crate) fn message(name: &str, more: &[Vec<u8>]) -> Vec<u8> {
    field(4, &[field(1, name.as_bytes()), more.concat()].concat())
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
    bytes
}
