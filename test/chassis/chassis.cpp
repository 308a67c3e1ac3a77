// What both kinds have: seats and cables, the far end, and how one story's chassis becomes the next one's.
#include "test/chassis/chassis.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

#include "test/chassis/emulated_chassis.hpp"
#include "test/chassis/place.hpp"
#include "test/chassis/played_chassis.hpp"

namespace had::test {
namespace {

// The boot takes some seconds alone on a core, and many times that when the machine is busy.
constexpr Limit boot_limit = 120s;

// Every interface of the far end that is there, then the switch.  Run anew for every story, so it
// first takes away what the last one made there.
constexpr const char* far_end_script = R"sh(
/bin/ip -n far -o link >/run/far.links
{{
    while IFS=': @' read -r index name rest; do
        case $name in lo|far[0-9]*) ;; *) echo "link del $name" ;; esac
    done </run/far.links
    echo 'link set lo up'
    echo 'addr flush dev lo scope global'
    echo 'link add br0 address 52:54:00:fb:00:01 type bridge stp_state 0 forward_delay 0 mcast_snooping 0'
    echo 'addr add {address} dev br0'
    echo 'link set br0 up'
    while IFS=': @' read -r index name rest; do
        case $name in far[0-9]*) echo "link set $name master br0 up" ;; esac
    done </run/far.links
}} >/run/far.build
/bin/ip -n far -batch /run/far.build
)sh";

// Interfaces that stories make, the addresses, routes and rules that do not go with them, their modules (newest first,
// so users before what they use; those of the boot stay), their files.  busybox runs its own applets without starting a
// program.
constexpr const char* tidy_script = R"sh(
for net in /sys/class/net/*; do
    name=${{net##*/}}
    case $name in lo|bonding_masters) continue ;; esac
    [ -e "$net" ] && [ ! -e "$net/device" ] && echo "link del $name"
done >/run/links
[ ! -s /run/links ] || /bin/ip -force -batch /run/links
/bin/ip addr flush dev lo scope global
for family in -4 -6; do
    /bin/ip $family route flush type blackhole
    /bin/ip $family rule show | while IFS=: read -r priority rule; do
        case $priority in 0|32766|32767) ;; *) /bin/ip $family rule del priority $priority ;; esac
    done
done 2>/dev/null
keep={modules}
keep=" $(echo $keep) "
cat /proc/modules >/run/modules # a copy: a list that shrinks while it is read skips lines
while read -r module rest; do
    case $keep in
    *" $module "*) ;;
    *) rmmod "$module" ;;
    esac
done </run/modules
rm -rf /run/had /run/udev /run/links /run/modules /run/*.log /run/chassis-traffic /var/lib/had /etc/had.conf \
       /etc/pcidrivers.conf /tmp/*
dmesg -c >/dev/null
)sh";

std::string in_busybox(const std::string& script) { return "exec busybox sh -c " + shell_word(script); }

bool is_emulated_anyway() {
    const char* kind = std::getenv("HAD_CHASSIS");
    return kind && std::string_view(kind) == "emulated";
}

} // namespace

Options ports_only() {
    Options options;
    options.needs = Needs::ports;
    return options;
}

std::unique_ptr<Chassis> make_chassis(const Options& options) {
    if (options.needs == Needs::cards || is_emulated_anyway()) return std::make_unique<EmulatedChassis>(options);
    return std::make_unique<PlayedChassis>(options);
}

Chassis::Chassis(Options options, Fd agent, std::string_view kind)
    : options_(std::move(options)), guest_(std::move(agent)), kind_(kind) {}

Chassis::~Chassis() = default;

std::string Chassis::log(std::string_view of) const {
    return fmt::format("{}/{}-{}-{}.log", place().logs, kind_, of, getpid());
}

std::string Chassis::console_tail() const {
    std::string all;
    for (const char* of : {"machine", "console"}) {
        std::ifstream file(log(of));
        std::stringstream text;
        text << file.rdbuf();
        all += text.str();
    }
    constexpr std::size_t enough = 4000;
    return all.size() > enough ? all.substr(all.size() - enough) : all;
}

void Chassis::wait_ready() { guest_.wait_ready(boot_limit); }

void Chassis::remember_modules() { modules_at_boot_ = guest_.expect("lsmod | cut -d' ' -f1"); }

void Chassis::build_far_end() {
    if (options_.cables == 0) return;
    guest_.expect(in_busybox(fmt::format(far_end_script, fmt::arg("address", options_.far_address))));
}

void Chassis::tidy() {
    guest_.expect(in_busybox(fmt::format(tidy_script, fmt::arg("modules", shell_word(modules_at_boot_)))), 60s);
}

Chassis::Seat& Chassis::seat(int slot) {
    auto found = seats_.find(slot);
    if (found == seats_.end())
        throw std::logic_error(fmt::format("no card was put into slot {}", slot));
    return found->second;
}

Chassis::Port& Chassis::port(int slot, int number) {
    auto& ports = seat(slot).ports;
    if (number < 0 || static_cast<std::size_t>(number) >= ports.size())
        throw std::logic_error(fmt::format("the card in slot {} has no port {}", slot, number));
    return ports[static_cast<std::size_t>(number)];
}

int Chassis::take_cable() {
    int n = 0;
    while (cables_in_use_.contains(n))
        ++n;
    cables_in_use_.insert(n);
    return n;
}

// No name and no made-up address is ever used twice: another card is another card.
Chassis::Seat Chassis::make_seat(const Card& card) {
    const int cables = static_cast<int>(cables_in_use_.size()) + card.functions;
    if (options_.cables > 0 && cables > options_.cables)
        throw std::logic_error(
            fmt::format("no cables are left for it: there are {} in all", options_.cables));
    const int serial = ++cards_so_far_;
    Seat seat{card, {}, card.bridged ? fmt::format("card{}", serial) : ""};
    for (int n = 0; n < card.functions; ++n) {
        auto mac =
            fmt::format("52:54:00:{:02x}:{:02x}:{:02x}", serial >> 8 & 0x7f, serial & 0xff, n);
        if (static_cast<std::size_t>(n) < card.macs.size())
            mac = card.macs[static_cast<std::size_t>(n)];
        seat.ports.push_back({fmt::format("card{}-port{}", serial, n), mac, take_cable()});
    }
    return seat;
}

void Chassis::pull(int slot, Limit limit) {
    begin_pull(slot);
    if (!finish_pull(slot, limit))
        throw std::runtime_error(fmt::format("the guest does not let go of the card in slot {}: "
                                             "{} ms passed",
                                             slot, limit.count()));
}

std::vector<int> Chassis::filled_slots() const {
    std::vector<int> slots;
    for (const auto& [slot, seat] : seats_)
        slots.push_back(slot);
    return slots;
}

std::string Chassis::mac(int slot, int number) {
    return port(slot, number).mac;
}

std::string Chassis::far_interface(int slot, int number) {
    return fmt::format("far{}", port(slot, number).cable);
}

} // namespace had::test
