//! The anchor's profiles against the anchor: both say the same, byte for byte
//! and in the same order, over pairs made for every rule and over random
//! changes of real files.

mod buf;
mod config;
mod corpus;
mod folders;
mod mutate;
mod random;

use agentgen_codegen::compat::anchor::{Category, Settings};

use buf::Buf;
use corpus::Corpus;

/// The corpus as images, for one test.
fn images(buf: &Buf) -> (Corpus, String, String) {
    let corpus = Corpus::read();
    let (old, new) = corpus.write(buf.folder());
    let (old, new) = (buf.build(&old, "old.binpb"), buf.build(&new, "new.binpb"));
    (corpus, old, new)
}

#[test]
fn every_category_says_what_the_anchor_says() {
    let buf = Buf::new("categories");
    let (_, old, new) = images(&buf);
    for category in Category::ALL {
        let config = format!(r#"{{"version":"v2","breaking":{{"use":["{}"]}}}}"#, category.name());
        let theirs = buf.breaking(&old, &new, &config);
        let ours = buf::ours(&old, &new, &Settings::from(category));
        buf::assert_same(category.name(), &ours, &theirs);
    }
}

#[test]
fn every_rule_fires_on_a_pair_made_for_it() {
    let buf = Buf::new("rules");
    let (corpus, old, new) = images(&buf);
    for category in Category::ALL {
        let lines = buf::ours(&old, &new, &Settings::from(category));
        for rule in Settings::from(category).rule_ids() {
            let named = format!("\"type\":\"{rule}\"");
            assert!(lines.iter().any(|line| line.contains(&named)), "{rule} never fires");
        }
    }
    assert!(corpus.len() > 100, "the corpus has shrunk to {} pairs", corpus.len());
}

#[test]
fn images_without_places_say_the_same() {
    let buf = Buf::new("no-places");
    let corpus = Corpus::read();
    let (old, new) = corpus.write(buf.folder());
    let old = buf.build_without_places(&old, "old.binpb");
    let new = buf.build_without_places(&new, "new.binpb");
    let config = r#"{"version":"v2","breaking":{"use":["FILE","PACKAGE","WIRE_JSON","WIRE"]}}"#;
    let theirs = buf.breaking(&old, &new, config);
    let ours = buf::ours(&old, &new, &config::settings(config));
    buf::assert_same("without places", &ours, &theirs);
}
