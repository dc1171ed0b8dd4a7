//! Where options stand, as places of findings.

use crate::compat::finding::{Finding, Place};

use super::standard::Element;

/// Points a finding about an element at the option with this number on it. A
/// side that has no such option shows the element.
pub fn at_option(finding: &mut Finding, element: Element, option: u32) {
    let options = match element {
        Element::Oneof => 2,
        Element::Service | Element::EnumValue | Element::Enum => 3,
        Element::Method => 4,
        Element::Message => 7,
        Element::Field | Element::File => 8,
    };
    let option = i32::try_from(option).unwrap_or(i32::MAX);
    let inside = |place: &mut Option<Place>| {
        if let Some(place) = place {
            place.path.extend([options, option]);
        }
    };
    inside(&mut finding.old);
    inside(&mut finding.new);
}
