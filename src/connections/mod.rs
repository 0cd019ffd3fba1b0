//! How a function reaches its database: the URL, who answers there, how many connections an instance opens.

pub mod datasource;
mod dotenv;
pub mod pool;
pub mod proxied;
pub mod url;

pub use datasource::{Datasource, Known, Place, Url};
pub use dotenv::sets as dotenv_sets;
pub use pool::Pool;
pub use url::DatabaseUrl;
