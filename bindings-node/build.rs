//! Link arguments of a Node extension. Among them `-z nodelete`: Node closes an extension when the last
//! JavaScript thread that loaded it ends, while our network thread still runs its code.

fn main() {
    napi_build::setup();
}
