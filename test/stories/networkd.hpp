// networkd beside had: told to take every interface that it sees, it must leave those of had.conf.
#pragma once

#include "test/stories/had_story.hpp"

namespace had::test {

// 2.0 is a port of bond0; 2.1 and all else is nobody's.
inline std::string first_of_two() {
    return with(with(article_conf, "2.1 = config2\n", ""), "12.0 = config2\n12.1 = config2\n16 = config1\n", "");
}

// What it gives to each interface that it takes.
inline const std::string networkds_address = "198.51.100.7/24";

struct NetworkdStory : HadStory {
    using HadStory::HadStory;

    void let_networkd_take_all() {
        guest.write_file("/run/systemd/network/50-all.network",
                         "[Match]\nName=en* eth* bond*\n[Network]\nAddress=" + networkds_address +
                             "\nLinkLocalAddressing=no\nLLDP=no\nIPv6AcceptRA=no\n");
    }
    bool networkd_has(const std::string& interface) {
        return guest.run("ip -o addr show dev " + interface + " | grep -q " + networkds_address).rc == 0;
    }
    void wait_networkd_has(int slot, int port) {
        guest.wait_until("ip -o addr show dev " + named(slot, port) + " | grep " + networkds_address, 40s);
    }
    // As networkctl lists it.
    void wait_unmanaged(const std::string& interface) {
        guest.wait_until("networkctl list " + interface + " | grep unmanaged", 40s);
        guest.wait_until("! ip -o addr show dev " + interface + " | grep " + networkds_address, 40s);
    }
};

} // namespace had::test
