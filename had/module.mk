# What the daemon and its operator's view are made of, and which layer may use which.
LIBRARIES += had-core had-sys had-control had-record had-hooks had-draft
had-core.src     := $(wildcard had/core/*/*.cpp)
had-core.pkgs    := inih fmt nettle
# Services as units of systemd: make SYSTEMD=no builds without it, and without its library.
SYSTEMD := yes
systemd          := $(if $(filter no,$(SYSTEMD)),,libsystemd)
without_systemd  := $(if $(systemd),had/sys/no_systemd_bus.cpp,had/sys/systemd_bus.cpp had/sys/systemd_codec.cpp)
UNBUILT_HEADERS  := $(if $(systemd),,had/sys/systemd_codec.hpp)
had-sys.src      := $(filter-out $(without_systemd),$(wildcard had/sys/*.cpp))
had-sys.pkgs     := libnl-3.0 libnl-route-3.0 libudev libkmod fmt $(systemd)
had-control.src  := $(wildcard had/control/*.cpp)
had-control.pkgs := fmt

had-draft.src    := $(wildcard had/draft/*.cpp)
had-draft.pkgs   := yaml-0.1 fmt

# The history: make HISTORY=no builds without it, and without SQLite.
HISTORY := yes
sqlite             := $(if $(filter no,$(HISTORY)),,-lSQLiteCpp -lsqlite3)
had-record.src     := $(filter-out had/record/$(if $(sqlite),no_)database.cpp,$(wildcard had/record/*.cpp))
had-record.pkgs    := fmt

PROGRAMS += had hadctl had-recorder had-notify
had.src      := $(wildcard had/*.cpp had/run/*.cpp)
had.libs     := had-control had-sys had-core
hadctl.src   := had/files.cpp had/look_once.cpp $(wildcard had/hadctl/*.cpp)
hadctl.libs  := pci-names had-draft had-hooks had-record had-control had-sys had-core
hadctl.ldlibs := $(sqlite)
# What others need of it, too: to find a hook, to try one, and to count its runs.
had-hooks.src     := $(addprefix had/notify/,hook.cpp message.cpp process.cpp state.cpp)
had-hooks.pkgs    := fmt
had-notify.src    := had/files.cpp $(filter-out $(had-hooks.src),$(wildcard had/notify/*.cpp))
had-notify.libs   := had-hooks had-control had-sys had-core
had-recorder.src    := had/files.cpp $(wildcard had/recorder/*.cpp)
had-recorder.libs   := had-record had-hooks had-control had-sys had-core
had-recorder.ldlibs := $(sqlite)
