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
    PUBLISH = "#!lua" "names" "clock" "groups" "purge" "publish";
    PREPARE = "#!lua" "names" "prepare";
    JOIN = "#!lua" "names" "clock" "groups" "purge" "callers" "join";
    LEAVE = "#!lua flags=allow-oom" "names" "groups" "leave";
    CLAIM = "#!lua flags=allow-oom" "names" "clock" "groups" "content" "callers" "claim";
    SETTLE = "#!lua flags=allow-oom" "names" "clock" "groups" "acknowledge" "callers" "settle";
    FINISH = "#!lua flags=allow-oom" "names" "groups" "acknowledge" "entries" "finish";
    DEPTH = "#!lua flags=allow-oom" "names" "clock" "groups" "purge" "depth";
    BROWSE = "#!lua flags=allow-oom" "names" "groups" "content" "browse";
    WRITE = "#!lua flags=allow-oom" "entries" "write";
    WRITE_BOTH = "#!lua flags=allow-oom" "entries" "write_both";
    REMOVE = "#!lua flags=allow-oom" "entries" "remove";
}
