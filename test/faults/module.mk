# The faults: a program that makes the daemon's calls fail, one at a time, and the library that it preloads.
TOOLS        += faults
faults.src   := $(filter-out test/faults/shim.cpp,$(wildcard test/faults/*.cpp))
faults.libs  := had-control had-core test-chassis
PRELOADS     += fault-shim
fault-shim.src := test/faults/shim.cpp
FAULT_PARTS   = $B/bin/faults $B/bin/had $B/lib/libfault-shim.so
