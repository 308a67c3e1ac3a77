// Other managers of networks beside had: told to take every interface that they see, they must leave those of
// had.conf.
#pragma once

#include "test/stories/had_story.hpp"

namespace had::test {

// 2.0 is a port of bond0; 2.1 and all else is nobody's.
inline std::string first_of_two() {
    return with(with(article_conf, "2.1 = config2\n", ""), "12.0 = config2\n12.1 = config2\n16 = config1\n", "");
}

struct OtherManagerStory : HadStory {
    using HadStory::HadStory;

    bool other_has(const std::string& interface) { return guest.run(has_address(interface)).rc == 0; }
    void wait_other_has(int slot, int port) { guest.wait_until(has_address(named(slot, port)), 60s); }

protected:
    // What it gives to each interface that it takes.
    const std::string address_ = "198.51.100.7/24";

    void wait_given_up(const std::string& interface) { guest.wait_until("! " + has_address(interface), 40s); }

private:
    std::string has_address(const std::string& interface) {
        return "ip -o addr show dev " + interface + " | grep " + address_;
    }
};

struct NetworkdStory : OtherManagerStory {
    using OtherManagerStory::OtherManagerStory;

    void let_networkd_take_all() {
        guest.write_file("/run/systemd/network/50-all.network",
                         "[Match]\nName=en* eth* bond*\n[Network]\nAddress=" + address_ +
                             "\nLinkLocalAddressing=no\nLLDP=no\nIPv6AcceptRA=no\n");
    }
    // As networkctl lists it.
    void wait_unmanaged(const std::string& interface) {
        guest.wait_until("networkctl list " + interface + " | grep unmanaged", 40s);
        wait_given_up(interface);
    }
};

struct NetworkManagerStory : OtherManagerStory {
    using OtherManagerStory::OtherManagerStory;

    void let_network_manager_take_all() {
        const std::string directory = "/etc/NetworkManager/system-connections";
        const std::string connection = directory + "/all.nmconnection";
        guest.expect("mkdir -p " + directory);            // it may not be installed yet
        guest.write_file(connection, "[connection]\nid=all\ntype=ethernet\nmulti-connect=3\n"
                                     "[ipv4]\nmethod=manual\naddress1=" + address_ +
                                         "\n[ipv6]\nmethod=disabled\n");
        guest.expect("chmod 600 " + connection);
    }
    // As `nmcli device` lists it.
    void wait_unmanaged(const std::string& interface) {
        guest.wait_until("nmcli -t -f DEVICE,STATE device | grep -x " + interface + ":unmanaged", 40s);
        wait_given_up(interface);
    }
};

} // namespace had::test
