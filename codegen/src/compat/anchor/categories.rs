//! The groups in which rules are switched on, and the versions of the
//! configuration, which differ in what the groups hold.

/// A group of rules, stricter ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Generated code stays the same, file by file.
    File,
    /// Generated code stays the same, package by package.
    Package,
    /// Both encodings stay readable.
    WireJson,
    /// The binary encoding stays readable.
    Wire,
    /// What a schema registry asks for; version 2 only.
    Csr,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 5] = [Self::File, Self::Package, Self::WireJson, Self::Wire, Self::Csr];

    /// The name in configurations and profiles.
    pub const fn name(self) -> &'static str {
        match self {
            Self::File => "FILE",
            Self::Package => "PACKAGE",
            Self::WireJson => "WIRE_JSON",
            Self::Wire => "WIRE",
            Self::Csr => "CSR",
        }
    }

    /// The category with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.name() == name)
    }
}

/// A version of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// `v1beta1`
    V1Beta1,
    /// `v1`
    V1,
    /// `v2`
    V2,
}

impl Version {
    /// Every version, oldest first.
    pub const ALL: [Self; 3] = [Self::V1Beta1, Self::V1, Self::V2];

    /// The name in configurations.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V1Beta1 => "v1beta1",
            Self::V1 => "v1",
            Self::V2 => "v2",
        }
    }

    /// The version with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.name() == name)
    }
}

/// A set of categories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Categories(u8);

impl Categories {
    pub(super) const fn of(categories: &[Category]) -> Self {
        let mut bits = 0;
        let mut index = 0;
        while index < categories.len() {
            bits |= 1 << categories[index] as u8;
            index += 1;
        }
        Self(bits)
    }

    pub(super) const fn has(self, category: Category) -> bool {
        self.0 & (1 << category as u8) != 0
    }
}
