// Slots and cards that are none: a directory that stands for /sys, and what the kernel would say of them.
//
// A card's ports are interfaces that somebody else has made, of any kind; here they get the place in the PCI tree
// that the daemon looks for.  Slot N is device N of bus 0, as on the backplane `pc` of the emulated chassis.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace had::test {

struct PlayedFunction {
    int slot, number;
    std::string id;     // "8086:100e"
    std::string driver; // the kernel's name for it; "" until one is bound

    std::string address() const;
};

class PlayedSlots {
public:
    // Told the subsystem and the event's properties, a line each.
    using Say = std::function<void(std::string_view subsystem, const std::string& properties)>;

    // In `sys`, which has nothing of PCI yet.
    PlayedSlots(std::string sys, Say say);

    // An empty slot that has a power switch and an LED.
    void add_slot(int slot) const;

    void insert(const PlayedFunction& function);
    // The driver has made an interface of it.
    void bind(const PlayedFunction& function, const std::string& interface);
    // The same backwards; the interface has gone by now.
    void unbind(const PlayedFunction& function);
    void remove(const PlayedFunction& function);

private:
    struct Interface {
        std::string name;
        unsigned index = 0;
    };
    void say(std::string_view action, std::string_view subsystem, const std::string& devpath, const std::string& more);

    std::string sys_;
    Say say_;
    std::map<std::string, Interface> interfaces_; // by address
    unsigned long sequence_ = 1000;
};

void write(const std::string& path, std::string_view text); // makes its directories

} // namespace had::test
