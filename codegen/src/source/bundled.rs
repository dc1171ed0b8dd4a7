//! Files that can be imported without being on disk.

/// Whose copy counts where an include folder holds a file of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precedence {
    /// The one that comes with this crate: the compiler knows it by heart.
    Bundled,
    /// The include folder's.
    Include,
}

/// The text of a bundled file and whose copy counts.
pub(crate) fn find(name: &str) -> Option<(&'static str, Precedence)> {
    let (_, text, precedence) = FILES.iter().find(|file| file.0 == name)?;
    Some((text, *precedence))
}

/// The names of the bundled files.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|file| file.0)
}

macro_rules! files {
    ($($precedence:ident $($name:literal)*;)*) => {
        static FILES: &[(&str, &str, Precedence)] = &[$($((
            $name,
            include_str!(concat!("../../proto/", $name)),
            Precedence::$precedence,
        ),)*)*];
    };
}

files! {
    Bundled
        "agentgen/v1/options.proto";
    Include
        "buf/validate/validate.proto"
        "google/api/annotations.proto"
        "google/api/client.proto"
        "google/api/field_behavior.proto"
        "google/api/field_info.proto"
        "google/api/http.proto"
        "google/api/httpbody.proto"
        "google/api/launch_stage.proto"
        "google/api/resource.proto"
        "google/api/routing.proto"
        "google/api/visibility.proto"
        "google/longrunning/operations.proto"
        "google/rpc/code.proto"
        "google/rpc/error_details.proto"
        "google/rpc/status.proto"
        "google/type/calendar_period.proto"
        "google/type/color.proto"
        "google/type/date.proto"
        "google/type/datetime.proto"
        "google/type/dayofweek.proto"
        "google/type/decimal.proto"
        "google/type/expr.proto"
        "google/type/fraction.proto"
        "google/type/interval.proto"
        "google/type/latlng.proto"
        "google/type/localized_text.proto"
        "google/type/money.proto"
        "google/type/month.proto"
        "google/type/phone_number.proto"
        "google/type/postal_address.proto"
        "google/type/quaternion.proto"
        "google/type/timeofday.proto";
}
