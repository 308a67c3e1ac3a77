// The procedure that had replaces, as manuals of servers with hot-swap slots print it for an operator: nine
// steps, typed one after the other.  Beside a running had they must end as the manual says.
#include "test/stories/cpci_story.hpp"

using namespace had::test;

namespace {

constexpr const char* rules = "/etc/udev/rules.d/70-persistent-net.rules";

// udevd names each card's port by its MAC address, as the manual's machine does.
struct ByTheManual : OnCpci {
    ByTheManual() {
        std::string text;
        for (const int slot : {2, 12})
            text += fmt::format("SUBSYSTEM==\"net\", ACTION==\"add\", ATTR{{address}}==\"{}\", NAME=\"{}\"\n",
                                mac(slot), name(slot));
        guest.write_file(rules, text);
        guest.expect("/lib/systemd/systemd-udevd --daemon && udevadm settle", 60s);
        for (const int slot : {2, 12}) chassis.insert(slot, card(slot));
        start(conf());
        wait("bond0", "healthy", 60s);
        for (const int slot : {2, 12}) BOOST_TEST(named(slot, 0) == name(slot));
    }

    static std::string name(int slot) { return fmt::format("lan{}", slot); }
    std::string mac(int slot) const { return fmt::format("52:54:00:ab:{:02x}:{:02x}", slot, exchanges_); }
    Card card(int slot) const { return {"virtio", 1, {mac(slot)}}; }

    // At the operator's prompt.
    std::string type(const std::string& line) {
        const Result result = guest.run(line, 60s);
        BOOST_TEST_MESSAGE("# " << line << '\n' << result.out << result.err);
        BOOST_TEST(result.rc == 0, line << ": " << result.err);
        return result.out;
    }

    void exchange_card(int slot) {
        const std::string port = name(slot), spare = name(slot == 2 ? 12 : 2), old = mac(slot);
        // 1. The bus address of the card.
        const std::string where = type("ethtool -i " + port + " | grep bus-info");
        const std::string address = where.substr(where.find(' ') + 1, std::string_view("0000:01:02").size());
        // 2. Its slot.
        const std::string found = type("grep " + address + " /sys/bus/pci/slots/*/address");
        const std::string power = found.substr(0, found.rfind("/address:")) + "/power";
        // 3. Whether the bond sends on it, and 4. if so, away from it.
        BOOST_TEST(type("cat /sys/class/net/bond0/bonding/active_slave") == port + '\n');
        type("ifenslave -c bond0 " + spare);
        // 5. Out of the bond.
        type("ifenslave -d bond0 " + port);
        // 6. The slot is switched off, and says by its LED that the card may be pulled.
        type("echo 0 >" + power);
        BOOST_TEST(emulated().blue_led(slot));
        // 7. and 8. Another card, whose address takes the old one's place where names are given.
        ++exchanges_;
        emulated().tear_out(slot);
        type("sed -i s/" + old + "/" + mac(slot) + "/ " + rules + " && udevadm control --reload");
        // It reads them with the next event, and that would be the card's: too long for had, on this machine.
        type("udevadm trigger --settle /sys/class/net/lo");
        chassis.insert(slot, card(slot));
        type("echo 1 >" + power);
        // 9. Into the bond.
        guest.wait_until("test -e /sys/class/net/" + port, 30s);
        type("ifenslave bond0 " + port);

        wait("bond0", "healthy", 60s);
        BOOST_TEST(named(slot, 0) == port);
        BOOST_TEST(active() == spare);
        BOOST_TEST(status().find("left out") == std::string::npos, status_now);
    }

private:
    int exchanges_ = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(manual, *boost::unit_test::label("long"))

BOOST_FIXTURE_TEST_CASE(the_nine_steps_typed_beside_had_end_with_the_new_card_in_the_bond, ByTheManual) {
    Traffic traffic(guest, 50);
    const int slot = active_slot();
    exchange_card(slot);
    traffic.wait_flowing();
    const TrafficReport report = traffic.stop();
    BOOST_TEST_MESSAGE(report);
    BOOST_TEST(report.gap < 1s, report);
    check_thread();
    guest.expect(std::string("rm ") + rules);                 // the next story's chassis may be this one
}

BOOST_AUTO_TEST_SUITE_END()
