#include "test/chassis/played_chassis.hpp"

#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <unistd.h>

#include "test/chassis/place.hpp"

namespace had::test {
namespace {

// What the daemon is shown in an emulated one, too.
struct Model {
    std::string_view name;
    const char *id, *driver;
};
constexpr Model models[] = {
    {"virtio", "1af4:1000", "virtio-pci"},
    {"e1000", "8086:100e", "e1000"},
    {"rtl8139", "10ec:8139", "8139cp"},
};

const Model& model_of(const Card& card) {
    for (const Model& model : models)
        if (model.name == card.model) return model;
    throw std::logic_error("no card of the model " + card.model + " is played: the story needs cards");
}

// The kernel names the near end, as it would a card's.
constexpr const char* plug_script = R"sh(
n=0
for port in {ports}; do
    while [ -e /sys/class/net/eth$n ]; do n=$((n + 1)); done
    mac=${{port%,*}} far=${{port#*,}}
    /bin/ip link add eth$n address $mac type veth peer name $far netns far && echo eth$n || exit
    n=$((n + 1))
    echo "link set $far {switch} up" >&3
done 3>/run/plug
/bin/ip -n far -batch /run/plug
)sh";

} // namespace

PlayedChassis::PlayedChassis(Options options) : PlayedChassis(std::move(options), socket_pair()) {}

PlayedChassis::PlayedChassis(Options options, std::pair<Fd, Fd> agent)
    : Chassis(std::move(options), std::move(agent.first), "played") {
    linux_ = std::make_unique<Child>(command_line(agent.second.get()), std::vector{agent.second.get()},
                                     log("machine"));
    agent.second.reset();
    try {
        boot();
    } catch (const std::exception& e) {
        throw std::runtime_error(fmt::format("the chassis does not boot: {}\n{}", e.what(), console_tail()));
    }
}

std::vector<std::string> PlayedChassis::command_line(int agent) const {
    const Place& p = place();
    const std::string directory = p.logs + "/uml";
    std::filesystem::create_directories(directory);
    // Each of the guest's processes is one of ours, which would outlive a kernel that is killed: in a namespace
    // of their own they cannot.
    std::vector<std::string> argv{"unshare", "--pid", "--fork", "--kill-child"};
    if (::geteuid() != 0) argv.push_back("--map-root-user");
    const std::vector<std::string> kernel{"linux.uml",
                                          fmt::format("mem={}M", options_.memory_mb),
                                          "rootfstype=hostfs",
                                          "rootflags=/",
                                          "ro",
                                          "init=" + p.tree + "/test/chassis/guest/init",
                                          "con0=null,fd:1",
                                          "con=null",
                                          "ssl=null",
                                          fmt::format("ssl0=fd:{}", agent),
                                          "quiet",
                                          "uml_dir=" + directory,
                                          "chassis.tree=" + p.tree,
                                          "chassis.modules=/usr/lib/uml/modules",
                                          "chassis.agent=" + p.bin + "/chassis-agent"};
    argv.insert(argv.end(), kernel.begin(), kernel.end());
    if (!options_.kernel_arguments.empty()) argv.push_back(options_.kernel_arguments);
    return argv;
}

void PlayedChassis::boot() {
    wait_ready();
    guest_.expect("modprobe -a ipv6 veth bridge && ip netns add far");
    build_far_end();
    remember_modules();
    for (const auto& [slot, card] : options_.cards) insert(slot, card);
}

// A signal wakes it (arch/um/kernel/um_arch.c).  What the agent is asked before it is awake is lost.
void PlayedChassis::suspend(Limit asleep) {
    const std::string word = fmt::format("awake for the {}. time", ++sleeps_);
    guest_.spawn(fmt::format("echo freeze >/sys/power/state && echo '{}' >/dev/console", word));
    std::this_thread::sleep_for(asleep);
    const auto is_awake = [&] {
        linux_->signal_children(SIGUSR1);
        return console_tail().find(word) != std::string::npos;
    };
    guest_.wait_until(is_awake, 60s, "the machine is awake again");
}

void PlayedChassis::insert(int slot, const Card& card) {
    if (seats_.contains(slot)) throw std::logic_error(fmt::format("slot {} is not empty", slot));
    const Model& model = model_of(card);
    Seat& seat = seats_[slot] = make_seat(card);
    std::string ports;
    for (const Port& port : seat.ports) ports += fmt::format("{},far{} ", port.mac, port.cable);
    const std::string script = fmt::format(plug_script, fmt::arg("ports", ports),
                                           fmt::arg("switch", options_.cables > 0 ? "master br0" : ""));
    std::istringstream made(guest_.expect("exec busybox sh -c " + shell_word(script)));
    Json interfaces = Json::array();
    for (Port& port : seat.ports) {
        made >> port.id;
        interfaces.push_back(port.id);
    }
    guest_.play({{"do", "insert"}, {"slot", slot}, {"card", model.id}, {"driver", model.driver},
                 {"interfaces", interfaces}});
}

void PlayedChassis::begin_pull(int slot) {
    std::string links;
    for (const Port& port : seat(slot).ports) {
        links += "ip link del " + port.id + "; ";
        cables_in_use_.erase(port.cable);
    }
    guest_.run(links);
    guest_.play({{"do", "remove"}, {"slot", slot}});
    seats_.erase(slot);
}

bool PlayedChassis::finish_pull(int slot, Limit) { return !seats_.contains(slot); }

void PlayedChassis::cut_cable(int slot, int number) { set_far_end(slot, number, "down"); }
void PlayedChassis::mend_cable(int slot, int number) { set_far_end(slot, number, "up"); }

void PlayedChassis::set_far_end(int slot, int number, std::string_view state) {
    guest_.expect(fmt::format("ip -n far link set {} {}", far_interface(slot, number), state));
}

bool PlayedChassis::holds_card(int slot) { return seats_.contains(slot); }

std::string PlayedChassis::interface(int slot, int number, Limit) { return port(slot, number).id; }

bool PlayedChassis::is_interface(int slot, int number, const std::string& name) {
    return port(slot, number).id == name;
}

void PlayedChassis::clean() {
    guest_.kill_everything();
    for (const int slot : filled_slots()) begin_pull(slot);
    tidy();
    build_far_end();
    for (const auto& [slot, card] : options_.cards) insert(slot, card);
}

} // namespace had::test
