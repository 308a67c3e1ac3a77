#include "test/stories/had_story.hpp"

#include "test/boost_test.hpp"

#include <csignal>
#include <filesystem>
#include <stdexcept>

namespace had::test {
namespace {

// Found by name in every command from here on; the build tree is the guest's too.
void install(Guest& guest) {
    guest.expect(
        "for program in had hadctl had-recorder had-notify ifenslave pcidb; do "
        "ln -sf $(command -v $program) /usr/sbin || exit 1; done && "
        "cp " +
        std::filesystem::absolute("etc/pcidrivers.conf").string() + " /etc/pcidrivers.conf");
}

} // namespace

const std::string article_conf = R"([had]
domains = A B
[domain A]
slots = 1-8
[domain B]
slots = 9-16
[bond bond0]
mode = active-backup
miimon = 100
address = 10.0.1.1/24
[config config1]
address = 192.168.10.1
netmask = 255.255.255.0
network = 192.168.10.0
broadcast = 192.168.10.255
[config config2]
bond = bond0
[devices]
2.0 = config2
2.1 = config2
12.0 = config2
12.1 = config2
16 = config1
)";

const std::string two_cards_conf = R"([bond bond0]
mode    = active-backup
miimon  = 100
address = 10.0.1.1/24
[config member]
bond = bond0
[devices]
2  = member
12 = member
)";

std::string with(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error("no such text: " + std::string(from));
    return text.replace(at, from.size(), to);
}

Options renaming() {
    Options options;
    options.interface_names_from_kernel = false;
    return options;
}

Options under_systemd() {
    Options options = renaming();
    options.kernel_arguments = "chassis.init=systemd";
    return options;
}

HadStory::HadStory(const Options& options, Programs programs) : Story(options) {
    if (programs == Programs::of_the_tree) install(guest);
}

void HadStory::start(std::string_view conf, std::string_view arguments) {
    guest.write_file("/etc/had.conf", std::string(conf));
    guest.expect("rm -f /run/had.log");
    had = guest.spawn("exec had -v " + std::string(arguments), "/run/had.log");
    guest.wait_until("hadctl status; test $? -ne 9", 60s);
}

void HadStory::kill() {
    guest.signal(had, SIGKILL);
    guest.wait_exit(had);
}

void HadStory::start_again() {
    had = guest.spawn("exec had -v", "/run/had-again.log");
    guest.wait_until("hadctl status; test $? -ne 9", 60s);
}

void HadStory::reload(std::string_view conf) {
    guest.write_file("/etc/had.conf", std::string(conf));
    guest.expect("hadctl reload");
}

void HadStory::wait(std::string_view object, std::string_view health, Limit limit) {
    const auto seconds = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(limit).count());
    guest.expect("hadctl wait " + std::string(object) + " --until " + std::string(health) +
                     " --timeout " + seconds,
                 limit + 5s);
}

void HadStory::wait_earned(Limit limit) {
    guest.wait_until("now=$(hadctl status --json); case $now in *'\"earned\":false'*) exit 1;; *'\"earned\":true'*) ;; "
                     "*) exit 1;; esac", limit);
}

void HadStory::wait_log(std::string_view pattern, Limit limit) {
    guest.wait_until("grep -E " + shell_word(pattern) + " /run/had.log", limit);
}

std::string HadStory::named(int slot, int port) {
    chassis.interface(slot, port);            // which waits for it
    guest.expect("udevadm settle", 60s);
    return chassis.interface(slot, port);
}

int HadStory::active_slot() {
    const std::string name = active();
    for (const int slot : chassis.filled_slots())
        for (int port = 0; port < chassis.ports(slot); ++port)
            if (chassis.is_interface(slot, port, name)) return slot;
    throw std::runtime_error("no card has the active port " + name);
}

void expect_no_loss(const TrafficReport& report) {
    BOOST_TEST_MESSAGE(report);
    BOOST_TEST(report.sent > 500, report);
    BOOST_TEST(report.lost == 0, report);
}

} // namespace had::test
