#include "had/core/plan/plan.hpp"

#include "had/core/base/hash.hpp"
#include "had/core/policy/failover.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

std::string words_of(const LeftAlone& left, const Operation& operation) {
    if (left.times == 0)
        return fmt::format("something else undid it again: {}; it is made again in a second", to_string(operation));
    return fmt::format("contested: something else undoes it again and again: {}; it is tried again from time to "
                       "time, at once by `hadctl reload`",
                       to_string(operation));
}

bool raises(const Operation& left, const LinkRef& link) {
    const auto* set = std::get_if<SetLink>(&left);
    return set && set->up == true && set->link.name == link.name;
}

// Whether a route cannot be there as long as this is left undone.
bool carries(const Operation& left, const AddRoute& route) {
    if (const auto* add = std::get_if<AddAddress>(&left))
        return (add->link.name == route.link.name && route.route.way.via &&
                is_on_link(*route.route.way.via, add->prefix)) ||
               add->prefix.address == route.route.way.source;
    return raises(left, route.link);
}

// Another machine has the address; plan_net has told it.
bool is_taken(const Situation& s, const Operation& operation) {
    const auto* add = std::get_if<AddAddress>(&operation);
    const Address* have = add ? s.observed.address(add->link.index, add->prefix) : nullptr;
    return have && have->duplicate;
}

// What other programs undo again and again is left to them for a while (contest.hpp), and what depends on it waits.
void leave_contested(const Situation& s, Plan& plan) {
    std::vector<Operation> all;
    std::erase_if(plan.actions, [&](const Action& action) {
        const LeftAlone* left = s.owned.left_alone(key_of(action.operation), s.now);
        if (!left) return false;
        Note& note = plan.notes[action.object];
        if (left->times == 0) note.add_lameness(words_of(*left, action.operation));
        else if (!is_taken(s, action.operation)) {
            note.contested = true;
            note.add_problem(words_of(*left, action.operation));
        }
        earlier(plan.next, left->until);
        all.push_back(action.operation);
        return true;
    });
    std::erase_if(plan.actions, [&](const Action& action) {
        if (const auto* connect = std::get_if<Connect>(&action.operation))
            return std::any_of(all.begin(), all.end(), [&](const Operation& o) { return raises(o, connect->link); });
        const auto* route = std::get_if<AddRoute>(&action.operation);
        return route && std::any_of(all.begin(), all.end(), [&](const Operation& o) { return carries(o, *route); });
    });
}

void drop_empty(std::map<ObjectId, Note>& notes) {
    std::erase_if(notes, [](const auto& entry) { return entry.second == Note{}; });
}

// What is of no port and no bond by itself, though it may be told of one.
template <class Do>
void ask_rest(Plan& plan, Do ask) {
    drop_empty(plan.notes);
    const std::map<ObjectId, Note> before = plan.notes;
    const Asking asking(plan);
    ask();
    drop_empty(plan.notes);
    plan.said.rest = plan.said.rest || asking.added() || plan.notes != before;
}

} // namespace

Plan plan(const Situation& situation) { return plan(situation, Worklist{}); }

Plan plan(const Situation& situation, const Worklist& worklist) {
    Plan plan;
    if (plan_names(situation, worklist, plan)) {
        plan.said = worklist;                  // nobody else was asked
        return plan;
    }
    const bool rest = worklist.all || worklist.rest;
    plan_bonds(situation, worklist, plan);
    plan_ports(situation, worklist, plan);
    plan_failover(situation, worklist, plan);
    plan_extractions(situation, plan);
    plan_vlans(situation, plan);
    plan_peers(situation, plan);
    if (rest) ask_rest(plan, [&] { plan_removals(situation, plan); });
    plan_drivers(situation, worklist, plan);
    if (rest) ask_rest(plan, [&] { plan_silent_cards(situation, plan); });
    leave_contested(situation, plan);
    if (rest) ask_rest(plan, [&] { plan_in_the_way(situation, plan); });
    drop_empty(plan.notes);
    return plan;
}

const Note& Plan::note_of(const ObjectId& object) const {
    static const Note nothing;
    auto at = notes.find(object);
    return at == notes.end() ? nothing : at->second;
}

std::vector<std::string> Plan::waiting() const {
    std::vector<std::string> lines;
    for (const auto& [object, note] : notes)
        for (const std::string& text : note.waiting)
            lines.push_back(fmt::format("{}: {}", to_string(object), text));
    return lines;
}

bool Plan::creates(const std::string& bond) const {
    return std::any_of(actions.begin(), actions.end(), [&](const Action& action) {
        const auto* create = std::get_if<CreateBond>(&action.operation);
        return create && create->name == bond;
    });
}

bool kind_is_there(const Situation& s, Plan& plan, const KindDriver& driver, const TellProblem& tell) {
    const auto is_one = [&](const auto& entry) { return entry.second.kind == driver.kind; };
    if (std::any_of(s.observed.links.begin(), s.observed.links.end(), is_one)) return true;
    const LoadModule load{.module = std::string(driver.module)};
    const Attempt* attempt = s.attempts.find(load);
    if (attempt && attempt->state == Attempt::State::acknowledged) return true;
    const auto planned = [&](const Action& action) { return action.operation == Operation(load); };
    if (std::any_of(plan.actions.begin(), plan.actions.end(), planned)) return s.ahead;
    if (attempt && attempt->failures > 0)
        tell(fmt::format("the kernel's {} driver cannot be loaded: {}", driver.name, attempt->result.text));
    plan.actions.push_back(
        {.operation = load,
         .reason = fmt::format("[{}] sections need the kernel's {} driver", driver.kind, driver.name),
         .object = module_id(load.module)});
    return s.ahead;
}

Mac stable_mac(std::string_view machine_id, std::string_view bond) { return local_mac(hash_of({machine_id, bond})); }

} // namespace had::core
