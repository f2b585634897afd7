//! Release builds carry the web front inside, so they are made again when it was built again; debug builds read it from
//! its folder.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed=../../web/apps/desk/dist");
        println!("cargo:rerun-if-changed=../../web/apps/visitor/dist");
    }
}
