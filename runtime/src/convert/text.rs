//! Types that a contract writes as text.

/// Types that read their own `Display`.
#[cfg(any(feature = "url", feature = "uuid"))]
macro_rules! displayed {
    ($ty:ty, $what:literal) => {
        impl super::Convert<String> for $ty {
            fn into_wire(self) -> String {
                self.to_string()
            }

            fn from_wire(wire: String) -> Result<Self, super::WireError> {
                wire.parse().map_err(|error| {
                    super::WireError::new("", format!(concat!("no ", $what, ": {}"), error))
                })
            }
        }
    };
}

#[cfg(feature = "url")]
displayed!(url::Url, "URL");

#[cfg(feature = "uuid")]
displayed!(uuid::Uuid, "UUID");
