#include "ifenslave/machine.hpp"

#include <algorithm>

namespace had::ifenslave {

const Interface* Snapshot::find(std::string_view name) const {
    const auto it = std::find_if(interfaces.begin(), interfaces.end(),
                                 [&](const Interface& i) { return i.link.name == name; });
    return it == interfaces.end() ? nullptr : &*it;
}

const Interface* Snapshot::find(core::Ifindex index) const {
    const auto it = std::find_if(interfaces.begin(), interfaces.end(),
                                 [&](const Interface& i) { return i.link.index == index; });
    return it == interfaces.end() ? nullptr : &*it;
}

std::string Snapshot::name_of(core::Ifindex index) const {
    const Interface* interface = find(index);
    return interface ? interface->link.name : "none";
}

} // namespace had::ifenslave
