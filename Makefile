# had: build, check, install.
#   make                        release programs in build/release/bin
#   make check-fast             unit, scenario and codec tests, layers, headers (no root, no network)
#   make check                  the same, and the stories in the virtual chassis that are no longer than they must be
#                               (SKIPS=allow: tests that this system gives no room for are no failure)
#   make soak                   all of it: sanitizers, every story in its long form, two kernels, several times
#   make faults                 each call that the daemon makes fails once; power cuts, kill -9 (root)
#   make sanitize               check-fast under the address and undefined-behaviour sanitizers
#   make fuzz                   made-up inputs against every parser and the whole reconciler, a minute each
#                               (SECONDS=3600, RUNS=1000000, FUZZ=world: another time, so many, only these)
#   make demo                   a virtual chassis in which cards are pulled and replaced before your eyes
#   make bench                  had's speed and size beside its peers', in the virtual chassis (an hour)
#   make tidy                   clang-tidy's findings, which are errors
#   make deps                   installs what building and testing need (root; says what it does)
#   make HISTORY=no ...     had-recorder keeps no history, and nothing needs SQLite
#   make SYSTEMD=no ...     services are the daemon's children, never units, and nothing needs libsystemd
#   make VARIANT=asan ...       the same targets, built apart, in build/asan
#   make install DESTDIR=... PREFIX=/usr
#   make deb                a Debian package in build/deb (root, for what building it needs)
# V=1 shows the commands.  A packager sets CXX AR PKG_CONFIG CPPFLAGS CXXFLAGS LDFLAGS.

.DEFAULT_GOAL := all
MAKEFLAGS     += --no-builtin-rules $(if $(filter 0,$(MAKELEVEL)),-j$(shell nproc))
.DELETE_ON_ERROR:

# --- What is built: each folder lists its files, and knows no rules -----------------------------
DIRS := had ifenslave pcidb test
BUILD_DEPS := g++ make pkg-config libnl-3-dev libnl-route-3-dev libpci-dev libudev-dev libkmod-dev \
              libinih-dev nettle-dev libboost-dev libboost-test-dev libfmt-dev nlohmann-json3-dev libcli11-dev libyaml-dev \
              $(if $(filter no,$(HISTORY)),,libsqlitecpp-dev libsqlite3-dev) \
              $(if $(filter no,$(SYSTEMD)),,libsystemd-dev)
# promtool, and what reads the other format of the figures: for tests, which are skipped without them.
# nodejs runs what the browser runs.
DEPS := $(BUILD_DEPS) prometheus python3-prometheus-client python3-jsonschema nodejs resource-agents
include $(DIRS:%=%/module.mk)

# --- Flags ---------------------------------------------------------------------------------------
VERSION    := 3.0.0
PKG_CONFIG ?= pkg-config
# Lines for backtraces.  All of -g takes half as long again, under sanitizers four times as long.
CXXFLAGS   ?= -O2 -g1
VARIANT    ?= release
B          := build/$(VARIANT)

variant_release  :=
variant_debug    := -Og -D_GLIBCXX_ASSERTIONS
variant_asan     := -O1 -U_FORTIFY_SOURCE -D_GLIBCXX_ASSERTIONS -fno-omit-frame-pointer \
                    -fsanitize=address,undefined -fno-sanitize-recover=all
variant_coverage := -O0 --coverage
variant_fuzz     := -O2 -U_FORTIFY_SOURCE -D_GLIBCXX_ASSERTIONS -fno-omit-frame-pointer \
                    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
$(if $(filter undefined,$(origin variant_$(VARIANT))),$(error VARIANT: release debug asan coverage fuzz))

PKGS    := $(sort $(foreach x,$(LIBRARIES) $(PROGRAMS) $(TOOLS) $(TESTS),$($x.pkgs)))
INCS    := -I. $(if $(PKGS),$(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null)))
WARN    := -Wall -Wextra -Wshadow -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual
DEFS    := -DHAD_VERSION='"$(VERSION)"' -DBOOST_ASIO_NO_DEPRECATED
# g++ looks for garbage from 128 MB on, which takes a sixth of its time; few sources come to 512 MB.
ROOM    := $(if $(findstring clang,$(CXX)),,--param ggc-min-heapsize=524288)
COMPILE  = $(CXX) -std=c++20 $(ROOM) $(WARN) $(DEFS) $(INCS) $(CPPFLAGS) $(CXXFLAGS) $(variant_$(VARIANT)) -MMD -MP
# As needed: one library of ours may want what a program that uses another part of it does not.
LINK     = $(CXX) $(CXXFLAGS) $(variant_$(VARIANT)) -Wl,--as-needed $(LDFLAGS)

