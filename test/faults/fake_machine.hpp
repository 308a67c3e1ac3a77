// A machine of two cards, in namespaces of this process: what the daemon finds in /sys is a directory that
// this one made, a card's port is one end of a veth pair, and the kernel's and udevd's side of a card that
// goes and comes is played here.
//
// Slots 2 and 4, one port each: p2 and p4, whose cables end in c2 and c4.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "test/chassis/played_slots.hpp"

namespace had::faults {

// Into a network, and a file system tree, of this process's own.  False: this system does not allow it.
bool enter_namespaces();
bool can_bond();                              // the kernel has the driver; asked once

class FakeMachine {
public:
    FakeMachine();                            // as if nothing had been before it
    ~FakeMachine();
    FakeMachine(const FakeMachine&) = delete;
    FakeMachine& operator=(const FakeMachine&) = delete;

    void cable(int slot, bool plugged);
    // What a kernel does about what was written to a file of sysfs.  Called again and again.
    void act();

private:
    void insert(int slot);
    void bind(int slot);
    void unbind(int slot);
    void remove(int slot);
    void say(std::string_view subsystem, const std::string& properties) const;

    int udevd_;                               // a socket that says what udevd would
    std::optional<test::PlayedSlots> slots_;
    std::set<int> bound_, powered_;
};

using test::write;
std::string read(const std::string& path);    // "" when it is not there
bool shell(const std::string& command);
bool has_address(const std::string& interface, const std::string& address);

} // namespace had::faults
