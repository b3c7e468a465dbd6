//! What is built from the same configuration is built once per thread, and outlives the request.
//!
//! A PHP program builds its provider, client and verifier anew on each request. Here they meet the ones of
//! the request before, with their key sets and connections. Objects with a testing clock or seed are
//! never shared.

use crate::handles::Object;
use ferroauth::secret::SecretBytes;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Objects kept per thread; the one that was not asked for the longest goes first.
const MAX_KEPT: usize = 256;

thread_local! {
    static STORE: RefCell<Store> = RefCell::default();
}

/// Everything that an object was built from. It may contain secrets, so it is wiped when dropped.
#[derive(Clone)]
pub(crate) struct Identity(Rc<SecretBytes>);

impl Identity {
    /// From the kind of object and the arguments that it is built from; `None` if those ask for a fixed
    /// clock or seed.
    pub(crate) fn of(kind: &str, parts: &[&[u8]]) -> Option<Self> {
        const TESTING: &[u8] = b"\"testing\"";
        let mut bytes = kind.as_bytes().to_vec();
        for part in parts {
            if part.windows(TESTING.len()).any(|window| window == TESTING) {
                return None;
            }
            // Lengths keep ("ab", "c") and ("a", "bc") apart.
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        }
        Some(Self(Rc::new(SecretBytes::new(bytes))))
    }

    /// The bytes, to build another identity from.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.expose()
    }
}

impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Identity {}

impl Hash for Identity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes().hash(state);
    }
}

struct Kept {
    object: Object,
    since: Instant,
    used: u64,
}

#[derive(Default)]
struct Store {
    kept: HashMap<Identity, Kept>,
    uses: u64,
}

/// The object of an identity with its age.
pub(crate) fn find(identity: &Identity) -> Option<(Object, Duration)> {
    STORE.with_borrow_mut(|store| {
        store.uses += 1;
        let uses = store.uses;
        let kept = store.kept.get_mut(identity)?;
        kept.used = uses;
        Some((kept.object.clone(), kept.since.elapsed()))
    })
}

/// Keeps an object for those who ask for the same.
pub(crate) fn keep(identity: Identity, object: Object) {
    let evicted = STORE.with_borrow_mut(|store| {
        store.uses += 1;
        let fresh = Kept { object, since: Instant::now(), used: store.uses };
        let replaced = store.kept.insert(identity, fresh);
        let oldest = if store.kept.len() > MAX_KEPT {
            store.kept.iter().min_by_key(|(_, kept)| kept.used).map(|(identity, _)| identity.clone())
        } else {
            None
        };
        (replaced, oldest.and_then(|identity| store.kept.remove(&identity)))
    });
    // Outside of the borrow: dropping may run code.
    drop(evicted);
}

/// The object of an identity, built if there is none yet.
pub(crate) fn or_build<T: crate::handles::Kind>(
    identity: Option<&Identity>,
    build: impl FnOnce() -> ferroauth::Result<T>,
) -> ferroauth::Result<T> {
    let Some(identity) = identity else { return build() };
    if let Some(found) = find(identity).and_then(|(object, _)| T::of(&object).cloned()) {
        return Ok(found);
    }
    let built = build()?;
    keep(identity.clone(), built.clone().into_object());
    Ok(built)
}
