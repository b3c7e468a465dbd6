//! The table behind PHP's integers.
//!
//! A handle is a slot number with a generation. Generations are never given out twice in a process, so a
//! closed handle, one of another thread, or one that PHP made up finds nothing. The table belongs to
//! the thread: PHP runs one request per thread, a forked child continues with its copy, and there is no
//! lock to inherit. Whatever a request leaves behind, after a fatal error for example, goes when the
//! thread's next request begins.

use ferroauth::drivers::LoopbackReceiver;
use ferroauth::host::{
    Client, Decrypter, Encrypter, EncryptionKey, JwsVerifier, Key, KeySet, Keyring, Operation,
    PendingAuthorization, ResourceServer, Service, Signer, Verifier,
};
use ferroauth::{Error, ErrorCode, Result};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::interned::Identity;

/// Bits of a handle that are the slot number; the rest, up to PHP's 63 bits, is the generation.
const SLOT_BITS: u32 = 20;
const SLOT_MASK: u64 = (1 << SLOT_BITS) - 1;
const MAX_GENERATION: u64 = (1 << (62 - SLOT_BITS)) - 1;

static NEXT_GENERATION: AtomicU64 = AtomicU64::new(1);

thread_local! {
    static TABLE: RefCell<Table> = const { RefCell::new(Table::new()) };
}

/// What a handle stands for. Cloning shares.
#[derive(Clone)]
pub(crate) enum Object {
    Service(Service),
    Client(Client),
    Pending(PendingAuthorization),
    Keyring(Keyring),
    Key(Key),
    KeySet(KeySet),
    EncryptionKey(EncryptionKey),
    Encrypter(Encrypter),
    Decrypter(Decrypter),
    Verifier(Verifier),
    JwsVerifier(JwsVerifier),
    Signer(Signer),
    ResourceServer(ResourceServer),
    Loopback(LoopbackReceiver),
    /// Taken out while it runs.
    Flow(Rc<RefCell<Option<Operation>>>),
}

/// An object with what it was built from, if building the same again would give the same.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) object: Object,
    pub(crate) identity: Option<Identity>,
}

struct Slot {
    generation: u64,
    entry: Option<Entry>,
}

struct Table {
    slots: Vec<Slot>,
    vacant: Vec<u32>,
    request: Option<i64>,
}

/// A type of which there are handles.
pub(crate) trait Kind: Clone {
    fn of(object: &Object) -> Option<&Self>;
    fn into_object(self) -> Object;
}

macro_rules! kinds {
    ($($variant:ident $type:ty;)*) => {$(
        impl Kind for $type {
            fn of(object: &Object) -> Option<&Self> {
                match object { Object::$variant(it) => Some(it), _ => None }
            }
            fn into_object(self) -> Object {
                Object::$variant(self)
            }
        }
    )*};
}

kinds! {
    Service Service;
    Client Client;
    Pending PendingAuthorization;
    Keyring Keyring;
    Key Key;
    KeySet KeySet;
    EncryptionKey EncryptionKey;
    Encrypter Encrypter;
    Decrypter Decrypter;
    Verifier Verifier;
    JwsVerifier JwsVerifier;
    Signer Signer;
    ResourceServer ResourceServer;
    Loopback LoopbackReceiver;
    Flow Rc<RefCell<Option<Operation>>>;
}

impl Table {
    const fn new() -> Self {
        Self { slots: Vec::new(), vacant: Vec::new(), request: None }
    }

    fn find(&self, handle: u64) -> Option<&Entry> {
        let slot = self.slots.get(usize::try_from(handle & SLOT_MASK).ok()?)?;
        if slot.generation == handle >> SLOT_BITS { slot.entry.as_ref() } else { None }
    }

    fn insert(&mut self, entry: Entry) -> Option<u64> {
        let generation = NEXT_GENERATION.fetch_add(1, Ordering::Relaxed);
        if generation > MAX_GENERATION {
            return None;
        }
        let slot = Slot { generation, entry: Some(entry) };
        let number = match self.vacant.pop() {
            Some(number) => {
                *self.slots.get_mut(usize::try_from(number).ok()?)? = slot;
                u64::from(number)
            }
            None => {
                let number = u64::try_from(self.slots.len()).ok().filter(|number| *number <= SLOT_MASK)?;
                self.slots.push(slot);
                number
            }
        };
        Some(generation << SLOT_BITS | number)
    }

    fn remove(&mut self, handle: u64) -> Option<Entry> {
        let number = u32::try_from(handle & SLOT_MASK).ok()?;
        let slot = self.slots.get_mut(usize::try_from(number).ok()?)?;
        if slot.generation != handle >> SLOT_BITS {
            return None;
        }
        let entry = slot.entry.take()?;
        self.vacant.push(number);
        Some(entry)
    }
}

fn refused() -> Error {
    Error::new(ErrorCode::InternalHandle)
}

/// Puts an object into the table.
pub(crate) fn put(object: impl Kind, identity: Option<Identity>) -> Result<u64> {
    let entry = Entry { object: object.into_object(), identity };
    TABLE.with_borrow_mut(|table| table.insert(entry)).ok_or_else(refused)
}

/// The object of a handle.
///
/// # Errors
/// `internal.handle` if the handle is unknown, closed, or of another kind.
pub(crate) fn get<T: Kind>(handle: u64) -> Result<T> {
    TABLE
        .with_borrow(|table| table.find(handle).and_then(|entry| T::of(&entry.object)).cloned())
        .ok_or_else(refused)
}

/// The object of a handle with its identity.
pub(crate) fn entry(handle: u64) -> Result<Entry> {
    TABLE.with_borrow(|table| table.find(handle).cloned()).ok_or_else(refused)
}

/// Closes a handle; one that is closed already is left alone.
pub(crate) fn free(handle: u64) {
    let entry = TABLE.with_borrow_mut(|table| table.remove(handle));
    // Outside of the borrow: dropping may run code.
    drop(entry);
}

/// How many handles are open.
pub(crate) fn count() -> u64 {
    TABLE.with_borrow(|table| table.slots.iter().filter(|slot| slot.entry.is_some()).count() as u64)
}

/// Tells that this thread serves a request; another one than before closes everything left behind.
pub(crate) fn begin_request(request: i64) {
    let left = TABLE.with_borrow_mut(|table| {
        if table.request.replace(request) == Some(request) {
            return Vec::new();
        }
        table.vacant.clear();
        std::mem::take(&mut table.slots)
    });
    drop(left);
}
