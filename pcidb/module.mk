# The driver table's tool, and the library that knows cards by name.
LIBRARIES += pci-names
pci-names.src  := pcidb/names.cpp
pci-names.pkgs := libpci

PROGRAMS += pcidb
pcidb.src  := $(filter-out pcidb/names.cpp,$(wildcard pcidb/*.cpp))
pcidb.libs := pci-names had-sys had-core
