//! A side of a comparison from text.

use agentgen_codegen::compat::schema::{EncodedFile, Schema};
use agentgen_codegen::source;
use prost_reflect::DescriptorPool;

/// The name that texts have as files.
const FILE: &str = "contract.proto";

/// Compiled text.
pub(crate) struct Image {
    pub(crate) pool: DescriptorPool,
    files: Vec<(Vec<u8>, bool)>,
}

impl Image {
    pub(crate) fn of(text: &str) -> Result<Self, String> {
        let sources = source::from_texts([(FILE, text)]).map_err(|error| error.to_string())?;
        let pool = sources.pool().clone();
        let files = pool.files();
        let files = files.map(|file| (file.encode_to_vec(), file.name() != FILE)).collect();
        Ok(Self { pool, files })
    }

    pub(crate) fn schema(&self) -> Schema<'_> {
        let files =
            self.files.iter().map(|(bytes, import)| EncodedFile { bytes, is_import: *import });
        Schema::read(&files.collect::<Vec<_>>()).expect("what was compiled can be read")
    }
}
