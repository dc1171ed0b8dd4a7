//! Two agents, each behind a contract of its own.

use std::sync::atomic::{AtomicI64, Ordering};

use agentgen::{Context, Result, agent_service};

mod contract {
    agentgen::include!();
}

use contract::calendar::v1::{BookRequest, BookResponse, Calendar, ClearRequest, ClearResponse};
use contract::weather::v1::{ForecastRequest, ForecastResponse, Unit, Weather};

pub(crate) use contract::calendar::v1::CalendarServer;
pub(crate) use contract::weather::v1::WeatherServer;
#[cfg(test)]
pub(crate) use contract::weather::v1::weather;

/// Knows the weather; it is always fine.
pub(crate) struct Meteorologist;

#[agent_service]
impl Weather for Meteorologist {
    async fn forecast(&self, _: &Context, request: ForecastRequest) -> Result<ForecastResponse> {
        let celsius = 18.5 + f64::from(request.days_ahead);
        let highest = match request.unit() {
            Unit::Fahrenheit => celsius * 1.8 + 32.0,
            Unit::Celsius | Unit::Unspecified => celsius,
        };
        Ok(ForecastResponse { highest, summary: "sunny".to_owned() })
    }
}

/// Counts its appointments.
#[derive(Default)]
pub(crate) struct Appointments(AtomicI64);

#[agent_service]
impl Calendar for Appointments {
    async fn book(&self, _: &Context, _: BookRequest) -> Result<BookResponse> {
        Ok(BookResponse { number: self.0.fetch_add(1, Ordering::Relaxed) + 1 })
    }

    async fn clear(&self, _: &Context, _: ClearRequest) -> Result<ClearResponse> {
        self.0.store(0, Ordering::Relaxed);
        Ok(ClearResponse {})
    }
}
