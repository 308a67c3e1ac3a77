# The bench: a program that measures in the virtual chassis, and two that run inside it.
TOOLS += bench bench-observer bench-bare-enslave
bench.src               := $(filter-out %/observer.cpp %/bare_enslave.cpp,$(wildcard test/bench/*.cpp))
bench.libs              := test-chassis
bench-observer.src      := test/bench/observer.cpp
bench-observer.pkgs     := libnl-3.0
bench-bare-enslave.src  := test/bench/bare_enslave.cpp
bench-bare-enslave.pkgs := libnl-3.0
BENCH_PARTS              = $(CHASSIS_PARTS) $(addprefix $B/bin/,bench bench-observer bench-bare-enslave)
