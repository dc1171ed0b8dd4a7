//! The functions of protovalidate, over those that the standard formats use.

#![expect(
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    reason = "the evaluator calls functions of these types"
)]

use cel::common::types::{
    CelBool, CelBytes, CelDouble, CelInt, CelList, CelString, CelUInt, DYN_TYPE,
};
use cel::common::value::{CowVal, Val};
use cel::{DeclarationError, Env, ExecutionError, add_member_overload, extensions};

use super::presence::HAS;
use super::record::Record;
use crate::validate::{Format, Value, format, unique};

/// The standard library with these functions.
///
/// # Errors
/// A function is declared twice.
pub(super) fn environment() -> Result<Env, DeclarationError> {
    let mut env = Env::stdlib();
    env.add_extension(extensions::strings)?;
    formats(&mut env)?;
    addresses(&mut env)?;
    others(&mut env)?;
    Ok(env)
}

macro_rules! format_functions {
    ($env:ident: $($name:ident $format:ident $cel:literal $id:literal;)*) => {$(
        fn $name(text: &CelString<'_>) -> CelBool {
            CelBool::from(Format::$format.matches(text.inner()))
        }
        add_member_overload!($env, fn $name: (CelString) -> CelBool, name = $cel, id = $id)?;
    )*};
}

fn formats(env: &mut Env) -> Result<(), DeclarationError> {
    format_functions! { env:
        email Email "isEmail" "string_is_email";
        hostname Hostname "isHostname" "string_is_hostname";
        uri Uri "isUri" "string_is_uri";
        uri_ref UriRef "isUriRef" "string_is_uri_ref";
        ip Ip "isIp" "string_is_ip";
        prefix IpWithPrefix "isIpPrefix" "string_is_ip_prefix";
    }
    Ok(())
}

fn addresses(env: &mut Env) -> Result<(), DeclarationError> {
    add_member_overload!(env, fn ip_of: (CelString, CelInt) -> CelBool,
        name = "isIp", id = "string_int_is_ip")?;
    add_member_overload!(env, fn prefix_of: (CelString, CelInt) -> CelBool,
        name = "isIpPrefix", id = "string_int_is_ip_prefix")?;
    add_member_overload!(env, fn network: (CelString, CelBool) -> CelBool,
        name = "isIpPrefix", id = "string_bool_is_ip_prefix")?;
    add_member_overload!(env, fn network_of: (CelString, CelInt, CelBool) -> CelBool,
        name = "isIpPrefix", id = "string_int_bool_is_ip_prefix")?;
    add_member_overload!(env, fn host_and_port: (CelString, CelBool) -> CelBool,
        name = "isHostAndPort", id = "string_bool_is_host_and_port")?;
    Ok(())
}

fn ip_of(text: &CelString<'_>, version: &CelInt) -> CelBool {
    let formats = [Format::Ip, Format::Ipv4, Format::Ipv6];
    versioned(formats, *version.inner(), text)
}

fn prefix_of(text: &CelString<'_>, version: &CelInt) -> CelBool {
    network_of(text, version, &CelBool::from(false))
}

fn network(text: &CelString<'_>, strict: &CelBool) -> CelBool {
    network_of(text, &CelInt::from(0), strict)
}

fn network_of(text: &CelString<'_>, version: &CelInt, strict: &CelBool) -> CelBool {
    let formats = if *strict.inner() {
        [Format::IpPrefix, Format::Ipv4Prefix, Format::Ipv6Prefix]
    } else {
        [Format::IpWithPrefix, Format::Ipv4WithPrefix, Format::Ipv6WithPrefix]
    };
    versioned(formats, *version.inner(), text)
}

/// Of either version with 0; there is no other than 4 and 6.
fn versioned([either, four, six]: [Format; 3], version: i64, text: &CelString<'_>) -> CelBool {
    let format = match version {
        0 => either,
        4 => four,
        6 => six,
        _ => return CelBool::from(false),
    };
    CelBool::from(format.matches(text.inner()))
}

fn host_and_port(text: &CelString<'_>, port_required: &CelBool) -> CelBool {
    CelBool::from(format::is_host_and_port(text.inner(), *port_required.inner()))
}

