//! The program's allocator to one with an end, for the process in which foreign records are decoded.
#![expect(
    unsafe_code,
    reason = "only an allocator sees what is asked for; each call is handed on as it came"
)]

use std::alloc::{GlobalAlloc, Layout};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// How a process ends that asks for more than it may.
pub const OUT_OF_MEMORY: i32 = 77;

/// An allocator that ends the process where more is asked for than [`cap`] allows. Without a cap it costs one look at
/// a flag that never changes.
pub struct Capped<A>(pub A);

static IS_CAPPED: AtomicBool = AtomicBool::new(false);
static LEFT: AtomicUsize = AtomicUsize::new(0);

/// Allows this process so many bytes more, once and for all.
pub fn cap(bytes: usize) {
    LEFT.store(bytes, Relaxed);
    IS_CAPPED.store(true, Relaxed);
}

/// Takes `bytes` of what is left; `exit` and not an abort, so that the parent sees why.
fn take(bytes: usize) {
    if IS_CAPPED.load(Relaxed) && LEFT.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(bytes)).is_err()
    {
        std::process::exit(OUT_OF_MEMORY);
    }
}

/// Gives back `bytes`; those from before the cap come on top, and are few.
fn give(bytes: usize) {
    if IS_CAPPED.load(Relaxed) {
        LEFT.fetch_add(bytes, Relaxed);
    }
}

// SAFETY: every call is the inner allocator's own, with the arguments it came with; the counting touches no memory.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Capped<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: the caller's promise is passed on.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: the caller's promise is passed on.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        give(layout.size());
        // SAFETY: the caller's promise is passed on.
        unsafe { self.0.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        take(size);
        give(layout.size());
        // SAFETY: the caller's promise is passed on.
        unsafe { self.0.realloc(block, layout, size) }
    }
}
