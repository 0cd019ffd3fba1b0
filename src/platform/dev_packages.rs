//! Packages that build, check or test a program and are seldom needed while it runs.
//!
//! The list is ours (2026-11): the tools that the documentation of each calls a development dependency. Some have a use at run time too, so
//! what is said of them is a question, never a verdict.

/// The packages.
pub const DEV_PACKAGES: &[&str] = &[
    "@babel/core",
    "@swc/core",
    "@vercel/ncc",
    "autoprefixer",
    "ava",
    "babel-core",
    "browserify",
    "chai",
    "cypress",
    "esbuild",
    "eslint",
    "gulp",
    "husky",
    "jasmine",
    "jest",
    "lerna",
    "mocha",
    "nodemon",
    "nyc",
    "parcel",
    "parcel-bundler",
    "playwright",
    "prettier",
    "prisma",
    "rollup",
    "sinon",
    "stylelint",
    "terser",
    "ts-jest",
    "ts-loader",
    "ts-node",
    "tslint",
    "tsx",
    "typescript",
    "uglify-es",
    "uglify-js",
    "vite",
    "vitest",
    "webpack",
    "webpack-dev-server",
];

/// Whether a package is a tool of development.
pub fn is_dev_package(name: &str) -> bool {
    DEV_PACKAGES.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(DEV_PACKAGES.is_sorted());
        assert!(is_dev_package("typescript") && !is_dev_package("express"));
    }
}
