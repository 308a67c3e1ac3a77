// Where had stands in the queue for the processor.
//
// A message that a link is lost is worth nothing while the processor computes something else, and
// had, which has just worked on the uevents of a card, is by the scheduler's fairness the last to get
// it back: the kernel's own thread goes on with the card first.  had hardly ever runs, so a better
// nice value costs others nothing; a real-time policy would let a fault of had's stop the machine.
#pragma once

namespace had::sys {

// Sets nice -10 unless somebody has chosen another value than 0.  Needs CAP_SYS_NICE; had serves
// without it, later.  Returns 0 or an errno.
int come_first();
// For what had starts: a driver that is being loaded is not urgent.
void be_ordinary();
// For a job that a person waits for, and one that the kernel must be through with by a certain moment:
// before everything that is not real-time itself, until this process ends.  Needs CAP_SYS_NICE; without it, it
// is as it was.
void run_at_once();

} // namespace had::sys
