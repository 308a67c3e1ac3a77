# The classic tool that puts interfaces into a bond.
PROGRAMS += ifenslave
ifenslave.src  := $(wildcard ifenslave/*.cpp)
ifenslave.libs := had-control had-sys had-core
