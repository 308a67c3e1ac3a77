#include "had/run/first_macs.hpp"

namespace had {

using namespace core;

void FirstMacs::before_plan() {
    Model& m = run_.model;
    bool changed = false;
    for (const BondConfig& bond : m.config.bonds) {
        if (!std::holds_alternative<MacFirst>(bond.mac) || m.owned.first_macs.contains(bond.name)) continue;
        const Link* link = m.observed.link(bond.name);
        if (!link || !m.observed.has_slaves(link->index)) continue;
        m.owned.first_macs[bond.name] = link->address;
        changed = true;
    }
    run_.save_if(changed);
}

} // namespace had
