//! The files of the docs page. They are served below a folder named after
//! their contents, and can be kept for ever.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{Read as _, Write as _};
use std::sync::{LazyLock, OnceLock};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// A file of the page.
pub(super) struct Asset {
    pub(super) name: &'static str,
    pub(super) content_type: &'static str,
    source: Source,
    packed: OnceLock<Bytes>,
}

/// The form in which a file is part of the binary.
enum Source {
    Plain(&'static str),
    Gzip(&'static [u8]),
}

impl Asset {
    const fn new(name: &'static str, content_type: &'static str, source: Source) -> Self {
        Self { name, content_type, source, packed: OnceLock::new() }
    }

    /// The file compressed by gzip.
    pub(super) fn gzip(&self) -> Bytes {
        match self.source {
            Source::Gzip(bytes) => Bytes::from_static(bytes),
            Source::Plain(text) => self.packed.get_or_init(|| pack(text).into()).clone(),
        }
    }

    /// The file as it is, for the rare caller that takes no gzip.
    pub(super) fn plain(&self) -> std::io::Result<Bytes> {
        match self.source {
            Source::Plain(text) => Ok(Bytes::from_static(text.as_bytes())),
            Source::Gzip(bytes) => {
                let mut text = Vec::new();
                GzDecoder::new(bytes).read_to_end(&mut text)?;
                Ok(text.into())
            }
        }
    }

    fn bytes(&self) -> &'static [u8] {
        match self.source {
            Source::Plain(text) => text.as_bytes(),
            Source::Gzip(bytes) => bytes,
        }
    }
}

/// The page itself, with `{root}` and `{version}` to be filled in.
pub(super) const PAGE: &str = include_str!("page/index.html");

macro_rules! own {
    ($name:literal, $content_type:expr) => {
        Asset::new($name, $content_type, Source::Plain(include_str!(concat!("page/", $name))))
    };
}

macro_rules! swagger_ui {
    ($file:literal, $name:literal, $content_type:expr) => {
        Asset::new(
            $name,
            $content_type,
            Source::Gzip(include_bytes!(concat!(env!("OUT_DIR"), "/", $file, ".gz"))),
        )
    };
}

static ASSETS: [Asset; 14] = [
    own!("app.js", SCRIPT),
    own!("channels.js", SCRIPT),
    own!("console.js", SCRIPT),
    own!("contract.js", SCRIPT),
    own!("docs.css", STYLE),
    own!("dom.js", SCRIPT),
    own!("events.js", SCRIPT),
    own!("output.js", SCRIPT),
    own!("reference.js", SCRIPT),
    own!("stream.js", SCRIPT),
    swagger_ui!("LICENSE", "swagger-ui-license.txt", TEXT),
    swagger_ui!("NOTICE", "swagger-ui-notice.txt", TEXT),
    swagger_ui!("swagger-ui-bundle.js", "swagger-ui-bundle.js", SCRIPT),
    swagger_ui!("swagger-ui.css", "swagger-ui.css", STYLE),
];

/// The file of this name.
pub(super) fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// What tells the files of one build from those of another.
pub(super) fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let mut hasher = DefaultHasher::new();
        PAGE.hash(&mut hasher);
        for asset in &ASSETS {
            asset.name.hash(&mut hasher);
            asset.bytes().hash(&mut hasher);
        }
        format!("{:016x}", hasher.finish())
    });
    &VERSION
}

fn pack(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail.
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_file_are_the_same_text() {
        for asset in &ASSETS {
            let mut unpacked = Vec::new();
            GzDecoder::new(&*asset.gzip()).read_to_end(&mut unpacked).unwrap();
            assert!(!unpacked.is_empty() && asset.plain().unwrap() == unpacked, "{}", asset.name);
        }
    }
}
