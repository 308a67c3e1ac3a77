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

// Every interface of the far end by its address, given by us, then the switch.  Run anew for every
// story, so it first takes away what the last one made there.
constexpr const char* far_end_script = R"sh(
[ -e /run/netns/far ] || /bin/ip netns add far
for net in /sys/class/net/*; do
    read -r mac <"$net/address" || continue
    case $mac in
    52:54:00:fa:00:*) echo "link set ${{net##*/}} netns far name far$((0x${{mac##*:}}))" ;;
    esac
done >/run/far.move
/bin/ip -batch /run/far.move || exit
/bin/ip -n far -o link >/run/far.links
{{
    while IFS=': @' read -r index name rest; do
        case $name in lo|far[0-9]*) ;; *) echo "link del $name" ;; esac
    done </run/far.links
    echo 'link set lo up'
    echo 'link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0'
    echo 'addr add {address} dev br0'
    echo 'link set br0 up'
    for n in $(seq 0 $(({cables} - 1))); do
        echo "link set far$n master br0 up"
    done
}} >/run/far.build
/bin/ip -n far -batch /run/far.build
)sh";

} // namespace

Chassis::Chassis(Options options)
    : Chassis(std::move(options), socket_pair(), socket_pair(), socket_pair(), socket_pair()) {}

Chassis::Chassis(Options options, Stream qmp, Stream agent, Stream op, Stream terminal)
    : options_(std::move(options)),
      console_(fmt::format("{}/console-{}.log", place().logs, getpid())),
      qmp_(std::move(qmp.first)), guest_(std::move(agent.first)),
      operator_port_(std::move(op.first)), terminal_(std::move(terminal.first)) {
    const std::vector fds{qmp.second.get(), agent.second.get(), op.second.get(),
                          terminal.second.get()};
    qemu_ = std::make_unique<Child>(command_line(fds), fds,
                                    place().logs + fmt::format("/qemu-{}.log", getpid()));
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

Chassis::~Chassis() = default;

void Chassis::boot() {
    for (int n = 0; n < options_.cables; ++n)
        set_link(fmt::format("far{}", n), cables_in_use_.contains(n));
    qmp_.execute("cont");
    guest_.wait_ready(boot_limit);
    if (options_.cables > 0) guest_.expect("modprobe -a vmxnet3 bridge", boot_limit);
    build_far_end();
    if (options_.backplane == Backplane::cpci) build_backplane();
    modules_at_boot_ = guest_.expect("lsmod | cut -d' ' -f1");
}

void Chassis::build_far_end() {
    if (options_.cables == 0) return;
    const auto script = fmt::format(far_end_script, fmt::arg("address", options_.far_address),
                                    fmt::arg("cables", options_.cables));
    guest_.expect("exec busybox sh -c " + shell_word(script));
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
