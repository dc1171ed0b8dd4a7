//! `has(a.b)` as protobuf means it. The evaluator asks whether `a.b` can be
//! read, and a field of a message always can: the test becomes a call of ours.

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedEntryExpr, IdedExpr, LiteralValue};
use cel::common::types::CelString;

/// The function that tests replace; no expression can name it.
pub(super) const HAS: &str = "@has";

/// Replaces every test in an expression.
pub(super) fn rewrite(it: &mut IdedExpr) {
    match &mut it.expr {
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => {}
        Expr::Call(call) => {
            call.target.iter_mut().for_each(|target| rewrite(target));
            call.args.iter_mut().for_each(rewrite);
        }
        Expr::Comprehension(all) => {
            let parts = [&mut all.iter_range, &mut all.accu_init, &mut all.loop_cond];
            parts.into_iter().for_each(rewrite);
            [&mut all.loop_step, &mut all.result].into_iter().for_each(rewrite);
        }
        Expr::List(list) => list.elements.iter_mut().for_each(rewrite),
        Expr::Map(map) => map.entries.iter_mut().for_each(entry),
        Expr::Struct(of) => of.entries.iter_mut().for_each(entry),
        Expr::Select(select) => {
            rewrite(&mut select.operand);
            if select.test {
                let operand = std::mem::take(select.operand.as_mut());
                let field = CelString::from(std::mem::take(&mut select.field));
                let field = Expr::Literal(LiteralValue::String(field));
                let args = vec![operand, IdedExpr { id: it.id, expr: field }];
                it.expr = Expr::Call(CallExpr { func_name: HAS.to_owned(), target: None, args });
            }
        }
    }
}

fn entry(entry: &mut IdedEntryExpr) {
    match &mut entry.expr {
        EntryExpr::StructField(field) => rewrite(&mut field.value),
        EntryExpr::MapEntry(entry) => {
            rewrite(&mut entry.key);
            rewrite(&mut entry.value);
        }
    }
}
