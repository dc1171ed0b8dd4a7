//! The part of a URL between the scheme and the options, for brokers behind a
//! network: `//USER:PASSWORD@HOST:PORT,HOST:PORT/PATH`.

use percent_encoding::percent_decode_str;

use super::Error;

/// Where a broker is, and as whom it is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    /// At least one `HOST` or `HOST:PORT`.
    pub(super) hosts: Vec<String>,
    /// What follows the first slash.
    pub(super) path: String,
}

impl Address {
    pub(super) fn parse(scheme: &str, rest: &str) -> Result<Self, Error> {
        let Some(rest) = rest.strip_prefix("//") else {
            return Err(Error::config(format!(
                "`{scheme}:{rest}` needs a host: `{scheme}://HOST`"
            )));
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, hosts) = match authority.rsplit_once('@') {
            Some((user, hosts)) => (Some(user), hosts),
            None => (None, authority),
        };
        let hosts: Vec<_> =
            hosts.split(',').filter(|host| !host.is_empty()).map(str::to_owned).collect();
        if hosts.is_empty() {
            return Err(Error::config(format!("`{scheme}://{path}` names no host")));
        }
        let (user, password) = match user.map(|user| user.split_once(':').unwrap_or((user, ""))) {
            None => (None, None),
            Some((user, "")) => (Some(decode(user)?), None),
            Some((user, password)) => (Some(decode(user)?), Some(decode(password)?)),
        };
        Ok(Self { user, password, hosts, path: decode(path)? })
    }
}

#[cfg(any(feature = "rabbitmq", feature = "redis"))]
impl Address {
    /// Refuses a name that nothing proves: the server would be shown another one.
    pub(super) fn check_user(&self, scheme: &str) -> Result<(), Error> {
        match (self.user.as_deref().unwrap_or_default(), &self.password) {
            ("", _) | (_, Some(_)) => Ok(()),
            (user, None) => {
                let text = format!("`{scheme}://{user}@…` has no password: `{user}:PASSWORD@`");
                Err(Error::config(text))
            }
        }
    }
}

fn decode(text: &str) -> Result<String, Error> {
    let decoded = percent_decode_str(text).decode_utf8();
    let decoded = decoded.map_err(|_| Error::config("a part of the broker's URL is no UTF-8"))?;
    Ok(decoded.into_owned())
}

/// `HOST` or `HOST:PORT`.
#[cfg(any(feature = "rabbitmq", feature = "redis"))]
pub(super) fn host_and_port(text: &str, default: u16) -> Result<(String, u16), Error> {
    let (host, port) = match text.rsplit_once(':') {
        // `[::1]` has colons and no port.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let wrong = |_| Error::config(format!("`{text}` is no `HOST:PORT`"));
    let port = port.map(str::parse).transpose().map_err(wrong)?.unwrap_or(default);
    Ok((host.trim_matches(['[', ']']).to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_hosts_and_path_are_taken_apart() {
        let address = Address::parse("nats", "//me:p%40ss@a:1,b/x%2Fy").expect("an address");
        assert_eq!(address.user.as_deref(), Some("me"));
        assert_eq!(address.password.as_deref(), Some("p@ss"));
        assert_eq!(address.hosts, ["a:1", "b"]);
        assert_eq!(address.path, "x/y");
        let plain = Address::parse("nats", "//h").expect("an address");
        assert_eq!((plain.user, plain.hosts), (None, vec!["h".to_owned()]));
    }

    #[test]
    fn an_address_without_a_host_is_refused() {
        for (rest, reason) in [("h:1", "needs a host"), ("//", "names no host")] {
            let error = Address::parse("nats", rest).expect_err(rest).to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
