//! Takes the files of Swagger UI that the docs page needs out of the archive
//! they come in. They are deflated there, which is what gzip holds: putting
//! them in gzip's frame costs no compression, here or in the server.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    #[cfg(feature = "docs")]
    if let Err(error) = swagger_ui::unpack() {
        panic!("cannot unpack Swagger UI for the docs page: {error}");
    }
}

#[cfg(feature = "docs")]
mod swagger_ui {
    use std::error::Error;
    use std::path::Path;
    use std::{env, fs};

    use rawzip::{CompressionMethod, ZipArchive};
    use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;

    /// The files, below the one folder of the archive.
    const FILES: [&str; 4] =
        ["LICENSE", "NOTICE", "dist/swagger-ui-bundle.js", "dist/swagger-ui.css"];

    pub(super) fn unpack() -> Result<(), Box<dyn Error>> {
        let out = env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?;
        let archive = ZipArchive::from_slice(SWAGGER_UI_VENDORED)?;
        let mut entries = archive.entries();
        let mut missing = FILES.to_vec();
        while let Some(entry) = entries.next_entry()? {
            let path = entry.file_path().try_normalize()?;
            let Some((_, path)) = path.as_ref().split_once('/') else { continue };
            let Some(found) = missing.iter().position(|file| *file == path) else { continue };
            let file = missing.swap_remove(found);
            let data = archive.get_entry(entry.wayfinder())?;
            let (crc, length) = (entry.crc32(), entry.uncompressed_size_hint());
            let packed = match entry.compression_method() {
                CompressionMethod::DEFLATE => gzip(data.data(), crc, length),
                CompressionMethod::STORE => gzip(&stored(data.data())?, crc, length),
                other => return Err(format!("{file} is compressed by {other:?}").into()),
            };
            let name = file.trim_start_matches("dist/");
            fs::write(Path::new(&out).join(format!("{name}.gz")), packed)?;
        }
        if missing.is_empty() { Ok(()) } else { Err(format!("it has no {missing:?}").into()) }
    }

    /// Deflated bytes in the frame of RFC 1952.
    fn gzip(deflated: &[u8], crc: u32, length: u64) -> Vec<u8> {
        // Magic number, deflate, no flags, no time, best compression, no system.
        let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 0xff];
        packed.extend(deflated);
        packed.extend(crc.to_le_bytes());
        // Gzip keeps the length modulo 2^32.
        packed.extend(&length.to_le_bytes()[..4]);
        packed
    }

    /// One deflate block that holds the bytes as they are (RFC 1951, 3.2.4).
    fn stored(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
        let length = u16::try_from(bytes.len())?;
        let mut block = vec![1];
        block.extend(length.to_le_bytes());
        block.extend((!length).to_le_bytes());
        block.extend(bytes);
        Ok(block)
    }
}