ifneq ($(V),1)
Q   := @
say  = @printf '  %-7s %s\n' $1 $@
endif

# --- Rules: they know no file names --------------------------------------------------------------
# The flags are an input: this file is rewritten only when they change.
$B/flags: FORCE
	@mkdir -p $B; echo "$(subst ",\",$(COMPILE) $(LDFLAGS))" | cmp -s - $@ || \
	    echo "$(subst ",\",$(COMPILE) $(LDFLAGS))" >$@

$B/obj/%.o: %.cpp $B/flags
	@mkdir -p $(@D)
	$(call say,CXX)
	$(Q)$(COMPILE) -c $< -o $@

# What a test does itself takes milliseconds; unoptimized it is built in half the time.
unoptimized = $(eval $B/obj/test/$1/%.o: private COMPILE += -O0 -U_FORTIFY_SOURCE $2)
$(foreach d,unit stories scenario,$(call unoptimized,$d,$$(PCH_INCLUDE)))
$(if $(filter fuzz,$(VARIANT)),,$(call unoptimized,fuzz))

objs    = $(patsubst %.cpp,$B/obj/%.o,$($1.src))
libs    = $(patsubst %,$B/lib/lib%.a,$($1.libs))
pkgs    = $(sort $($1.pkgs) $(foreach l,$($1.libs),$($l.pkgs)))
ALL_SRC = $(sort $(foreach x,$(LIBRARIES) $(PROGRAMS) $(TOOLS) $(TESTS),$($x.src)))

# Much of the rest is the headers of the standard library, of Boost.Test and JSON: g++ reads them once.  (ccache keeps
# nothing that was made with them, and clang calls them otherwise.)
ifeq ($(CXX),g++)
PCH         := $B/pch/had/pch.hpp.gch
TEST_PCH    := $B/pch/test/pch.hpp.gch
PCH_INCLUDE := -include $B/pch/test/pch.hpp -Winvalid-pch
$B/pch/%.hpp.gch: %.hpp $B/flags
	@mkdir -p $(@D)
	$(call say,PCH)
	$(Q)$(filter-out -MMD -MP,$(COMPILE)) -x c++-header $< -o $@
$(TEST_PCH): private COMPILE += -O0 -U_FORTIFY_SOURCE
$(TEST_PCH): test/boost_test.hpp
with_test_pch := $(filter test/unit/% test/stories/% test/scenario/%,$(ALL_SRC))
with_pch      := $(filter-out $(with_test_pch) test/fuzz/%,$(ALL_SRC))
$(with_test_pch:%.cpp=$B/obj/%.o): $(TEST_PCH)
$(with_pch:%.cpp=$B/obj/%.o): $(PCH)
$(with_pch:%.cpp=$B/obj/%.o): private COMPILE += -include $B/pch/had/pch.hpp -Winvalid-pch
$B/obj/test/unit/main.o: private PCH_INCLUDE :=     # the one that has Boost.Test make the main program
endif

define library
$B/lib/lib$1.a: $(call objs,$1)
	@mkdir -p $$(@D)
	$$(call say,AR)
	$(Q)rm -f $$@ && $(AR) qcs $$@ $$^
endef
define program
$B/bin/$1: $(call objs,$1) $(call libs,$1)
	@mkdir -p $$(@D)
	$$(call say,LD)
	$(Q)$(LINK) $$^ $(if $(call pkgs,$1),$$(shell $(PKG_CONFIG) --libs $(call pkgs,$1))) $($1.ldlibs) -o $$@
endef
# What a test preloads into a program: one source, so that no option of the others' is its own.
define preload
$B/lib/lib$1.so: $($1.src) $B/flags
	@mkdir -p $$(@D)
	$$(call say,PRELOAD)
	$(Q)$$(COMPILE) -fPIC -shared $$< -o $$@
