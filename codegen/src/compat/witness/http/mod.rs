//! Calls that one side's server takes and the other side's does not, or takes
//! as something else: by route, by where fields stand in a request, by what a
//! response holds.

mod call;
mod request;
mod response;
mod router;

use super::diff::Direction;
use super::search::Sides;
use super::search::locate::{Located, locate};
use super::{Payload, Reading, Witness};
use crate::compat::finding::{Axis, Finding, Positions};
use crate::compat::options::{Binding, served};
use crate::compat::schema::{FileId, MessageId, Method, Schema, Service, ServiceId};

/// An rpc of one side.
#[derive(Clone, Copy, Debug)]
struct Rpc<'c, 'a> {
    schema: &'c Schema<'a>,
    service: &'c Service<'a>,
    method: &'c Method<'a>,
}

impl<'c, 'a> Rpc<'c, 'a> {
    fn of(schema: &'c Schema<'a>, service: ServiceId, method: usize) -> Option<Self> {
        let service = schema.service(service);
        Some(Self { schema, service, method: service.methods.get(method)? })
    }

    fn full_name(&self) -> String {
        format!("{}.{}", self.service.full_name, self.method.name)
    }

    fn bindings(&self) -> Vec<Binding<'a>> {
        let name = (&*self.service.full_name, self.method.name);
        served(self.schema, self.service, self.method, name)
    }

    fn input(&self) -> Option<MessageId> {
        self.schema.message_named(self.method.input)
    }

    fn output(&self) -> Option<MessageId> {
        self.schema.message_named(self.method.output)
    }
}

/// An rpc of both sides, that of the caller first.
#[derive(Clone, Copy, Debug)]
struct Called<'c, 'a> {
    caller: Rpc<'c, 'a>,
    server: Rpc<'c, 'a>,
}

/// A call that bears a finding about an rpc's name or route out.
pub(super) fn call(
    sides: &Sides<'_, '_, '_>,
    finding: &Finding,
    directions: &[Direction],
) -> Option<Witness> {
    let old = finding.old.as_ref().and_then(|place| locate(sides.cx.old, place));
    let new = finding.new.as_ref().and_then(|place| locate(sides.cx.new, place));
    if let Some(place) = finding.old.as_ref().filter(|place| place.path.len() < 2) {
        return gone_from(sides, place.file);
    }
    match (old, new) {
        (Some(Located::Method(service, index)), other) => {
            let old = Rpc::of(sides.cx.old, service, index)?;
            let new = match other {
                Some(Located::Method(service, index)) => Rpc::of(sides.cx.new, service, index),
                _ => None,
            };
            match kept(sides, old).or(new) {
                Some(new) => both(sides, finding, old, new, directions),
                None => Some(gone(old)),
            }
        }
        (Some(Located::Service(service)), _) => {
            let rpc = Rpc::of(sides.cx.old, service, 0)?;
            kept(sides, rpc).is_none().then(|| gone(rpc))
        }
        (Some(Located::Field(..)), Some(Located::Field(..))) => directions
            .iter()
            .find_map(|direction| request::about_field(sides, *direction, old, new)),
        _ => None,
    }
}

/// A call to a service of a file that the other side has no longer.
fn gone_from(sides: &Sides<'_, '_, '_>, file: FileId) -> Option<Witness> {
    let services = &sides.cx.old.file(file).services;
    services.iter().find_map(|&id| {
        let rpc = Rpc::of(sides.cx.old, id, 0)?;
        kept(sides, rpc).is_none().then(|| gone(rpc))
    })
}

/// The new side's rpc of the same name: what a finding places in another rpc
/// is about the one that took its requests.
fn kept<'c, 'a>(sides: &Sides<'_, 'c, 'a>, old: Rpc<'c, 'a>) -> Option<Rpc<'c, 'a>> {
    let schema = sides.cx.new;
    let service = schema.services.iter().find(|found| found.full_name == old.service.full_name)?;
    let method = service.methods.iter().find(|method| method.name == old.method.name)?;
    Some(Rpc { schema, service, method })
}

fn both<'c, 'a>(
    sides: &Sides<'_, 'c, 'a>,
    finding: &Finding,
    old: Rpc<'c, 'a>,
    new: Rpc<'c, 'a>,
    directions: &[Direction],
) -> Option<Witness> {
    if old.full_name() != new.full_name() && finding.axes.contains(&Axis::Wire) {
        return Some(gone(old));
    }
    if !finding.axes.contains(&Axis::Http) {
        return None;
    }
    directions.iter().find_map(|&direction| {
        let called = match direction {
            Direction::Backward => Called { caller: old, server: new },
            Direction::Forward => Called { caller: new, server: old },
        };
        if finding.positions == Positions::RESPONSE {
            return response::misread(sides, direction, called);
        }
        router::misled(direction, called).or_else(|| request::misread_any(sides, direction, called))
    })
}

/// A gRPC call to an rpc that only the old side has.
fn gone(rpc: Rpc<'_, '_>) -> Witness {
    let (service, method) = (&rpc.service.full_name, rpc.method.name);
    Witness {
        direction: Direction::Backward,
        subject: rpc.full_name(),
        payload: Payload::Request { line: format!("POST /{service}/{method} (gRPC)"), body: None },
        reading: Reading::Refused { why: "unimplemented, there is no such rpc".to_owned() },
    }
}
