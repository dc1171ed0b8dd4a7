//! What the compiler sees of an impl with mistakes, and what an editor does, which
//! completes inside of it.

use std::path::Path as File;

use syn::parse_quote;

use super::*;

fn source(proto: &str) -> Source {
    let folder = File::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui/proto");
    Source::of_file(folder.join(proto))
}

fn agent(head: &str, methods: &str, for_editor: bool) -> Agent {
    let tokens = format!("{head} {{ {methods} }}").parse().expect("it is made of tokens");
    Agent::parse(&tokens, for_editor).expect("it is an impl")
}

fn plain(code: &TokenStream) -> String {
    code.to_string().replace(char::is_whitespace, "")
}

/// The impl of these methods after the comparison, and all that is reported.
fn compared(methods: &str, for_editor: bool) -> (String, String) {
    let (source, arguments, mut report) =
        (source("summarizer.proto"), Arguments::default(), Report::default());
    let service = source.contract().services().next().expect("it has a service");
    let agent = agent("impl SummarizerAgent for Mine", methods, for_editor);
    let path = parse_quote!(SummarizerAgent);
    let code = compare(&arguments, &source, service, agent, &path, &mut report);
    (plain(&code), plain(&report.into_tokens()))
}

const WRONG: &str = "async fn digest(&self, _: &Context, request: SummarizeRequest) -> \
                     Result<SummarizeResponse> { request. }";

#[test]
fn a_wrong_method_is_left_to_an_editor_alone() {
    let method = WRONG.replace(' ', "");
    let (code, said) = compared(WRONG, true);
    assert!(code.contains(&method) && !code.contains("cfg(any())"), "{code}");
    assert_eq!(code.matches("fndigest").count(), 1, "nothing stands in for it: {code}");
    assert!(said.contains("Inbound<SummarizeRequest>"), "{said}");
    let (code, said) = compared(WRONG, false);
    assert!(code.contains(&format!("#[cfg(any())]{method}")), "{code}");
    assert_eq!(code.matches("fndigest").count(), 2, "another stands in for it: {code}");
    assert!(said.contains("Inbound<SummarizeRequest>"), "{said}");
}

#[test]
fn a_half_typed_method_keeps_the_impl_as_it_is() {
    let right = "async fn summarize(&self, _: &Context, request: SummarizeRequest) -> \
                 Result<SummarizeResponse> { request. }";
    let methods = format!("{right} async fn summ");
    let (code, said) = compared(&methods, true);
    assert!(code.contains(&right.replace(' ', "")) && code.contains("asyncfnsumm"), "{code}");
    assert_eq!(said, "", "the rest may be about to be typed");
    let (code, said) = compared(&methods, false);
    assert!(code.contains(&right.replace(' ', "")), "{code}");
    assert_eq!(code.matches("fnsumm").count(), 2, "it is taken out: {code}");
    assert_eq!(said, "");
}

#[test]
fn an_impl_without_contract_is_left_to_an_editor_alone() {
    let head = "impl SummarizerAgent for Mine";
    let whole = plain(&off(agent(head, WRONG, true)));
    assert_eq!(whole, format!("{head}{{{WRONG}}}").replace(' ', ""));
    let off = plain(&off(agent(head, WRONG, false)));
    assert!(off.starts_with(&format!("#[cfg(any())]{whole}")), "{off}");
    for kept in ["PhantomData<&Context>", "PhantomData<Result<()>>"] {
        assert!(off.contains(kept), "{off}");
    }
    assert_eq!(off.matches("SummarizeRequest").count(), 1, "there is no such message: {off}");
}

#[test]
fn an_impl_of_another_name_becomes_one_of_the_service() {
    let source = source("summarizer.proto");
    let service = source.contract().services().next().expect("it has a service");
    let path = parse_quote!(contract::Agent);
    let wanted: Path = parse_quote!(contract::SummarizerAgent);
    let mut fitting = agent("impl contract::Agent for Mine", WRONG, false);
    assert!(rename(&mut fitting, &path, service) == wanted);
    assert!(fitting.item.trait_.is_some_and(|(_, path, _)| path == wanted));
    assert_eq!(fitting.item.items.len(), 1, "its methods are those of the service");
    assert!(!fitting.unread);
    let mut other = agent("impl contract::Agent for Mine", "async fn fly(&self) {}", false);
    assert!(rename(&mut other, &path, service) == wanted);
    assert!(other.item.items.is_empty() && other.unread, "its methods are of something else");
}

#[test]
fn a_contract_is_implied_where_it_is_the_only_one() {
    let path = parse_quote!(Guide);
    let agent = agent("impl Guide for Mine", "async fn find(&self) {}", false);
    let [first, second] = ["guides/v1/guide.proto", "guides/v2/guide.proto"].map(source);
    let twice = [first.clone(), first.clone()];
    assert!(compare::implied(&twice, &agent.item, &path).is_some(), "they are the same file");
    assert!(compare::implied(&[first, second], &agent.item, &path).is_none());
}
