//! Claiming: a script hands over what is ready, and says when to ask again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_core::future::BoxFuture;

use super::connection::{Connection, Notices};
use super::entry::Entry;
use super::receipt::{Place, Ticket};
use super::{scripts, unexpected};
use crate::broker::remote::{GROUP_LIFE, Parcel, Source, millis, with_margin};
use crate::broker::{Error, Subscription};

/// How often a silent subject is looked at without a notice. It also keeps an
/// ephemeral group alive.
const IDLE: Duration = Duration::from_secs(1);

/// What a claim under way, or done, returned.
type Claim = BoxFuture<'static, Result<Vec<Vec<u8>>, Error>>;

/// One consumer of a group.
pub(super) struct Claims {
    connection: Connection,
    subscription: Subscription,
    place: Arc<Place>,
    notices: Notices,
    /// When the claim under way was begun; it outlives the future that began it.
    claiming: Option<(Instant, Claim)>,
    /// When what is pending was last compared with what is known to be leased.
    compared: Option<Instant>,
}

impl Claims {
    pub(super) async fn start(
        connection: Connection,
        subscription: Subscription,
    ) -> Result<Self, Error> {
        let notices = connection.notices(&subscription.subject).await?;
        join(&connection, &subscription).await?;
        let Subscription { subject, group, lease, .. } = subscription.clone();
        let place = Place::new(connection.clone(), subject, group, with_margin(lease));
        let place = Arc::new(place);
        Ok(Self { connection, subscription, place, notices, claiming: None, compared: None })
    }

    fn begin(&mut self, max: usize) -> Claim {
        let compare = self.compared.is_none_or(|last| last.elapsed() >= IDLE);
        if compare {
            self.compared = Some(Instant::now());
        }
        let (connection, subscription) = (self.connection.clone(), self.subscription.clone());
        Box::pin(async move {
            let Subscription { subject, group, lease, .. } = &subscription;
            let mut script = scripts::CLAIM.arg(&connection.config.prefix);
            script.arg(subject).arg(group).arg(max).arg(millis(with_margin(*lease)));
            script.arg(life(&subscription)).arg(u8::from(compare));
            match connection.run(&script).await {
                Err(error) if error.to_string().contains("NOGROUP") => {
                    // It expired while this process was suspended, or was deleted.
                    join(&connection, &subscription).await?;
                    connection.run(&script).await
                }
                claimed => claimed,
            }
        })
    }

    /// Finishes the claim under way, or a new one.
    async fn claim(&mut self, max: usize) -> Result<(Option<Duration>, Vec<Parcel>), Error> {
        if self.claiming.is_none() {
            self.notices.changes.mark_unchanged();
            let claim = self.begin(max);
            self.claiming = Some((Instant::now(), claim));
        }
        let Some((since, claim)) = &mut self.claiming else { return Err(unexpected()) };
        let (since, claimed) = (*since, claim.await);
        self.claiming = None;
        let mut values = claimed?.into_iter();
        let wait = values.next().and_then(|text| String::from_utf8(text).ok()?.parse::<i64>().ok());
        let mut parcels = Vec::new();
        while let Some(lane) = values.next() {
            parcels.push(self.parcel(lane, &mut values, since)?);
        }
        let wait = u64::try_from(wait.ok_or_else(unexpected)?).ok().map(Duration::from_millis);
        Ok((wait, parcels))
    }

    fn parcel(
        &self,
        lane: Vec<u8>,
        values: &mut impl Iterator<Item = Vec<u8>>,
        leased_at: Instant,
    ) -> Result<Parcel, Error> {
        let mut next = || values.next().ok_or_else(unexpected);
        let text = |bytes| String::from_utf8(bytes).map_err(|_| unexpected());
        let (lane, id) = (text(lane)?, text(next()?)?);
        let (again, headers, body, expired) = (next()?, next()?, next()?, next()?);
        let (headers, body) = Entry { headers, body, raw: next()? }.read();
        let parcel_id = format!("{lane}-{id}");
        let ticket = Ticket { place: Arc::clone(&self.place), lane: lane.into(), id };
        Ok(Parcel {
            id: parcel_id,
            headers,
            body,
            redelivered: again == b"1",
            due_in: Duration::ZERO,
            expired: expired == b"1",
            leased_at,
            receipt: Arc::new(ticket),
        })
    }
}

fn life(subscription: &Subscription) -> i64 {
    if subscription.ephemeral { millis(GROUP_LIFE) } else { 0 }
}

async fn join(connection: &Connection, subscription: &Subscription) -> Result<(), Error> {
    let Subscription { subject, group, .. } = subscription;
    let mut script = scripts::JOIN.arg(&connection.config.prefix);
    script.arg(subject).arg(group).arg(life(subscription));
    script.arg(u8::from(connection.config.declare));
    if connection.run::<u8>(&script).await? == 1 {
        return Ok(());
    }
    let text =
        format!("group `{group}` of `{subject}` is missing, and `topology=verify` makes none");
    Err(Error::config(text))
}

impl Source for Claims {
    fn pull(&mut self, max: usize) -> BoxFuture<'_, Result<Vec<Parcel>, Error>> {
        Box::pin(async move {
            loop {
                let (wait, parcels) = self.claim(max).await?;
                if !parcels.is_empty() {
                    return Ok(parcels);
                }
                let wait = wait.unwrap_or(IDLE).clamp(Duration::from_millis(1), IDLE);
                // Elapsed or noticed: both mean to look again.
                let _ = tokio::time::timeout(wait, self.notices.changes.changed()).await;
            }
        })
    }

    fn close(mut self: Box<Self>) -> BoxFuture<'static, Result<(), Error>> {
        Box::pin(async move {
            if self.claiming.is_some() {
                for parcel in self.claim(0).await?.1 {
                    parcel.receipt.back(Duration::ZERO).await?;
                }
            }
            let Subscription { subject, group, ephemeral, .. } = &self.subscription;
            self.connection.silence(subject).await?;
            if !ephemeral {
                return Ok(());
            }
            let mut script = scripts::LEAVE.arg(&self.connection.config.prefix);
            script.arg(subject).arg(group);
            self.connection.run::<u8>(&script).await.map(|_| ())
        })
    }
}
