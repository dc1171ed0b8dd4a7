//! Nothing in an image makes a check panic: images are damaged at random, with
//! their lengths kept, so that damage reaches deep, and without.
//!
//! Each run takes new inputs and prints its seed first; `AGENTGEN_FUZZ_SEED`
//! repeats a run, `AGENTGEN_FUZZ_ROUNDS` makes it longer (default 800).

use std::panic;

use agentgen_codegen::compat::input::Side;
use agentgen_codegen::compat::report::{Settings, check};
use fastrand::Rng;

use super::tree::{Tree, image};

const TEXTS: [(&str, &str); 3] = [
    ("options.proto", include_str!("../../../tests/front/protos/options.proto")),
    ("names.proto", include_str!("../../../tests/front/protos/names.proto")),
    ("groups.proto", include_str!("../../../tests/front/protos/groups.proto")),
];

/// Damages an image; most damage keeps the length of everything.
fn damage(image: &[u8], random: &mut Rng) -> Vec<u8> {
    let mut bytes = image.to_vec();
    for _ in 0..random.usize(1..12) {
        let at = random.usize(..bytes.len());
        match random.u8(0..16) {
            0 => bytes.truncate(at.max(1)),
            1 => bytes.insert(at, random.u8(..)),
            2 => bytes.extend_from_slice(&image[at.min(image.len() - 1)..]),
            3..=5 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][random.usize(..5)],
            6..=9 => bytes[at] = bytes[at].wrapping_add(random.u8(1..4)),
            10..=12 => bytes[at] ^= 1 << random.u8(..8),
            _ => {
                let from = random.usize(..bytes.len());
                let length = random.usize(..=16).min(bytes.len() - from).min(bytes.len() - at);
                bytes.copy_within(from..from + length, at);
            }
        }
    }
    bytes
}

/// Whether both sides could be compared.
fn compare(tree: &Tree, damaged: &[u8], sound: &Side) -> bool {
    tree.write("damaged.binpb", damaged);
    let Ok(side) = Side::open(&tree.argument("damaged.binpb"), &[]) else { return false };
    let settings = Settings::default();
    let forth = check(sound, &side, &settings).is_ok();
    let back = check(&side, sound, &settings).is_ok();
    assert_eq!(forth, back, "either both directions can be judged, or none");
    forth
}

#[test]
fn no_image_makes_a_check_panic() {
    let number = |key: &str| std::env::var(key).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = number("AGENTGEN_FUZZ_SEED").unwrap_or_else(|| fastrand::u64(..));
    let rounds = number("AGENTGEN_FUZZ_ROUNDS").unwrap_or(800);
    println!("AGENTGEN_FUZZ_SEED={seed}");
    let mut random = Rng::with_seed(seed);
    let tree = Tree::new(&[]);
    let images = TEXTS.map(|text| image(&[text]));
    let sides = [0, 1, 2].map(|index| {
        tree.write("sound.binpb", &images[index]);
        tree.side("sound.binpb")
    });
    let mut compared = 0;
    for round in 0..rounds {
        let index = random.usize(..images.len());
        let damaged = damage(&images[index], &mut random);
        let whole = panic::AssertUnwindSafe(|| compare(&tree, &damaged, &sides[index]));
        let outcome = panic::catch_unwind(whole);
        assert!(outcome.is_ok(), "round {round} of seed {seed} panics");
        compared += u64::from(outcome.unwrap_or_default());
    }
    // Damage that nothing survives would test the first few bytes alone.
    assert!(compared * 20 > rounds, "{compared} of {rounds} could be compared");
}

#[test]
fn no_bytes_make_a_side_panic() {
    let mut random = Rng::with_seed(20_261_121);
    let tree = Tree::new(&[]);
    for _ in 0..500 {
        let bytes: Vec<u8> = (0..random.usize(..200)).map(|_| random.u8(..)).collect();
        tree.write("x.binpb", &[&[0x0a][..], &bytes].concat());
        // Whether it opens or not is all the same.
        let _ = Side::open(&tree.argument("x.binpb"), &[]);
    }
}
