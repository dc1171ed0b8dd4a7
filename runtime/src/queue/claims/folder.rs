//! A folder of files as the place for large bodies: one that all processes
//! share, such as a volume.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use futures_core::future::BoxFuture;
use sha2::{Digest as _, Sha256};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::ClaimStore;
use crate::Status;

/// Names a body by what is in it.
///
/// Source: RFC 6920, Naming Things with Hashes.
const SCHEME: &str = "ni:///sha-256;";

/// Keeps each body in a file that is named by the hash of its content. A file
/// is complete and on the disk before its name exists, and its content is
/// checked against the name when it is fetched.
#[derive(Clone, Debug)]
pub struct FolderClaims(PathBuf);

impl FolderClaims {
    /// Keeps bodies in `folder`, which is made with the first one.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// Removes the bodies that were kept, or kept again, longer ago than `age`;
    /// returns how many.
    ///
    /// # Errors
    /// The folder cannot be read or written.
    pub fn remove_older_than(&self, age: Duration) -> std::io::Result<usize> {
        let Some(limit) = SystemTime::now().checked_sub(age) else { return Ok(0) };
        let mut removed = 0;
        for entry in std::fs::read_dir(&self.0)? {
            let entry = entry?;
            if entry.metadata()?.modified()? < limit {
                std::fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

impl ClaimStore for FolderClaims {
    fn keep(&self, body: Bytes) -> BoxFuture<'_, Result<String, Status>> {
        let folder = self.0.clone();
        Box::pin(blocking(move || {
            let name = name(&body);
            write(&folder, &name, &body).map_err(|error| failed("kept", &folder, error))?;
            Ok(format!("{SCHEME}{name}"))
        }))
    }

    fn fetch<'a>(&'a self, reference: &'a str) -> BoxFuture<'a, Result<Bytes, Status>> {
        let named = reference.strip_prefix(SCHEME).filter(|name| is_name(name));
        let Some(name) = named.map(str::to_owned) else {
            let text = format!("`{reference}` is no reference to a folder of bodies");
            return Box::pin(std::future::ready(Err(Status::invalid_argument(text))));
        };
        let path = self.0.join(&name);
        Box::pin(blocking(move || read(&path, &name)))
    }
}

/// Nothing but a hash is looked for: no reference leads out of the folder.
fn is_name(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|hash| hash.len() == 32)
}

fn name(body: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(body))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Status> + Send + 'static,
) -> Result<T, Status> {
    let ended = spawn_blocking(work).await;
    ended.map_err(|error| Status::internal("the folder of bodies failed").with_source(error))?
}

fn write(folder: &Path, name: &str, body: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!(".{}", Uuid::now_v7()));
    let written = std::fs::write(&unfinished, body)
        .and_then(|()| std::fs::File::open(&unfinished)?.sync_all())
        // Over what is there: it has the same content, and a new time.
        .and_then(|()| std::fs::rename(&unfinished, folder.join(name)));
    if written.is_err() {
        // The first error tells more than that of tidying up.
        let _ = std::fs::remove_file(&unfinished);
    }
    written?;
    // Without its folder on the disk, a name may be gone after a power loss.
    #[cfg(unix)]
    std::fs::File::open(folder)?.sync_all()?;
    Ok(())
}

fn read(path: &Path, wanted: &str) -> Result<Bytes, Status> {
    let body = std::fs::read(path).map_err(|error| failed("read", path, error))?;
    if name(&body) != wanted {
        return Err(Status::data_loss(format!("`{}` is damaged", path.display())));
    }
    Ok(body.into())
}

fn failed(what: &str, path: &Path, error: std::io::Error) -> Status {
    let text = format!("a body cannot be {what} at `{}`: {error}", path.display());
    match error.kind() {
        std::io::ErrorKind::NotFound => Status::not_found(text),
        _ => Status::unavailable(text),
    }
    .with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> (FolderClaims, PathBuf) {
        let path = std::env::temp_dir().join(format!("claims-{name}-{}", Uuid::now_v7()));
        (FolderClaims::new(&path), path)
    }

    #[tokio::test]
    async fn a_body_is_found_again_by_its_content_and_until_it_is_old() {
        let (claims, path) = folder("kept");
        let reference = claims.keep(Bytes::from_static(b"large")).await.expect("it is kept");
        assert_eq!(claims.keep(Bytes::from_static(b"large")).await.ok(), Some(reference.clone()));
        assert_eq!(&claims.fetch(&reference).await.expect("it is there")[..], b"large");
        assert_eq!(claims.remove_older_than(Duration::from_secs(60)).expect("a folder"), 0);
        assert_eq!(claims.remove_older_than(Duration::ZERO).expect("a folder"), 1);
        let gone = claims.fetch(&reference).await.expect_err("it was removed");
        assert_eq!(gone.code(), crate::Code::NotFound);
        std::fs::remove_dir_all(path).expect("the folder of the test");
    }

    #[tokio::test]
    async fn no_reference_leads_out_of_the_folder_and_damage_is_seen() {
        let (claims, path) = folder("safe");
        for foreign in ["ni:///sha-256;../../etc/passwd", "file:///etc/passwd", "ni:///sha-256;"] {
            let refused = claims.fetch(foreign).await.expect_err(foreign);
            assert_eq!(refused.code(), crate::Code::InvalidArgument);
        }
        let reference = claims.keep(Bytes::from_static(b"large")).await.expect("it is kept");
        let file = path.join(reference.trim_start_matches(SCHEME));
        std::fs::write(file, "small").expect("the file of the body");
        let damaged = claims.fetch(&reference).await.expect_err("it is damaged");
        assert_eq!(damaged.code(), crate::Code::DataLoss);
        std::fs::remove_dir_all(path).expect("the folder of the test");
    }
}
