//! Every form on one report, and what holds for all of them.

use super::*;
use crate::compat::report::testing::sample;

#[cfg(feature = "reports")]
#[test]
fn every_form_shows_everything() {
    for renderer in RENDERERS {
        let shown = (renderer.render)(&sample(), Style::PLAIN);
        assert!(shown.ends_with('\n') && !shown.ends_with("\n\n"), "{}", renderer.name);
        insta::assert_snapshot!(renderer.name, shown);
    }
}

#[test]
fn what_a_limit_leaves_off_is_counted() {
    let text = text(&sample(), Style { limit: 1, ..Style::PLAIN });
    insta::assert_snapshot!("text_limited", text);
}

#[test]
fn colour_is_asked_for() {
    let colored = text(&sample(), Style { color: true, ..Style::PLAIN });
    assert!(colored.contains('\u{1b}'));
    assert!(!text(&sample(), Style::PLAIN).contains('\u{1b}'));
}

#[test]
fn a_report_without_findings_still_says_what_to_do() {
    let mut report = sample();
    report.findings.clear();
    report.complaints.clear();
    let text = text(&report, Style::PLAIN);
    assert!(text.starts_with("findings: 0 errors, 0 warnings, 0 infos\nrollout: safe"), "{text}");
}

#[test]
fn guidance_is_wrapped_and_items_are_set_in() {
    let text =
        "One two three four.\n\n10. Five six seven.\n- Eight nine ten.\nverylongwordindeed x";
    let expected = "One two three\nfour.\n\n10. Five six\n    seven.\n- Eight nine\n  ten.\n\
                    verylongwordindeed\nx";
    assert_eq!(wrapped(text, 14), expected);
}
