// Other managers of networks beside had: told to take every interface that they see, each must leave those of
// had.conf.
#pragma once

#include "test/stories/had_story.hpp"

namespace had::test {

// 2.0 is a port of bond0; 2.1 and all else is nobody's.
inline std::string first_of_two() {
    return with(with(article_conf, "2.1 = config2\n", ""), "12.0 = config2\n12.1 = config2\n16 = config1\n", "");
}

// What the other one gives to each interface that it takes.
inline const std::string others_address = "198.51.100.7/24";

struct OtherManagerStory : HadStory {
    using HadStory::HadStory;

    bool other_has(const std::string& interface) {
        return guest.run("ip -o addr show dev " + interface + " | grep -q " + others_address).rc == 0;
    }
    void wait_other_has(int slot, int port) {
        guest.wait_until("ip -o addr show dev " + named(slot, port) + " | grep " + others_address, 40s);
    }
    void wait_other_has_not(const std::string& interface) {
        guest.wait_until("! ip -o addr show dev " + interface + " | grep " + others_address, 40s);
    }
};

struct NetworkdStory : OtherManagerStory {
    using OtherManagerStory::OtherManagerStory;

    void let_networkd_take_all() {
        guest.write_file("/run/systemd/network/50-all.network",
                         "[Match]\nName=en* eth* bond*\n[Network]\nAddress=" + others_address +
                             "\nLinkLocalAddressing=no\nLLDP=no\nIPv6AcceptRA=no\n");
    }
    // As networkctl lists it.
    void wait_unmanaged(const std::string& interface) {
        guest.wait_until("networkctl list " + interface + " | grep unmanaged", 40s);
        wait_other_has_not(interface);
    }
};

struct NetworkManagerStory : OtherManagerStory {
    using OtherManagerStory::OtherManagerStory;

    void let_network_manager_take_all() {
        const std::string connection = "/etc/NetworkManager/system-connections/all.nmconnection";
        guest.write_file(connection, "[connection]\nid=all\ntype=ethernet\nmulti-connect=3\n"
                                     "[ipv4]\nmethod=manual\naddress1=" + others_address +
                                         "\n[ipv6]\nmethod=disabled\n");
        guest.expect("chmod 600 " + connection);
    }
    // As `nmcli device` lists it.
    void wait_unmanaged(const std::string& interface) {
        guest.wait_until("nmcli -t -f DEVICE,STATE device | grep -x " + interface + ":unmanaged", 40s);
        wait_other_has_not(interface);
    }
};

} // namespace had::test
