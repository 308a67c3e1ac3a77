// had on the CompactPCI backplane: bond0 over slots 2 and 12, a domain each.
#pragma once

#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace had::test {

inline const std::string two_domains =
    "[had]\ndomains = A B\n[domain A]\nslots = 1-8\n[domain B]\nslots = 9-16\n";
// What dies here has no control queue: its driver would wait there for an answer for ever, the RTNL in its hand
// (drivers/net/virtio_net.c virtnet_send_command).
inline Card mortal_card(bool bridged = false) {
    Card card;
    card.bridged = bridged;
    card.extra = {"ctrl_vq=off", "ctrl_rx=off", "ctrl_rx_extra=off", "ctrl_vlan=off", "ctrl_mac_addr=off",
                  "guest_announce=off", "ctrl_guest_offloads=off", "mq=off"};
    return card;
}
inline const Card mortal = mortal_card();

struct OnCpci : HadStory {
    OnCpci() : HadStory(options()) {}
    static Options options() {
        Options o;
        o.backplane = Backplane::cpci;
        return o;
    }
    // bond0 over slots 2 and 12, a domain each, with what more the file is to say.
    std::string conf(const std::vector<int>& slots = {2, 12}) {
        std::string text = two_domains + two_cards_conf;
        for (const int slot : slots)
            text += fmt::format("[slot {}]\nlocation = {}\n", slot, emulated().location(slot));
        return text;
    }
    void begin(const Card& card = {"virtio"}, std::string_view mode = "active-backup") {
        for (const int slot : {2, 12}) chassis.insert(slot, card);
        start(with(conf(), "active-backup", mode));
        wait("bond0", "healthy", 60s);
    }
    void wait_slaves(int count) {
        guest.wait_until(fmt::format("test $(wc -w </sys/class/net/bond0/bonding/slaves) = {}", count), 30s);
    }
    // The kernel is rid of the card, and a new one serves in its place.
    void check_repair(int slot) {
        wait_slaves(1);
        chassis.insert(slot, mortal);
        wait("bond0", "healthy", 60s);
        check_thread();
    }
    void check_thread() { BOOST_TEST(guest.run("pidof cpci_hp_polld").rc == 0); }
    // It goes to sleep after each look.
    void wait_thread_looks(int times) {
        const std::string sleeps = "awk '/^voluntary/ {print $2}' /proc/$(pidof cpci_hp_polld)/status";
        const int until = std::stoi(guest.expect(sleeps)) + times;
        guest.wait_until(fmt::format("test $({}) -ge {}", sleeps, until), 20s);
    }
    // The handle of the active card is opened, the card comes out, and another goes in, so many times.
    void swap_cards(int cycles, const Card& card) {
        for (int cycle = 0; cycle < cycles; ++cycle) {
            const int slot = active_slot();
            chassis.pull(slot);               // which waits for the blue LED
            wait_log(fmt::format("slot {}: safe to pull", slot));
            chassis.insert(slot, card);
            wait("bond0", "healthy", 60s);
        }
    }
};

} // namespace had::test
