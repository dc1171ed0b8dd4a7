//! The command line and build scripts write files, macros take tokens: the
//! same code.

use std::collections::BTreeMap;
use std::path::Path;

use agentgen_codegen::Generator;

use super::{TREES, everything, here};

#[test]
fn a_macro_takes_the_same_code_that_files_hold() {
    for (name, proto) in TREES {
        let generator = Generator::new().proto(here("proto").join(proto)).include(here("proto"));
        let tokens = generator.tokens().expect("it can be emitted").tokens;
        let tokens: syn::File = syn::parse2(tokens).expect("it is Rust");
        let mut files = inlined(&here("golden").join(name).join("mod.rs"));
        // The docs of the root belong to a file, which a macro does not make.
        files.attrs.clear();
        assert_eq!(prettyplease::unparse(&tokens), prettyplease::unparse(&files), "{proto}");
    }
}

#[test]
fn a_build_script_writes_the_same_files_as_the_command_line() {
    let everything = everything("summarizer.proto");
    let rust = everything
        .into_iter()
        .filter(|file| Path::new(&file.path).extension().is_some_and(|end| end == "rs"));
    let expected: BTreeMap<_, _> = rust.map(|file| (file.path, file.contents)).collect();
    let tree = Path::new(env!("OUT_DIR")).join("agentgen");
    let written = expected.keys().map(|path| {
        let contents = std::fs::read_to_string(tree.join(path)).expect("the build script wrote it");
        (path.clone(), contents)
    });
    assert_eq!(written.collect::<BTreeMap<_, _>>(), expected);
}

#[test]
fn every_door_has_the_warnings_of_a_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    let proto = folder.path().join("a.proto");
    let text = "syntax = \"proto3\";\nimport \"google/api/annotations.proto\";\n\
                service S { rpc Get(M) returns (M) {\n\
                option (google.api.http) = { get: \"/v1\" body: \"*\" }; } }\nmessage M {}\n";
    std::fs::write(&proto, text).expect("it is written");
    let generator = Generator::new().proto(&proto).out_dir(folder.path().join("out"));
    let found = generator.warnings().expect("the contract is right");
    assert_eq!(found, generator.tokens().expect("the contract is right").warnings);
    let [warning] = &*found else { panic!("{found:?}") };
    assert_eq!(warning.code, "body-on-get");
    let place = format!("{}:4:", proto.display());
    assert!(warning.to_string().starts_with(&place), "{warning}");
}

#[test]
fn a_service_config_gives_a_plain_contract_its_routes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (proto, config) = (folder.path().join("a.proto"), folder.path().join("a.yaml"));
    let text = "syntax = \"proto3\";\npackage a.v1;\n\
                service S { rpc Get(M) returns (M); }\nmessage M { string id = 1; }\n";
    std::fs::write(&proto, text).expect("it is written");
    let rule = "http: { rules: [{ selector: a.v1.S.Get, get: '/v1/{id=**}' }],\n  \
                fully_decode_reserved_expansion: true }\n";
    std::fs::write(&config, rule).expect("it is written");
    let generator = Generator::new().proto(&proto).service_config(&config);
    let generated = generator.tokens().expect("it can be emitted");
    let binding = &generated.contract.services().next().expect("one").methods[0].http[0];
    assert_eq!((binding.verb.as_str(), &*binding.template.text), ("GET", "/v1/{id=**}"));
    assert!(generated.files.contains(&config), "what depends on it is made again");
    let routes = generated.tokens.to_string();
    assert!(routes.contains("fully_decoded : true"), "{routes}");
    std::fs::write(&config, rule.replace("get:", "gte:")).expect("it is written");
    let error = generator.tokens().expect_err("the config is wrong");
    assert!(error.to_string().contains("`gte` is no key here"), "{error}");
}

#[allow(
    unreachable_pub,
    clippy::pedantic,
    reason = "generated code keeps to the default lints, as users have them"
)]
mod package {
    agentgen::include!("summarizer.v1");
}

#[allow(
    unreachable_pub,
    clippy::pedantic,
    reason = "generated code keeps to the default lints, as users have them"
)]
mod whole {
    agentgen::include!();
}

#[test]
fn a_crate_includes_a_package_or_the_whole_contract() {
    let request = package::SummarizeRequest { document_text: "a".to_owned(), max_tokens: 1 };
    assert_eq!(request.document_text, "a");
    assert_eq!(
        whole::summarizer::v1::summarizer_agent::INFO.name,
        package::summarizer_agent::INFO.name
    );
}

/// The file with the modules that it declares in place of their declarations.
fn inlined(path: &Path) -> syn::File {
    let text = std::fs::read_to_string(path).expect("a file of the tree");
    let mut file = syn::parse_file(&text).expect("it is Rust");
    for item in &mut file.items {
        let syn::Item::Mod(module) = item else { continue };
        if module.content.is_some() {
            continue;
        }
        let folder = path.parent().expect("a file lies in a folder");
        let name = module.ident.to_string();
        let name = name.trim_start_matches("r#");
        let nested = folder.join(name).join("mod.rs");
        let place = if nested.exists() { nested } else { folder.join(format!("{name}.rs")) };
        let content = inlined(&place);
        module.attrs = content.attrs;
        module.semi = None;
        module.content = Some((syn::token::Brace::default(), content.items));
    }
    file
}
