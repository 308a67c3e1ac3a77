// The cards of a chassis that has none: what a story puts into a slot, and takes out, as the daemon sees it.
#pragma once
#include <map>
#include <memory>

#include "test/chassis/json_line.hpp"
#include "test/chassis/played_slots.hpp"

namespace had::test::agent {

class Player {
public:
    // {"do":"insert","slot":2,"card":"1af4:1000","driver":"virtio-pci","interfaces":["eth0"]}; "remove" needs the
    // slot alone, whose interfaces are gone by then.
    void insert(const Json& request);
    void remove(const Json& request);

private:
    PlayedSlots& slots();
    // As the kernel's own: it sends on to all who listen what one with the right to do so sends to it
    // (lib/kobject_uevent.c uevent_net_rcv_skb).
    void announce(const std::string& properties);

    Fd uevents_;
    std::unique_ptr<PlayedSlots> slots_; // made when the first card comes: most machines need none
    std::map<int, std::vector<PlayedFunction>> cards_;
};

} // namespace had::test::agent
