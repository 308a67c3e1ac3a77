// The daemon's priority for the processor.
//
// A message that a link is lost is of no use while the processor computes something else.  A daemon that has
// just worked on the uevents of a card is, by the scheduler's fairness, the last to get the processor back: the
// kernel's own thread goes on with the card first.  The daemon hardly ever runs, so a better nice value costs
// others nothing.  A real-time policy would let a fault of the daemon stop the machine.
#pragma once

namespace had::sys {

// Sets nice -10 unless somebody has chosen another value than 0.  Needs CAP_SYS_NICE; without it the daemon
// serves too, but later.  Returns 0 or an errno.
int come_first();
// For what the daemon starts: loading a driver is not urgent.
void be_ordinary();
// For a job that a person waits for, and for one that the kernel must have done by a certain moment.  Runs this
// process before everything that is not real-time itself, until it ends.  Needs CAP_SYS_NICE; without it nothing
// changes.
void run_at_once();

} // namespace had::sys
