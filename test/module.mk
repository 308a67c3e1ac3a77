# Tests.  FAST_TESTS need neither root nor a network nor the chassis.
FAST_TESTS  := test-core test-draft test-scenario test-sys test-control test-record test-notify test-pcidb test-ifenslave
STORY_TESTS := test-stories
TESTS        = $(FAST_TESTS) $(STORY_TESTS)

BOOST_TEST := -lboost_unit_test_framework

test-core.src       := test/unit/main.cpp $(wildcard test/unit/core/*.cpp)
test-core.libs      := had-core
test-core.ldlibs    := $(BOOST_TEST)
test-draft.src      := test/unit/main.cpp $(wildcard test/unit/draft/*_test.cpp)
test-draft.libs     := had-draft had-core
test-draft.ldlibs   := $(BOOST_TEST)
# The whole reconciler on a fake kernel: no edge is linked, so none can be called.
test-scenario.src     := test/unit/main.cpp test/unit/short_memory.cpp $(wildcard had/run/*.cpp) \
                         $(wildcard test/fake/*.cpp test/scenario/*.cpp) test/unit/core/situation.cpp
test-scenario.libs    := had-core
test-scenario.ldlibs  := $(BOOST_TEST)
test-sys.src        := test/unit/main.cpp test/unit/short_memory.cpp had/store.cpp had/look_once.cpp \
                       $(filter-out $(if $(systemd),,test/unit/sys/systemd_bus_test.cpp),$(wildcard test/unit/sys/*_test.cpp)) \
                       test/unit/core/situation.cpp
test-sys.libs       := had-sys had-core
test-sys.ldlibs     := $(BOOST_TEST)
test-control.src    := test/unit/main.cpp test/unit/short_memory.cpp had/reload.cpp \
                       $(addprefix had/run/,model.cpp run.cpp tunables.cpp) $(wildcard test/fake/*.cpp) \
                       $(wildcard test/unit/control/*.cpp) \
                       $(filter-out had/hadctl/main.cpp,$(hadctl.src))
test-control.libs   := $(hadctl.libs)
test-control.ldlibs := $(sqlite) $(BOOST_TEST)
# The recorder beside the real server, and what it keeps.
served             := $(addprefix test/unit/control/,chassis_values.cpp fake_daemon.cpp wire.cpp)
test-notify.src    := test/unit/main.cpp $(wildcard test/unit/notify/*_test.cpp) $(served) \
                      $(filter-out had/notify/main.cpp,$(had-notify.src))
test-notify.libs   := $(had-notify.libs)
test-notify.ldlibs := $(BOOST_TEST)
test-record.src    := test/unit/main.cpp $(wildcard test/unit/record/*_test.cpp) $(served) \
                      $(filter-out had/recorder/main.cpp,$(had-recorder.src))
test-record.libs   := $(had-recorder.libs)
test-record.ldlibs := $(sqlite) $(BOOST_TEST)
test-pcidb.src      := test/unit/main.cpp $(wildcard test/unit/pcidb/*_test.cpp) \
                       $(filter-out pcidb/main.cpp,$(pcidb.src))
test-pcidb.libs     := pci-names had-sys had-core
test-pcidb.ldlibs   := $(BOOST_TEST)
test-ifenslave.src    := test/unit/main.cpp $(wildcard test/unit/ifenslave/*_test.cpp) \
                         $(filter-out ifenslave/main.cpp,$(ifenslave.src))
test-ifenslave.libs   := had-control had-sys had-core
test-ifenslave.ldlibs := $(BOOST_TEST)

test-stories.src    := test/unit/main.cpp $(wildcard test/stories/*.cpp)
test-stories.libs   := test-chassis had-core
test-stories.ldlibs := $(BOOST_TEST)

include test/chassis/module.mk
include test/hostile/module.mk
include test/bench/module.mk
include test/faults/module.mk
include test/fuzz/module.mk
