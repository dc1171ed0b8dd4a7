//! The short form of a row. The page is named after the rule, so that it is
//! not said twice.

/// `row! { family "name": Level [Axis, ..] B Verdict F Verdict, anchor [..], "summary", check }`
macro_rules! row {
    ($family:ident $name:literal: $level:ident [$($axis:ident),+] B $backward:ident F $forward:ident,
     anchor [$($anchor:literal),*],
     $summary:literal, $check:expr) => {
        $crate::compat::rule::Rule {
            name: $name,
            family: stringify!($family),
            summary: $summary,
            level: $crate::compat::finding::Level::$level,
            axes: &[$($crate::compat::finding::Axis::$axis),+],
            directions: $crate::compat::finding::Directions::new(
                $crate::compat::finding::Verdict::$backward,
                $crate::compat::finding::Verdict::$forward,
            ),
            anchor: &[$($anchor),*],
            page: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/rules/", stringify!($family), "/", $name, ".md"
            )),
            check: $check,
        }
    };
}

pub(super) use row;
