//! The scripts, each behind the parts that it uses. A server whose memory is full takes
//! no message and no group, but what it has can be worked on.

use std::sync::LazyLock;

use redis::Script;

macro_rules! scripts {
    ($($name:ident = $kind:literal $($part:literal)+;)*) => {$(
        pub(super) static $name: LazyLock<Script> = LazyLock::new(|| {
            Script::new(concat!($kind, $("\n", include_str!(concat!("scripts/", $part, ".lua"))),+))
        });
    )*};
}

scripts! {
    PUBLISH = "#!lua" "common" "publish";
    JOIN = "#!lua" "common" "callers" "join";
    LEAVE = "#!lua flags=allow-oom" "common" "leave";
    CLAIM = "#!lua flags=allow-oom" "common" "content" "callers" "claim";
    SETTLE = "#!lua flags=allow-oom" "common" "callers" "settle";
    DEPTH = "#!lua flags=allow-oom" "common" "depth";
    BROWSE = "#!lua flags=allow-oom" "common" "content" "browse";
    WRITE = "#!lua flags=allow-oom" "common" "write";
    REMOVE = "#!lua flags=allow-oom" "common" "remove";
}
