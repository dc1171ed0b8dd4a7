//! Paths from the folder of a `buf.yaml`, which never leave it.

use super::error::BufYamlError;
use super::node::Node;

/// A path without `.`, `..` and needless slashes; `None` for one that leaves
/// the folder or starts elsewhere.
pub(super) fn normal(path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

/// A path that a file states.
pub(super) fn read(node: &Node<'_>) -> Result<String, BufYamlError> {
    let path = node.text("a path")?;
    normal(path)
        .ok_or_else(|| node.error(&format!("`{path}` leaves the folder that `buf.yaml` lies in")))
}

/// A path from a folder that it lies in; `None` where it does not.
pub(super) fn inside(path: &str, folder: &str) -> Option<String> {
    if folder == "." {
        return Some(path.to_owned());
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() {
        return Some(".".to_owned());
    }
    rest.strip_prefix('/').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_their_folder() {
        assert_eq!(normal("./a//b/../c/"), Some("a/c".to_owned()));
        assert_eq!(normal(""), Some(".".to_owned()));
        assert_eq!(normal("a/../.."), None);
        assert_eq!(normal("/a"), None);
    }

    #[test]
    fn a_path_is_told_from_the_folder_around_it() {
        assert_eq!(inside("proto/a.proto", "proto"), Some("a.proto".to_owned()));
        assert_eq!(inside("proto", "proto"), Some(".".to_owned()));
        assert_eq!(inside("prototype/a.proto", "proto"), None);
    }
}
