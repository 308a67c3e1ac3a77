#include "test/chassis/chassis.hpp"

#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include "test/chassis/place.hpp"

namespace had::test {
namespace {

// The boot takes some seconds alone on a core, and many times that when the machine is busy.
constexpr Limit boot_limit = 120s;

// Every interface of the far end by its address, given by us; then the switch.  Run anew for every
// story, so it first takes away what the last one left.
constexpr const char* far_end_script = R"(set -e
ip netns add far 2>/dev/null || true
ip -n far -o link show type bond | sed 's/^[0-9]*: \([^:@]*\).*/\1/' | while read -r bond; do
    ip -n far link del "$bond"
done
ip -n far link del br0 2>/dev/null || true
for net in /sys/class/net/*; do
    case $(cat "$net/address") in
    52:54:00:fa:00:*)
        name=${{net##*/}}
        number=$(cat "$net/address"); number=$((0x${{number##*:}}))
        ip link set "$name" netns far name "far$number" ;;
    esac
done
ip -n far link set lo up
ip -n far link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
ip -n far addr add {address} dev br0
ip -n far link set br0 up
n=0
while [ $n -lt {cables} ]; do
    ip -n far link set "far$n" nomaster
    ip -n far link set "far$n" master br0 up
    n=$((n + 1))
done
)";

} // namespace

Chassis::Chassis(Options options) : Chassis(std::move(options), socket_pair(), socket_pair()) {}

Chassis::Chassis(Options options, Stream qmp, Stream agent)
    : options_(std::move(options)), console_(fmt::format("{}/console-{}.log", place().logs, getpid())),
      qmp_(std::move(qmp.first)), guest_(std::move(agent.first)) {
    const int qmp_fd = qmp.second.get(), agent_fd = agent.second.get();
    qemu_ = std::make_unique<Child>(command_line(qmp_fd, agent_fd), std::vector{qmp_fd, agent_fd},
                                    place().logs + fmt::format("/qemu-{}.log", getpid()));
    qmp.second.reset(); // QEMU's death must be the end of the stream for us
    agent.second.reset();
    try {
        boot();
    } catch (const std::exception& e) {
        throw std::runtime_error(fmt::format("the chassis does not boot: {}\n{}", e.what(),
                                             console_tail()));
    }
}

Chassis::~Chassis() = default;

void Chassis::boot() {
    for (int n = 0; n < options_.cables; ++n)
        set_link(fmt::format("far{}", n), cables_in_use_.contains(n));
    qmp_.execute("cont");
    guest_.wait_ready(boot_limit);
    build_far_end();
    modules_at_boot_ = guest_.expect("lsmod | cut -d' ' -f1");
}

void Chassis::build_far_end() {
    if (options_.cables == 0)
        return;
    guest_.expect("modprobe -a vmxnet3 bridge");
    guest_.expect(fmt::format(far_end_script, fmt::arg("address", options_.far_address),
                              fmt::arg("cables", options_.cables)));
}

std::string Chassis::console_tail() const {
    std::string all;
    for (const char* name : {"qemu", "console"}) {
        std::ifstream file(fmt::format("{}/{}-{}.log", place().logs, name, getpid()));
        std::stringstream text;
        text << file.rdbuf();
        all += text.str();
    }
    constexpr std::size_t enough = 4000;
    return all.size() > enough ? all.substr(all.size() - enough) : all;
}

} // namespace had::test
