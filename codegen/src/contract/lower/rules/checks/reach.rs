//! Which messages a check must look into: those with rules, and those that
//! hold such messages at any depth. Everything else costs nothing.

use std::collections::BTreeSet;

use crate::contract::model::{Contract, FieldValidation, Kind, MessageId, TypeRef};

/// Removes the rows that check nothing and lead nowhere.
pub(super) fn close(contract: &mut Contract) {
    let mut checked: BTreeSet<MessageId> = BTreeSet::new();
    loop {
        let before = checked.len();
        for (index, message) in contract.messages.iter().enumerate() {
            let validation = &message.validation;
            let matters = |row: &FieldValidation| matters(contract, &checked, index, row);
            let whole = !validation.oneofs.is_empty() || !validation.expressions.is_empty();
            if whole || validation.fields.iter().any(matters) {
                checked.insert(MessageId(index));
            }
        }
        if checked.len() == before {
            break;
        }
    }
    for index in 0..contract.messages.len() {
        let rows = std::mem::take(&mut contract.messages[index].validation.fields);
        let kept = rows.into_iter().filter(|row| matters(contract, &checked, index, row)).collect();
        contract.messages[index].validation.fields = kept;
    }
}

fn matters(
    contract: &Contract,
    checked: &BTreeSet<MessageId>,
    message: usize,
    row: &FieldValidation,
) -> bool {
    let own = row.required
        || !row.rules.is_empty()
        || !row.keys.rules.is_empty()
        || !row.values.rules.is_empty();
    let inner = match &contract.messages[message].fields[row.field].kind {
        Kind::Message(TypeRef::Message(id)) | Kind::Group(id) => checked.contains(id),
        _ => false,
    };
    own || (inner && !row.shallow)
}
