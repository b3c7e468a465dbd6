//! PHP closes a library when its last FFI object dies, which under php-fpm is at the end of each request. The
//! library must stay: it holds interned clients, key sets and connections, and thread-local destructors.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
