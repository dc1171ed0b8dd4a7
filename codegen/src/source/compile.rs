//! Compiles what was read: resolves names and options, file by file in
//! dependency order, leaving out what imports a file that failed.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use prost::bytes::{Buf, BufMut};
use prost::encoding::{self, DecodeContext, WireType};
use prost_reflect::DescriptorPool;
use protox::Compiler;
use protox::file::{File, FileResolver};

use super::errors;
use super::imports::Imports;
use super::includes::Includes;
use super::order;
use super::{SourceError, Sources};
use crate::diagnostic::Diagnostic;

/// Compiles the files of these names; `diagnostics` is what is wrong already.
pub(super) fn compile(
    names: Vec<String>,
    includes: &Includes,
    mut diagnostics: Vec<Diagnostic>,
) -> Result<Sources, SourceError> {
    let mut imports = Imports::read(&names, includes);
    diagnostics.append(&mut imports.diagnostics);
    let (order, cycles) = order::sort(&names, &imports);
    diagnostics.extend(cycles);
    let Imports { files, texts, .. } = imports;

    let mut compiler = Compiler::with_file_resolver(Parsed(RefCell::new(files)));
    compiler.include_imports(true).include_source_info(true);
    let mut failed = Vec::new();
    for file in order {
        if file.imports.iter().any(|import| failed.contains(import)) {
            failed.push(file.name);
        } else if let Err(error) = compiler.open_file(&file.name) {
            diagnostics.extend(errors::convert(&error, &texts));
            failed.push(file.name);
        }
    }
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(SourceError { diagnostics, texts });
    }
    let pool = compiler.descriptor_pool();
    Ok(Sources { pool, texts, inputs: names, placed: BTreeMap::new(), notes: Vec::new() })
}

/// Hands every parsed file to the compiler, once.
struct Parsed(RefCell<HashMap<String, File>>);

impl FileResolver for Parsed {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        let file = self.0.borrow_mut().remove(name);
        file.ok_or_else(|| protox::Error::file_not_found(name))
    }
}

/// The tag of `FileDescriptorSet.file`.
pub(super) const FILE: u32 = 1;
/// The tag of `FileDescriptorProto.source_code_info`.
const SOURCE_CODE_INFO: u32 = 9;

/// Encodes a `FileDescriptorSet` without source info. Works on the encoded
/// bytes: typed descriptors have lost the extensions.
pub(super) fn encode(pool: &DescriptorPool) -> Vec<u8> {
    let mut set = Vec::new();
    for file in pool.files() {
        let file = without_source_info(&file.encode_to_vec());
        encoding::bytes::encode(FILE, &file, &mut set);
    }
    set
}

fn without_source_info(file: &[u8]) -> Vec<u8> {
    let mut rest = file;
    let mut kept = Vec::with_capacity(file.len());
    while rest.has_remaining() {
        let field = rest;
        let Ok((tag, wire_type)) = encoding::decode_key(&mut rest) else {
            break;
        };
        if skip(wire_type, tag, &mut rest).is_err() {
            break;
        }
        if tag != SOURCE_CODE_INFO {
            kept.put_slice(&field[..field.len() - rest.len()]);
        }
    }
    kept
}

fn skip(wire_type: WireType, tag: u32, rest: &mut &[u8]) -> Result<(), prost::DecodeError> {
    encoding::skip_field(wire_type, tag, rest, DecodeContext::default())
}
