#include "test/chassis/emulated_chassis.hpp"

#include <fmt/format.h>

namespace had::test {
namespace {

// The far end's interfaces, by their addresses, which we gave.
constexpr const char* far_cards_script = R"sh(
[ -e /run/netns/far ] || /bin/ip netns add far
for net in /sys/class/net/*; do
    read -r mac <"$net/address" || continue
    case $mac in
    52:54:00:fa:00:*) echo "link set ${net##*/} netns far name far$((0x${mac##*:}))" ;;
    esac
done >/run/far.move
/bin/ip -batch /run/far.move
)sh";

} // namespace

EmulatedChassis::EmulatedChassis(Options options)
    : EmulatedChassis(std::move(options), socket_pair(), socket_pair(), socket_pair(), socket_pair()) {}

EmulatedChassis::EmulatedChassis(Options options, Stream qmp, Stream agent, Stream op, Stream terminal)
    : Chassis(std::move(options), std::move(agent.first), "emulated"), qmp_(std::move(qmp.first)),
      operator_port_(std::move(op.first)), terminal_(std::move(terminal.first)) {
    const std::vector fds{qmp.second.get(), agent.second.get(), op.second.get(),
                          terminal.second.get()};
    qemu_ = std::make_unique<Child>(command_line(fds), fds, log("machine"));
    qmp.second.reset(); // QEMU's death must be the end of the stream for us
    agent.second.reset();
    op.second.reset();
    terminal.second.reset();
    try {
        boot();
    } catch (const std::exception& e) {
        throw std::runtime_error(
            fmt::format("the chassis does not boot: {}\n{}", e.what(), console_tail()));
    }
}

void EmulatedChassis::boot() {
    for (int n = 0; n < options_.cables; ++n)
        set_link(fmt::format("far{}", n), cables_in_use_.contains(n));
    qmp_.execute("cont");
    wait_ready();
    if (options_.cables > 0) {
        guest_.expect("modprobe -a vmxnet3 bridge", 120s);
        guest_.expect("exec busybox sh -c " + shell_word(far_cards_script));
    }
    build_far_end();
    if (options_.backplane == Backplane::cpci) build_backplane();
    remember_modules();
}

} // namespace had::test
