//! Rules about the tree, as code: layers, sources, dependencies, and generated files that are fresh.

mod dependencies;
mod freshness;
mod layers;
mod safety;
mod sources;
