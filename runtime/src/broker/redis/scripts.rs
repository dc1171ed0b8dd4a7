//! The scripts, each behind what all of them share. A server whose memory is full
//! takes no message and no group, but what it has can be worked on.

use std::sync::LazyLock;

use redis::Script;

macro_rules! scripts {
    ($($name:ident = $kind:literal $file:literal;)*) => {$(
        pub(super) static $name: LazyLock<Script> = LazyLock::new(|| {
            let common = include_str!("scripts/common.lua");
            Script::new(&format!("{}\n{common}{}", $kind, include_str!($file)))
        });
    )*};
}

scripts! {
    PUBLISH = "#!lua" "scripts/publish.lua";
    JOIN = "#!lua" "scripts/join.lua";
    LEAVE = "#!lua flags=allow-oom" "scripts/leave.lua";
    CLAIM = "#!lua flags=allow-oom" "scripts/claim.lua";
    SETTLE = "#!lua flags=allow-oom" "scripts/settle.lua";
    DEPTH = "#!lua flags=allow-oom" "scripts/depth.lua";
    BROWSE = "#!lua flags=allow-oom" "scripts/browse.lua";
    WRITE = "#!lua flags=allow-oom" "scripts/write.lua";
    REMOVE = "#!lua flags=allow-oom" "scripts/remove.lua";
}
