//! Link arguments of a Node extension. Among them `-z nodelete`: Node closes an extension when the last
//! JavaScript thread that loaded it ends, while a thread of ours may still run its code.

fn main() {
    napi_build::setup();
}
