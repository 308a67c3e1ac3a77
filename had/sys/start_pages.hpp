// The part of programs and libraries that only a start needs.
#pragma once

namespace had::sys {

// Unmaps all text of this process, of which what is used comes back by itself: a minor fault for 64 KiB, from the page
// cache.  The kernel maps what lies around each page that is touched (mm/memory.c, fault_around_bytes), and so a start
// leaves three quarters of the text mapped that nobody reads again.  Throws nothing.
void drop_start_pages();

} // namespace had::sys
