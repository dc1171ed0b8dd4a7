//! Who imports whom on one side.

use std::collections::HashMap;

use super::Head;

/// The imports of every file, as indexes into the heads of its side.
#[derive(Debug, Default)]
pub(super) struct Graph {
    imports: Vec<Vec<usize>>,
    /// The first import that no file answers, by importer and name.
    pub(super) missing: Option<(usize, String)>,
}

impl Graph {
    pub(super) fn new(heads: &[Head]) -> Self {
        let places: HashMap<_, _> =
            heads.iter().enumerate().map(|(index, head)| (head.name.as_str(), index)).collect();
        let mut graph = Self { imports: Vec::with_capacity(heads.len()), missing: None };
        for (importer, head) in heads.iter().enumerate() {
            let mut imports = Vec::with_capacity(head.imports.len());
            for name in &head.imports {
                match places.get(name.as_str()) {
                    Some(&index) => imports.push(index),
                    None if graph.missing.is_none() => {
                        graph.missing = Some((importer, name.clone()));
                    }
                    None => {}
                }
            }
            graph.imports.push(imports);
        }
        graph
    }

    /// What a file imports.
    pub(super) fn imports(&self, file: usize) -> &[usize] {
        self.imports.get(file).map_or(&[], Vec::as_slice)
    }

    /// Files that import each other in a ring, in order of import. The stack
    /// is our own: an image must not be able to overflow the thread's.
    pub(super) fn cycle(&self) -> Option<Vec<usize>> {
        let mut done = vec![false; self.imports.len()];
        let mut place_on_path = vec![None; self.imports.len()];
        for start in 0..self.imports.len() {
            let mut path = if done[start] { Vec::new() } else { vec![(start, 0)] };
            place_on_path[start] = Some(0);
            while let Some((file, next)) = path.last_mut() {
                let import = self.imports[*file].get(*next).copied();
                *next += 1;
                match import {
                    None => {
                        done[*file] = true;
                        place_on_path[*file] = None;
                        path.pop();
                    }
                    Some(import) if done[import] => {}
                    Some(import) => {
                        if let Some(from) = place_on_path[import] {
                            return Some(path[from..].iter().map(|(file, _)| *file).collect());
                        }
                        place_on_path[import] = Some(path.len());
                        path.push((import, 0));
                    }
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(files: &[(&str, &[&str])]) -> Graph {
        let head = |(name, imports): &(&str, &[&str])| Head {
            name: (*name).to_owned(),
            imports: imports.iter().map(|&name| name.to_owned()).collect(),
            ..Head::default()
        };
        Graph::new(&files.iter().map(head).collect::<Vec<_>>())
    }

    #[test]
    fn a_ring_is_found_and_a_diamond_is_none() {
        let ring = graph(&[("a", &["b"]), ("b", &["c"]), ("c", &["d", "b"]), ("d", &[])]);
        assert_eq!(ring.cycle(), Some(vec![1, 2]));
        assert_eq!(graph(&[("a", &["a"])]).cycle(), Some(vec![0]));
        let diamond = graph(&[("a", &["b", "c"]), ("b", &["d"]), ("c", &["d"]), ("d", &[])]);
        assert_eq!(diamond.cycle(), None);
    }

    #[test]
    fn the_first_missing_import_is_named() {
        let graph = graph(&[("a", &["b"]), ("b", &["x", "y"])]);
        assert_eq!(graph.missing, Some((1, "x".to_owned())));
    }
}
