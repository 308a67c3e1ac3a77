# The virtual chassis: a library for stories, the programs that run inside it, and its kernel.
LIBRARIES += test-chassis
test-chassis.src  := $(wildcard test/chassis/*.cpp)
test-chassis.pkgs := fmt

TOOLS += chassis chassis-agent chassis-traffic chassis-stream chassis-frames chassis-rtnl-wait
chassis.src          := $(wildcard test/chassis/demo/*.cpp)
chassis.libs         := test-chassis
chassis-agent.src    := $(wildcard test/chassis/agent/*.cpp)
chassis-agent.libs   := test-chassis
chassis-traffic.src  := $(wildcard test/chassis/traffic/*.cpp)
chassis-traffic.libs := test-chassis
chassis-stream.src   := $(wildcard test/chassis/stream/*.cpp)
chassis-stream.libs  := had-core
chassis-frames.src   := $(wildcard test/chassis/frames/*.cpp)
chassis-rtnl-wait.src := $(wildcard test/chassis/rtnl_wait/*.cpp)
TOOLS += in-uml
in-uml.src           := $(wildcard test/chassis/in_uml/*.cpp)
in-uml.libs          := test-chassis

DEPS += qemu-system-x86 user-mode-linux busybox-static cpio xz-utils zstd kmod udev iproute2 ethtool procps

# A kernel is a package, unpacked here and not installed.  Another one, for the same stories:
# KERNEL_PACKAGE=linux-image-6.12-amd64.
KERNEL_PACKAGE ?= linux-image-amd64
KERNEL         := build/kernel/$(KERNEL_PACKAGE)
CHASSIS_PARTS   = $(KERNEL)/initrd.img $(KERNEL)/vmlinux $B/bin/chassis-agent $B/bin/chassis-traffic
# Drivers that misbehave on request, for stories only: they need the kernel's headers.
STORY_PARTS     = $(CHASSIS_PARTS) $B/bin/chassis-stream $B/bin/chassis-frames $B/bin/chassis-rtnl-wait \
                  $B/bin/chassis-hostile \
                  $B/bin/bench-observer $B/bin/test-sys $(KERNEL)/had_hang.stamp $(KERNEL)/had_cpci.stamp
# Another service that must not notice a failover.
DEPS += keepalived
# Others who would have had's ports: udevd's networkd, and the first program of most machines.
DEPS += systemd dbus

$(KERNEL)/release: | test/chassis/fetch-kernel
	$(Q)test/chassis/fetch-kernel $(KERNEL_PACKAGE) $(@D)

$(KERNEL)/initrd.img: $(KERNEL)/release test/chassis/pack-initrd test/chassis/guest/init
	$(call say,PACK)
	$(Q)test/chassis/pack-initrd $(@D) test/chassis/guest/init $@

$(KERNEL)/vmlinux: $(KERNEL)/release test/chassis/unpack-kernel
	$(call say,UNPACK)
	$(Q)test/chassis/unpack-kernel $(@D)/vmlinuz $@

$(KERNEL)/headers: $(KERNEL)/release | test/chassis/fetch-headers
	$(Q)test/chassis/fetch-headers $(@D)
	@touch $@

$(KERNEL)/%.stamp: test/chassis/module/%.c $(KERNEL)/headers test/chassis/build-module
	$(call say,MODULE)
	$(Q)test/chassis/build-module $(@D) $< $@
