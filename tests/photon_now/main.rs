//! A Photon project of July 2019 on Now 2.0, and its like of today on Vercel: silent when right, and with one thing broken at a time
//! exactly that is told, at its place, and the fix leads back.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod builders;
mod committed;
mod configs;
mod generating;
mod photon;
#[path = "../support/mod.rs"]
mod support;
mod vercel;
