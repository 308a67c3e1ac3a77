# What the daemon and its operator's view are made of, and which layer may use which.
LIBRARIES += had-core had-sys had-control
had-core.src     := $(wildcard had/core/*/*.cpp)
had-core.pkgs    := inih fmt
had-sys.src      := $(wildcard had/sys/*.cpp)
had-sys.pkgs     := libnl-3.0 libnl-route-3.0 libudev libkmod fmt
had-control.src  := $(wildcard had/control/*.cpp)
had-control.pkgs := fmt

PROGRAMS += had hadctl
had.src      := $(wildcard had/*.cpp had/run/*.cpp)
had.libs     := had-control had-sys had-core
hadctl.src   := had/files.cpp $(wildcard had/hadctl/*.cpp)
hadctl.libs  := pci-names had-control had-sys had-core
