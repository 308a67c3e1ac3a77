#include "had/run/contest.hpp"

#include <utility>

namespace had {

using namespace core;

void Contest::showed(const std::vector<Operation>& operations) {
    for (const Operation& operation : operations) contests_.showed(operation);
}

bool Contest::hear(const std::vector<Action>& wanted) {
    const bool held = m_.owned.forget_held(run_.now());
    run_.save_if(held);
    const auto lost = contests_.lost(wanted, m_.owned, run_.now());
    for (const auto& [what, left] : lost) m_.owned.contested.insert_or_assign(what, left);
    run_.save_if(!lost.empty());
    return held || !lost.empty();
}

void Contest::note_interference(const std::string& bond) {
    if (!m_.config.bond(bond)) return;
    if (const auto left = contests_.undone(bond, m_.owned, run_.now()))
        m_.owned.contested.insert_or_assign(bond, *left);
}

void Contest::leave_taken(const Address& address) {
    const Link* link = m_.observed.link(address.link);
    if (!link) return;
    const LinkRef ref{link->index, link->name};
    if (!m_.owned.has_address(ref, address.prefix)) return;    // another program's
    LeftAlone& left = m_.owned.contested[AddAddress{.link = ref, .prefix = address.prefix}.key()];
    left.times += 1;
    left.until = run_.now() + contest_wait(left.times);
    run_.save_if(true);
}

void Contest::settle(const std::string& bond) {
    contests_.settle(bond);
    run_.save_if(m_.owned.contested.erase(bond) > 0);
}

void Contest::reload() {
    contests_.settle_all();
    run_.save_if(!std::exchange(m_.owned.contested, {}).empty());
}

} // namespace had