endef
$(foreach l,$(LIBRARIES),$(eval $(call library,$l)))
$(foreach l,$(PRELOADS),$(eval $(call preload,$l)))
$(foreach p,$(PROGRAMS) $(TOOLS) $(TESTS),$(eval $(call program,$p)))

# --- Targets -------------------------------------------------------------------------------------
all: $(PROGRAMS)
$(PROGRAMS): %: $B/bin/%     # `make had` is the program, though a folder had/ exists

check-fast: $(FAST_TESTS:%=$B/bin/%) \
            $(if $(filter asan,$(VARIANT)),,check-layers check-width check-headers check-completion check-programs check-etc)
	$(Q)test/run $(filter $B/bin/%,$^)

update-golden: $B/bin/test-core     # records what the samples of test/config give; read the difference
	$(Q)HAD_UPDATE_GOLDEN=1 $< --run_test=config_golden

# A folder is a dependency rule.  That a forbidden include is caught is tried on a tree that has one of each kind.
check-layers:
	$(Q)test/check-layers
	$(Q)rm -rf $B/layers && mkdir -p $B/layers/had/core/base $B/layers/had/run && \
	    echo '#include "had/core/plan/plan.hpp"' >$B/layers/had/core/base/up.hpp && \
	    echo '#include <sys/socket.h>' >$B/layers/had/core/base/os.cpp && \
	    echo '#include <boost/asio.hpp>' >$B/layers/had/run/loop.cpp && \
	    [ $$(test/check-layers $B/layers | wc -l) -eq 3 ] || { echo "a forbidden include is not caught"; false; }

# Installed by somebody who keeps his files to himself: all have their modes.
check-etc: $(PROGRAMS)
	$(Q)rm -rf $B/installed && umask 077 && \
	    $(MAKE) --no-print-directory -s install DESTDIR=$(CURDIR)/$B/installed >/dev/null
	$(Q)test/check-etc $B/installed $B/bin

check-completion: $(PROGRAMS)     # bash completes what the programs themselves list in --help
	$(Q)test/check-completion $B/bin

check-programs: $(PROGRAMS)       # what they make of streams, words and files that cannot be meant
	$(Q)test/check-programs $B/bin

# A build of its own, twice as long as the other: part of soak, not of check.
sanitize:
	@$(MAKE) --no-print-directory VARIANT=asan check-fast

# Clang's libFuzzer makes up inputs, the sanitizers watch, and test/fuzz/run tells what came of it.  FUZZ: only
# these targets.  RUNS: so many inputs each instead of SECONDS.  SEED: the random numbers of an earlier run.
FUZZ_CXX ?= clang++
FUZZ     ?= $(FUZZ_TARGETS)
SECONDS  ?= $(if $(RUNS),0,60)
build-fuzz: $(FUZZ:%=$B/bin/fuzz-%)
fuzz: DEPS := $(BUILD_DEPS) $(FUZZ_DEPS)
fuzz:
	$(install-missing)
	@$(MAKE) --no-print-directory VARIANT=fuzz CXX='$(FUZZ_CXX)' FUZZ='$(FUZZ)' build-fuzz
	@test/fuzz/run build/fuzz '$(SECONDS)' '$(RUNS)' '$(SEED)' $(FUZZ)

# Stories run on the real kernel in a virtual chassis; KERNEL_PACKAGE chooses another one.  HAD_SOAK: also
# those that are labelled long, and a test that has a longer form takes it.  ONLY: Boost.Test's filter.
ONLY ?= $(if $(HAD_SOAK),*,!@long)
build-stories: $(PROGRAMS) $(STORY_TESTS:%=$B/bin/%) $(STORY_PARTS)
# All that `make check` compiles, on every core; its tests run beside each other afterwards.
build-check: build-stories check-headers $(FAST_TESTS:%=$B/bin/%) $(FAULT_PARTS)
check-stories: build-stories
	$(Q)HAD_KERNEL=$(KERNEL_PACKAGE) test/run --run_test='$(ONLY)' $(STORY_TESTS:%=$B/bin/%)

