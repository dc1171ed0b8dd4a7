//! Rpcs as tools of language models: what `agentgen.v1` says about them.

use super::Lowering;
use super::methods::Rpc;
use crate::contract::defaults;
use crate::contract::model::{Shape, ToolBinding};
use crate::diagnostic::codes;

/// The tool of an rpc without streams that is not hidden. Its name is empty
/// where the contract leaves it open.
pub(super) fn lower(lowering: &mut Lowering<'_>, rpc: &Rpc<'_>, docs: &str) -> Option<ToolBinding> {
    let setting = rpc.setting.message("tool");
    if rpc.shape != Shape::Unary {
        if setting.is_set() && !setting.bool("hidden") {
            let message = format!("`tool` is set on `{}`, which streams", rpc.descriptor.name());
            lowering.report(&codes::OPTION_SHAPE, rpc.place.clone(), message).hint =
                Some("a tool takes one message and answers once: take the option out".to_owned());
        }
        return None;
    }
    let stated = setting.string("name").filter(|name| !name.is_empty());
    if let Some(wrong) = stated.as_deref().filter(|name| !defaults::is_tool_name(name)) {
        let message = format!("`{wrong}` cannot be the name of a tool");
        let place = lowering.quoted(&rpc.place, wrong);
        lowering.report(&codes::TOOL_NAME, place, message).hint = Some(
            "start with a letter or `_`, go on with letters, digits, `_` and `-`, 64 at most"
                .to_owned(),
        );
    }
    (!setting.bool("hidden")).then(|| ToolBinding {
        name: stated.filter(|name| defaults::is_tool_name(name)).unwrap_or_default(),
        description: setting
            .string("description")
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| docs.to_owned()),
    })
}
