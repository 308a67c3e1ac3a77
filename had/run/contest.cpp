#include "had/run/contest.hpp"

#include <set>
#include <utility>

namespace had {

using namespace core;

void Contest::showed(const std::vector<Operation>& operations) {
    for (const Operation& operation : operations) contests_.showed(operation);
}

bool Contest::hear(const std::vector<Action>& wanted) {
    std::set<std::string> lost = contests_.lost(wanted, run_.now());
    if (lost.empty()) return false;
    m_.owned.contested.merge(lost);
    run_.save_if(true);
    return true;
}

void Contest::note_interference(const std::string& bond) {
    if (contests_.undone(bond, run_.now()) && m_.config.bond(bond)) m_.owned.contested.insert(bond);
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
