#include "test/chassis/demo/narrate.hpp"

#include <fmt/format.h>
#include <optional>
#include <stdexcept>

#include "test/chassis/demo/news.hpp"
#include "test/chassis/demo/terminal.hpp"
#include "test/chassis/place.hpp"
#include "test/chassis/traffic.hpp"

namespace had::test::demo {
namespace {

constexpr const char* log = "/run/had.log";

// A place of a port, `12.0`, and what it is called today.
struct Serving {
    int slot = 0, port = 0;
    std::string interface;

    std::string place() const { return fmt::format("{}.{}", slot, port); }
};

class Narrator {
public:
    explicit Narrator(Chassis& chassis)
        : chassis_(chassis), guest_(chassis.guest()), news_(guest_, log) {}

    void start_had();
    void fill();
    void carry_on();
    void replace();
    void cut_and_mend();
    void end();

private:
    void show(const std::string& command);
    std::string mac() { return guest_.expect("cat /sys/class/net/bond0/address"); }
    Serving serving();
    void tell_losses(std::string_view when);

    Chassis& chassis_;
    Guest& guest_;
    News news_;
    std::optional<Traffic> traffic_;
    std::string first_mac_;
    int pulled_ = 0, lost_ = 0;
};

// As typed at the prompt, in colour where we have any.
void Narrator::show(const std::string& command) {
    print(fmt::format("chassis:~# {}\n", command));
    const std::string on_pty = "script -qc " + shell_word(command) + " /dev/null";
    std::string text = guest_.run(on_terminal() ? on_pty : command).out;
    std::erase(text, '\r');
    print(text);
}

Serving Narrator::serving() {
    const Json status = Json::parse(guest_.run("hadctl status --json").out);
    const std::string active = status.at("bonds").at(0).at("active");
    for (const Json& slot : status.at("slots"))
        for (const Json& port : slot.at("ports"))
            if (const std::string name = port.at("name"); port.at("interface") == active)
                return {std::stoi(name), std::stoi(name.substr(name.find('.') + 1)), active};
    throw std::runtime_error("no port carries bond0's traffic");
}

// The losses since the last time.  A packet younger than half a second may still be on its way and
// is not counted: so those of this moment are let grow older first.
void Narrator::tell_losses(std::string_view when) {
    traffic_->wait_flowing();
    const int sent = traffic_->report().sent;
    TrafficReport report;
    guest_.wait_until([&] { return (report = traffic_->report()).sent > sent + 500; }, 30s,
                      "traffic goes on");
    const Serving now = serving();
    print(fmt::format("  {}: {} packets lost; {} in slot {} carries now.\n", when,
                      report.lost - lost_, now.interface, now.slot));
    lost_ = report.lost;
}

void Narrator::start_had() {
    tell("had starts with the sample had.conf of 2002: bond0 is made of the cards in slots\n"
         "2 and 12, slot 16 has a network of its own.  No card is in, no driver loaded.");
    guest_.expect(
        fmt::format("cp {0}/etc/had.conf {0}/etc/pcidrivers.conf /etc", shell_word(place().tree)));
    guest_.spawn("exec had -v", log);
    guest_.wait_until(fmt::format("grep -q 'bond0: down' {}", log), 20s);
    news_.until("bond0", "down");
    show("hadctl status");
    tell("Beside it: had-recorder writes down what happens, had-notify runs a hook at each alarm.");
    guest_.expect("mkdir -p /etc/had/notify.d/alarm_raised.d");
    guest_.write_file("/etc/had/notify.d/alarm_raised.d/10-page", "#!/bin/sh\necho \"$HAD_TEXT\" >>/run/pager\n");
    guest_.expect("chmod 755 /etc/had/notify.d/alarm_raised.d/10-page");
    guest_.spawn("exec had-recorder", "/run/had-recorder.log");
    guest_.spawn("exec had-notify", "/run/had-notify.log");
    guest_.wait_until("hadctl availability bond0", 20s);
    first_mac_ = mac();
}

void Narrator::fill() {
    tell("A card of two ports goes into slot 2, another into slot 12, a single one into\n"
         "slot 16.  had finds each driver in its table and gives each port its role.");
    chassis_.insert(2, {"rtl8139", 2});
    chassis_.insert(12, {"rtl8139", 2});
    chassis_.insert(16, {"virtio"});
    news_.until("16", "healthy");
    news_.until("bond0", "healthy");
    show("hadctl status");
}

void Narrator::carry_on() {
    tell("Traffic runs between 10.0.1.1, bond0, and 10.0.1.2: 1000 packets a second.");
    traffic_.emplace(guest_);
    tell_losses("Undisturbed");
    pulled_ = serving().slot;
    tell(fmt::format("The card in slot {} carries the traffic.  It is pulled.", pulled_));
    chassis_.pull(pulled_);
    news_.until("bond0", "degraded");
    tell_losses("Pulled");
    tell("Monitoring is told what to repair, and where.");
    show("hadctl alarms");
}

void Narrator::replace() {
    tell(fmt::format(
        "A card of another model goes into slot {}: another driver, other MAC addresses.\n"
        "Nobody configures anything.",
        pulled_));
    chassis_.insert(pulled_, {"e1000", 2});
    news_.until("bond0", "healthy");
    tell_losses("Replaced");
    if (mac() != first_mac_) throw std::runtime_error("the MAC address of bond0 changed");
    print(fmt::format("  bond0's MAC address is {}, as before any card came.\n", first_mac_));
}

void Narrator::cut_and_mend() {
    const Serving cut = serving();
    tell(fmt::format("The cable of port {}, which carries the traffic, is cut.", cut.place()));
    chassis_.cut_cable(cut.slot, cut.port);
    news_.until("bond0", "degraded");
    tell_losses("Cut");
    tell("The cable is mended.");
    chassis_.mend_cable(cut.slot, cut.port);
    news_.until("bond0", "healthy");
    tell_losses("Mended");
}

void Narrator::end() {
    const TrafficReport report = traffic_->stop();
    tell(fmt::format("Of {} packets {} were lost, and nobody typed a command.", report.sent,
                     report.lost));
    show("hadctl status");
    tell("What the hook was told, what happened to bond0, and how many nines that was.");
    show("cat /run/pager");
    show("hadctl history bond0 --event failover");
    show("hadctl availability bond0");
}

} // namespace

void tell(std::string_view text) {
    print(on_terminal() ? fmt::format("\n\033[1m{}\033[0m\n", text) : fmt::format("\n{}\n", text));
}

void narrate(Chassis& chassis) {
    Narrator narrator(chassis);
    narrator.start_had();
    narrator.fill();
    narrator.carry_on();
    narrator.replace();
    narrator.cut_and_mend();
    narrator.end();
}

void suggest() {
    tell("The chassis is yours.  What to try:");
    print("  hadctl status --watch          the chassis as it changes; Ctrl-C ends it\n"
          "  operator pull 12               takes a card out\n"
          "  operator insert 12 virtio 2    puts one in: e1000 pcnet rtl8139 virtio; ports\n"
          "  operator cut 2.0               cuts a cable; operator mend 2.0\n"
          "  hadctl explain 2.0             why a port does what it does\n"
          "  hadctl monitor &               tells what happens while you do other things\n"
          "  busybox ping 10.0.1.2          the other side of the cables\n"
          "  exit                           switches the chassis off\n");
}

} // namespace had::test::demo
