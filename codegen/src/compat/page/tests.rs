//! What a page holds, and what is said of one that is not whole.

use super::*;

const PAGE: &str = "\
# field-removed

A field is gone.

## Why

Old data
is lost.

It stays lost.

## Safe way

1. Deprecate it.
2. Reserve
   it.

## Fires: twice

```proto old
# no heading
old
```

```proto new
new
```

```text
error a.B.c: gone
```

## Stays silent

```proto old
x
```

```proto new
y
```
";

#[test]
fn every_part_of_a_page_is_read() {
    let page = Page::parse(PAGE).expect("a whole page");
    assert_eq!(page.title, "field-removed");
    assert_eq!(page.summary, "A field is gone.");
    assert_eq!(page.why, "Old data is lost.\n\nIt stays lost.");
    assert_eq!(page.safe_way, "1. Deprecate it.\n2. Reserve it.");
    let [fires, silent] = &page.cases[..] else { panic!("{page:?}") };
    assert_eq!((fires.heading, fires.line, fires.fires), ("Fires: twice", 18, true));
    assert_eq!((&*fires.old, &*fires.new), ("# no heading\nold\n", "new\n"));
    assert_eq!(fires.findings, "error a.B.c: gone\n");
    assert_eq!((silent.fires, &*silent.old, &*silent.findings), (false, "x\n", ""));
}

fn error(text: &str) -> String {
    Page::parse(text).expect_err("a flawed page").to_string()
}

#[test]
fn what_is_missing_is_named() {
    assert_eq!(error("text"), "line 1: a page begins with its title, `# rule-name`");
    assert_eq!(error(""), "line 0: the page has no title, `# rule-name`");
    let without = |part: &str| error(&PAGE.replace(part, ""));
    assert_eq!(without("A field is gone."), "line 41: the page has no summary under the title");
    let no_text = without("```text\nerror a.B.c: gone\n```\n");
    assert_eq!(no_text, "line 18: `Fires: twice` has no block of `text`");
    let silent = &PAGE[PAGE.find("## Stays").expect("it is there")..];
    assert_eq!(without(silent), "line 32: the page has no section `## Stays silent`");
}

#[test]
fn what_has_no_place_is_named() {
    let stray = error(&PAGE.replace("## Why", "## Because"));
    assert!(stray.starts_with("line 5: the heading `Because` is unknown"), "{stray}");
    let open = PAGE.strip_suffix("y\n```\n").expect("the last block");
    assert_eq!(error(open), "line 39: the block that opens here never closes");
    let expected = "line 35: a block of `text` has no place under `Stays silent`";
    assert_eq!(error(&PAGE.replacen("```proto old\nx", "```text\nx", 1)), expected);
}
