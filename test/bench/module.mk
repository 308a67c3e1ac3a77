# The bench: a program that measures in the virtual chassis, five that run inside it, and one that needs none.
TOOLS += bench-requests bench-turn bench bench-observer bench-bare-enslave bench-bare-failover bench-bare-extraction \
         bench-bare-prober
apart                    := test/bench/requests.cpp test/bench/observer.cpp test/bench/count_allocations.cpp \
                            test/bench/meter.cpp \
                            $(wildcard test/bench/turn*.cpp test/bench/bare_*.cpp)
bench.src                := $(filter-out $(apart),$(wildcard test/bench/*.cpp))
bench.libs               := test-chassis had-record had-hooks had-control had-core
bench.ldlibs             := $(sqlite)
bench-requests.src       := test/bench/requests.cpp test/unit/core/situation.cpp
bench-requests.libs      := had-control had-sys had-core
# The whole reconciler on the fake kernel, as in the scenarios.
turn                     := $(addprefix test/bench/,turn.cpp turn_machine.cpp meter.cpp count_allocations.cpp) \
                            $(wildcard had/run/*.cpp test/fake/*.cpp)
bench-turn.src           := test/bench/turn_main.cpp $(turn)
bench-turn.libs          := had-sys had-core
FAST_TESTS               += test-turn
test-turn.src            := test/unit/main.cpp test/bench/turn_test.cpp $(turn)
test-turn.libs           := had-sys had-core
test-turn.ldlibs         := $(BOOST_TEST)
bench-observer.src       := test/bench/observer.cpp
bench-observer.pkgs      := libnl-3.0
bench-bare-enslave.src   := test/bench/bare_enslave.cpp
bench-bare-enslave.pkgs  := libnl-3.0
bench-bare-failover.src  := test/bench/bare_failover.cpp
bench-bare-failover.pkgs := libnl-3.0
bench-bare-extraction.src  := test/bench/bare_extraction.cpp
bench-bare-extraction.pkgs := libnl-3.0
bench-bare-prober.src      := test/bench/bare_prober.cpp
BENCH_PARTS               = $(CHASSIS_PARTS) $(KERNEL)/had_cpci.stamp $(addprefix $B/bin/,bench \
                            bench-observer bench-bare-enslave bench-bare-failover bench-bare-extraction \
                            bench-bare-prober chassis-hostile)
# teamd, a contestant.
BENCH_DEPS := libteam-utils
