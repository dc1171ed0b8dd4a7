//! What rules may say: the messages of the bundled `google/api/http.proto` and
//! `agentgen/v1/options.proto`.

use std::sync::LazyLock;

use prost_reflect::{DescriptorPool, ExtensionDescriptor, MessageDescriptor};

use crate::source::{Texts, from_read};

/// The files that declare the options which rules become.
pub(in crate::source) const OPTIONS: [&str; 2] =
    ["agentgen/v1/options.proto", "google/api/annotations.proto"];

static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    let names = OPTIONS.map(str::to_owned).to_vec();
    from_read(names, &Texts::default()).map(|sources| sources.pool).unwrap_or_default()
});

/// A message of the pool, such as `google.api.HttpRule`.
pub(super) fn message(name: &str) -> Option<MessageDescriptor> {
    POOL.get_message_by_name(name)
}

/// `google.api.http`.
pub(super) fn http() -> Option<ExtensionDescriptor> {
    POOL.get_extension_by_name("google.api.http")
}

/// The option of `agentgen.v1` with this name, such as `method`.
pub(super) fn own(name: &str) -> Option<ExtensionDescriptor> {
    POOL.get_extension_by_name(&format!("agentgen.v1.{name}"))
}

/// The names of the options of `agentgen.v1`.
pub(super) fn own_names() -> Vec<String> {
    let own = POOL.all_extensions().filter(|one| one.parent_file().package_name() == "agentgen.v1");
    let mut names: Vec<_> = own.map(|one| one.name().to_owned()).collect();
    names.sort_unstable();
    names
}
