# The fuzzers, a program for each file of targets/, and a test that runs every corpus through the same functions
# without libFuzzer.
FUZZ_TARGETS := $(patsubst test/fuzz/targets/%.cpp,%,$(wildcard test/fuzz/targets/*.cpp))
FUZZ_DEPS    := clang libclang-rt-14-dev
TOOLS        += $(FUZZ_TARGETS:%=fuzz-%)

# What several targets need.  The whole reconciler is in both, as in the scenarios.
fuzz_rig            := $(wildcard had/run/*.cpp test/fake/*.cpp) test/fuzz/any.cpp test/fuzz/any_kernel.cpp \
                       test/fuzz/rig.cpp test/fuzz/samples.cpp test/fuzz/surface.cpp
fuzz_also_world     := $(fuzz_rig)
fuzz_also_request   := $(fuzz_rig) test/fuzz/chassis.cpp
fuzz_also_ifenslave := $(filter-out ifenslave/main.cpp,$(ifenslave.src))

define fuzzer
fuzz-$1.src    := test/fuzz/entry.cpp test/fuzz/target.cpp test/fuzz/targets/$1.cpp $(fuzz_also_$1)
fuzz-$1.libs   := had-draft had-hooks had-control had-sys had-core
fuzz-$1.ldlibs := -fsanitize=fuzzer
endef
$(foreach t,$(FUZZ_TARGETS),$(eval $(call fuzzer,$t)))

FAST_TESTS              += test-fuzz-corpus
test-fuzz-corpus.src    := test/unit/main.cpp test/fuzz/corpus_test.cpp test/fuzz/target.cpp \
                           $(FUZZ_TARGETS:%=test/fuzz/targets/%.cpp) \
                           $(sort $(foreach t,$(FUZZ_TARGETS),$(fuzz_also_$t)))
test-fuzz-corpus.libs   := had-draft had-hooks had-control had-sys had-core
test-fuzz-corpus.ldlibs := $(BOOST_TEST)
