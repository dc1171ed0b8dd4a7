//! The scripts, each behind what all of them share.

use std::sync::LazyLock;

use redis::Script;

macro_rules! scripts {
    ($($(#[$doc:meta])* $name:ident = $file:literal;)*) => {$(
        $(#[$doc])*
        pub(super) static $name: LazyLock<Script> = LazyLock::new(|| {
            Script::new(concat!(include_str!("scripts/common.lua"), include_str!($file)))
        });
    )*};
}

scripts! {
    PUBLISH = "scripts/publish.lua";
    JOIN = "scripts/join.lua";
    LEAVE = "scripts/leave.lua";
    CLAIM = "scripts/claim.lua";
    SETTLE = "scripts/settle.lua";
    DEPTH = "scripts/depth.lua";
    BROWSE = "scripts/browse.lua";
    WRITE = "scripts/write.lua";
    REMOVE = "scripts/remove.lua";
}