# What the long stories install, or run beside the daemon: a browser's page, a DHCP client's and a PPPoE line's far ends.
SOAK_DEPS := lintian chromium cockpit-ws cockpit-bridge ppp pppoe dnsmasq-base dhcpcd-base isc-dhcp-client udhcpc
# The long form: sanitizers, fuzzers, the package, then every story on both kernels, ROUNDS times over, emulated
# whether it needs cards or not, and those that need none once where they are played.  HAD_SOAK reaches the fast
# tests too, by way of sanitize: of the calls to the kernel that a scenario makes, many more fail.  NetworkManager
# is only downloaded: a story installs it in the virtual chassis, and nobody's machine gets another manager.
ROUNDS       ?= 3
SOAK_KERNELS ?= linux-image-amd64 linux-image-6.12-amd64
soak: export HAD_SOAK := 1
soak: sanitize
	@$(MAKE) --no-print-directory fuzz
	@$(MAKE) --no-print-directory DEPS='$(DEPS) $(SOAK_DEPS)' deps
	@DEB_BUILD_OPTIONS=nocheck $(MAKE) --no-print-directory deb
	lintian --fail-on error,warning build/deb/*.deb
	@mkdir -p build/network-manager/partial
	apt-get install -qq --download-only --no-install-recommends \
	    -o Dir::Cache::archives=$(CURDIR)/build/network-manager network-manager
	@$(MAKE) --no-print-directory ONLY='@beside' check-stories
	@for round in $$(seq $(ROUNDS)); do for kernel in $(SOAK_KERNELS); do \
	    echo "== round $$round on $$kernel"; \
	    $(MAKE) --no-print-directory KERNEL_PACKAGE=$$kernel deps && \
	    HAD_CHASSIS=emulated $(MAKE) --no-print-directory KERNEL_PACKAGE=$$kernel check-stories || exit 1; \
	done; done
	@$(MAKE) --no-print-directory faults

# A sample of the faults: seconds, so part of check.  It says so where the system allows no namespaces.
check-faults: $(FAULT_PARTS)
	$(Q)$B/bin/faults --sample --power-cuts 30 --kills 8

# All of them, and those that need a bond in user-mode Linux, whose kernel has the driver.
KILLS ?= 300
faults:
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory $(FAULT_PARTS) $B/bin/in-uml $B/bin/chassis-agent
	$B/bin/faults --power-cuts 1
	$B/bin/faults --kills $(KILLS)
	$B/bin/faults
	$B/bin/in-uml $(CURDIR)/$B/bin/faults --bonding
	$B/bin/in-uml /bin/sh $(CURDIR)/test/kernel/ask

demo:
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory $(PROGRAMS) $B/bin/chassis $(CHASSIS_PARTS)
	@HAD_KERNEL=$(KERNEL_PACKAGE) $B/bin/chassis

# FIGURE=failover (or failover-e1000), acknowledge, hostile, plug-in, many-ports, extraction, ifenslave, check,
# services or recorder: that one alone.  FIGURE=trace counts instructions, needs no chassis, and takes half a minute.
bench: $(if $(filter trace,$(FIGURE)),bench-trace,bench-chassis)
bench-chassis:
	@$(MAKE) --no-print-directory DEPS='$(DEPS) $(BENCH_DEPS)' deps
	@$(MAKE) --no-print-directory $(PROGRAMS) $(BENCH_PARTS)
	@HAD_KERNEL=$(KERNEL_PACKAGE) $B/bin/bench $(FIGURE)
bench-trace:
	@$(MAKE) --no-print-directory DEPS='$(DEPS) valgrind' deps
	@$(MAKE) --no-print-directory $B/bin/bench-turn
	@test/bench/trace $B/bin/bench-turn

# What it runs, and beside what, says test/check.  SKIPS=allow: a test that this system gives no room for is none.
check:
	@$(MAKE) --no-print-directory deps
	+@MAKE='$(MAKE)' test/check

# apt knows neither the packages nor their mirrors on a machine where it never ran: hence the update.
missing = $(shell for p in $(DEPS); do dpkg-query -W -f '$${db:Status-Status}' $$p 2>/dev/null | \
              grep -qx installed || echo $$p; done)
install-missing = @$(if $(missing),echo "  DEPS    installing: $(missing)" && apt-get -q update && \
    DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends $(missing),:)
deps:
	$(install-missing)
	@$(MAKE) --no-print-directory -s $(KERNEL)/initrd.img

check-width:
	$(Q)! LC_ALL=C.UTF-8 grep -rnE --include='*.[ch]pp' --include='*.js' --include='*.mjs' --include='*.css' '^.{121,}' \
	    $(DIRS) etc

# Every header compiles alone: one that has a source is what that source includes first.
HEADERS := $(filter-out $(ALL_SRC:.cpp=.hpp) $(UNBUILT_HEADERS),$(shell find $(DIRS) -name '*.hpp'))
check-headers: $(HEADERS:%=$B/headers/%.ok)
	$(Q)! for s in $(ALL_SRC); do h=$${s%.cpp}.hpp; [ ! -f $$h ] || \
	    grep -m1 '^#include "' $$s | grep -qF "\"$$h\"" || echo "$$s: includes $$h not first"; done | grep .
$B/headers/%.ok: % $B/flags
	@mkdir -p $(@D)
	$(Q)$(filter-out -MMD -MP,$(COMPILE)) -fsyntax-only -x c++ -include $< /dev/null && touch $@

# A few minutes a core, so no part of check: before a release, and for a file that changed.
TIDY ?= clang-tidy
tidy: compile_commands.json
	$(Q)printf '%s\n' $(or $(FILES),$(ALL_SRC)) | xargs -P $(shell nproc) -n 4 $(TIDY) -p . --quiet

comma := ,
entry  = {"directory":"$(CURDIR)"$(comma)"file":"$1"$(comma)"command":"$(subst ",\",$(COMPILE)) -c $1"}
compile_commands.json:       # needs neither bear nor a build
	$(call say,GEN)
	@$(file >$@,[$(call entry,$(firstword $(ALL_SRC))))\
	 $(foreach s,$(wordlist 2,9999,$(ALL_SRC)),$(file >>$@,$(comma)$(call entry,$s)))\
	 $(file >>$@,]):

PREFIX         ?= /usr/local
SBINDIR        ?= $(PREFIX)/sbin
BINDIR         ?= $(PREFIX)/bin
SYSCONFDIR     ?= /etc
MANDIR         ?= $(PREFIX)/share/man
DOCDIR         ?= $(PREFIX)/share/doc/had
COMPLETIONDIR  ?= $(PREFIX)/share/bash-completion/completions
SYSTEMDUNITDIR ?= $(PREFIX)/lib/systemd/system
TMPFILESDIR    ?= $(PREFIX)/lib/tmpfiles.d
CATALOGDIR     ?= $(PREFIX)/lib/systemd/catalog
MODPROBEDIR    ?= $(PREFIX)/lib/modprobe.d
SHAREDIR       ?= $(PREFIX)/share/had
COCKPITDIR     ?= $(PREFIX)/share/cockpit
OCFDIR         ?= $(PREFIX)/lib/ocf/resource.d/had
INSTALL        ?= install
SBIN_PROGRAMS  := $(filter-out hadctl pcidb,$(PROGRAMS))     # who changes the network
# A file in SYSCONFDIR is the site's and is never replaced; the samples are in DOCDIR too.
install: all
	$(INSTALL) -d $(addprefix $(DESTDIR),$(SBINDIR) $(BINDIR) $(SYSCONFDIR) $(DOCDIR) $(DOCDIR)/schema $(DOCDIR)/monitoring $(DOCDIR)/examples/notify \
	    $(MANDIR)/man5 $(MANDIR)/man7 $(MANDIR)/man8 $(COMPLETIONDIR) $(SYSTEMDUNITDIR) $(TMPFILESDIR) $(CATALOGDIR) $(MODPROBEDIR) \
	    $(SHAREDIR)/cockpit $(COCKPITDIR) $(OCFDIR))
	$(INSTALL) -m 0755 $(SBIN_PROGRAMS:%=$B/bin/%) $(DESTDIR)$(SBINDIR)
	$(INSTALL) -m 0755 $B/bin/hadctl $B/bin/pcidb $(DESTDIR)$(BINDIR)
	$(INSTALL) -m 0644 doc/man/*.5 $(DESTDIR)$(MANDIR)/man5
	$(INSTALL) -m 0644 doc/man/*.7 $(DESTDIR)$(MANDIR)/man7
	$(INSTALL) -m 0644 doc/man/*.8 $(DESTDIR)$(MANDIR)/man8
	$(INSTALL) -m 0644 etc/*.conf doc/*.md $(DESTDIR)$(DOCDIR)
	$(INSTALL) -m 0644 doc/schema/*.json $(DESTDIR)$(DOCDIR)/schema
	$(INSTALL) -m 0644 etc/examples/*.conf $(DESTDIR)$(DOCDIR)/examples
	$(INSTALL) -m 0755 etc/had.init $(DESTDIR)$(DOCDIR)
	$(INSTALL) -m 0644 etc/monitoring/*.yml etc/monitoring/*.json $(DESTDIR)$(DOCDIR)/monitoring
	$(INSTALL) -m 0755 $(filter-out %.txt,$(wildcard doc/examples/notify/*)) $(DESTDIR)$(DOCDIR)/examples/notify
	$(INSTALL) -m 0644 doc/examples/notify/*.txt $(DESTDIR)$(DOCDIR)/examples/notify
	$(INSTALL) -m 0755 etc/monitoring/check_had $(DESTDIR)$(DOCDIR)/monitoring
	$(INSTALL) -m 0644 etc/completion/* $(DESTDIR)$(COMPLETIONDIR)
	$(INSTALL) -m 0644 kmod-config/*.conf $(DESTDIR)$(MODPROBEDIR)
	$(INSTALL) -m 0644 etc/cockpit/had/* $(DESTDIR)$(SHAREDIR)/cockpit
	ln -sfn ../had/cockpit $(DESTDIR)$(COCKPITDIR)/had     # hadctl report has them without Cockpit
	$(INSTALL) -m 0755 etc/ocf/bond $(DESTDIR)$(OCFDIR)
	$(INSTALL) -m 0644 etc/had.catalog $(DESTDIR)$(CATALOGDIR)
	$(INSTALL) -m 0644 etc/had.tmpfiles $(DESTDIR)$(TMPFILESDIR)/had.conf
	$(Q)mkdir -p $B/units && for u in etc/*.service; do \
	    sed 's,/usr/sbin/,$(SBINDIR)/,; s,/usr/bin/,$(BINDIR)/,' $$u >$B/units/$${u##*/} || exit 1; done
	$(INSTALL) -m 0644 $B/units/*.service $(DESTDIR)$(SYSTEMDUNITDIR)
	@for f in $(notdir $(wildcard etc/*.conf)); do to=$(DESTDIR)$(SYSCONFDIR)/$$f; \
	    if [ -e $$to ]; then echo "  KEEP    $$to"; \
	    else echo "$(INSTALL) -m 0644 etc/$$f $$to"; $(INSTALL) -m 0644 etc/$$f $$to; fi; done

# A Debian package, built apart from this tree in build/deb, with the distribution's flags.  Its tests
# are check-fast; DEB_BUILD_OPTIONS=nocheck leaves them out.
DEB_DEPS := debhelper dpkg-dev fakeroot
DEB_TREE  = build/deb/had-$(VERSION)
deb: DEPS := $(BUILD_DEPS) $(DEB_DEPS)
deb:
	@grep -q '^had ($(VERSION))' etc/debian/changelog || \
	    { echo "etc/debian/changelog does not begin with version $(VERSION)" >&2; exit 1; }
	$(install-missing)
	$(Q)rm -rf build/deb && mkdir -p $(DEB_TREE)
	$(Q)tar -c --exclude=./build --exclude=./.git . | tar -x -C $(DEB_TREE) && cp -r etc/debian $(DEB_TREE)
	$(Q)cd $(DEB_TREE) && dpkg-buildpackage --build=binary --no-sign --no-pre-clean
	@ls build/deb/*.deb

clean:
	$(Q)rm -rf build compile_commands.json

.PHONY: all $(PROGRAMS) check soak demo bench bench-chassis bench-trace check-fast sanitize fuzz build-fuzz \
        update-golden \
        build-stories build-check check-stories check-faults faults check-layers check-width check-headers check-completion check-programs check-etc \
        deb deps tidy \
        compile_commands.json install clean FORCE
FORCE:
-include $(ALL_SRC:%.cpp=$B/obj/%.d)