fn others(env: &mut Env) -> Result<(), DeclarationError> {
    add_member_overload!(env, fn is_nan: (CelDouble) -> CelBool, id = "double_is_nan")?;
    add_member_overload!(env, fn is_inf: (CelDouble) -> CelBool, id = "double_is_inf")?;
    add_member_overload!(env, fn is_inf_of: (CelDouble, CelInt) -> CelBool,
        name = "isInf", id = "double_int_is_inf")?;
    add_member_overload!(env, fn all_differ: (CelList) -> Result<CelBool>,
        name = "unique", id = "list_unique")?;
    add_member_overload!(env, fn starts_with: (CelBytes, CelBytes) -> CelBool,
        id = "bytes_starts_with")?;
    add_member_overload!(env, fn ends_with: (CelBytes, CelBytes) -> CelBool,
        id = "bytes_ends_with")?;
    add_member_overload!(env, fn contains: (CelBytes, CelBytes) -> CelBool,
        id = "bytes_contains")?;
    env.add_overload("getField", "get_field", vec![DYN_TYPE, DYN_TYPE], get_field)?;
    env.add_overload(HAS, "has_field", vec![DYN_TYPE, DYN_TYPE], has)
}

fn is_nan(value: &CelDouble) -> CelBool {
    CelBool::from(value.inner().is_nan())
}

fn is_inf(value: &CelDouble) -> CelBool {
    CelBool::from(value.inner().is_infinite())
}

/// Of the sign of the number, of either with 0.
fn is_inf_of(value: &CelDouble, sign: &CelInt) -> CelBool {
    let value = *value.inner();
    CelBool::from(match sign.inner().signum() {
        1 => value == f64::INFINITY,
        -1 => value == f64::NEG_INFINITY,
        _ => value.is_infinite(),
    })
}

fn all_differ(list: &CelList<'_>) -> Result<CelBool, ExecutionError> {
    let values = list.inner().iter().map(|value| {
        scalar(value.as_ref()).ok_or_else(|| {
            ExecutionError::function_error("unique", "the list does not hold scalars")
        })
    });
    let values = values.collect::<Result<Vec<_>, _>>()?;
    Ok(CelBool::from(unique::distinct(values.into_iter())))
}

fn scalar(value: &dyn Val) -> Option<Value<'_>> {
    let int = || value.downcast_ref::<CelInt>().map(|it| Value::Int(*it.inner()));
    let uint = || value.downcast_ref::<CelUInt>().map(|it| Value::Uint(*it.inner()));
    let float = || value.downcast_ref::<CelDouble>().map(|it| Value::Float(*it.inner()));
    let text = || value.downcast_ref::<CelString<'_>>().map(|it| Value::Text(it.inner()));
    let bytes = || value.downcast_ref::<CelBytes<'_>>().map(|it| Value::Bytes(it.inner()));
    let truth = || value.downcast_ref::<CelBool>().map(|it| Value::Bool(*it.inner()));
    int().or_else(uint).or_else(float).or_else(text).or_else(bytes).or_else(truth)
}

fn starts_with(bytes: &CelBytes<'_>, part: &CelBytes<'_>) -> CelBool {
    CelBool::from(bytes.inner().starts_with(part.inner()))
}

fn ends_with(bytes: &CelBytes<'_>, part: &CelBytes<'_>) -> CelBool {
    CelBool::from(bytes.inner().ends_with(part.inner()))
}

fn contains(bytes: &CelBytes<'_>, part: &CelBytes<'_>) -> CelBool {
    CelBool::from(crate::validate::check::contains(bytes.inner(), part.inner()))
}

/// The arguments of a look at a field: what it is of, and its name.
fn field_of<'a>(
    function: &str,
    args: &'a [CowVal<'_, '_>],
) -> Result<(&'a dyn Val, &'a str), ExecutionError> {
    match args {
        [of, name] => match name.downcast_ref::<CelString<'_>>() {
            Some(name) => Ok((of.as_ref(), name.inner())),
            None => Err(ExecutionError::function_error(function, "a field has a name")),
        },
        _ => Err(ExecutionError::invalid_argument_count(2, args.len())),
    }
}

fn get_field<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let (of, name) = field_of("getField", &args)?;
    match of.downcast_ref::<Record>() {
        Some(record) => Ok(CowVal::Owned(record.field(name)?.into_owned())),
        None => Err(ExecutionError::function_error("getField", "it is no message")),
    }
}

fn has<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let (of, name) = field_of("has", &args)?;
    let found = if let Some(record) = of.downcast_ref::<Record>() {
        record.has(name)?
    } else {
        let of = of.as_indexer().ok_or_else(|| {
            ExecutionError::function_error("has", "it has neither fields nor keys")
        })?;
        of.get(&CelString::from(name)).is_ok()
    };
    Ok(CowVal::owned(CelBool::from(found)))
}
