//! How a function reaches its database: the URL, who answers there, how many connections an instance opens.

mod dotenv;
pub mod known;
pub mod pool;
pub mod proxied;
pub mod url;

pub use dotenv::sets as dotenv_sets;
pub use known::{Known, Place};
pub use pool::Pool;
pub use url::DatabaseUrl;
