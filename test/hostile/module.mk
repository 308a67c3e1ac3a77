# Somebody without rights, for the bench and the stories: runs in the guest, or anywhere beside a daemon.
TOOLS += chassis-hostile
chassis-hostile.src  := $(wildcard test/hostile/*.cpp)
chassis-hostile.libs := test-chassis
