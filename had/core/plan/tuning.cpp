// What an interface forgets: set where it differs, and back as it was where the file says nothing of it any more.
#include "had/core/action/tuned_key.hpp"
#include "had/core/config/card_word.hpp"
#include "had/core/config/unread_word.hpp"
#include "had/core/plan/restored.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace had::core {
namespace {

std::string key_of(const TunedLink& of) { return tuned_key(of.link, of.port); }

// A kernel without IPv6 has it off.
bool is_needless(const Tuning& tuning, const std::string& word) {
    return tuning.ipv6 == Ipv6Use::off && word == "net.ipv6.conf.disable_ipv6" && !tuning.words.contains(word);
}

// What the daemon has set of this interface: each word, and its value before.
Tunables before(const Owned& owned, const std::string& key) {
    Tunables all;
    for (auto at = owned.tuned.lower_bound({key, ""}); at != owned.tuned.end() && at->first.first == key; ++at)
        all.emplace(at->first.second, at->second);
    return all;
}

// Each interface of which the file or the record has words.
template <class F>
void for_each_tuned(const Situation& s, F f) {
    const auto named = [&](const std::string& name, const Tuning* tuning) {
        if (const Link* link = s.observed.link(name))
            f(*link, TunedLink{{link->index, name}, false, link->up && link->carrier}, tuning);
    };
    for_each_interface(s.config, [&](const auto& interface) { named(interface.name, &interface.tuning); });
    for (const auto& [index, link] : s.observed.links) {
        const PlacedPort* port = s.chassis.port(index);
        const bool ours = port && port->role && s.chassis.slots.at(port->name.slot).controlled;
        const TunedLink as_port{{index, link.name}, true, link.up && link.carrier};
        const Tuning* tuning = ours ? &port->role->tuning : nullptr;
        const bool tuned = tuning && !tuning->is_empty();
        if (tuned || !before(s.owned, key_of(as_port)).empty()) f(link, as_port, tuning);
        const bool named_no_more = !s.config.bond(link.name) && !s.config.vlan(link.name) &&
                                   !before(s.owned, link.name).empty();
        if (named_no_more) f(link, TunedLink{{index, link.name}}, nullptr);
    }
}

} // namespace

bool is_tuned(const Situation& s) {
    bool any = !s.owned.tuned.empty();
    for_each_interface(s.config, [&](const auto& interface) { any = any || !interface.tuning.is_empty(); });
    for (const RoleConfig& role : s.config.configs) any = any || !role.tuning.is_empty();
    return any;
}

std::map<Ifindex, std::vector<std::string>> tuned_words(const Situation& s) {
    std::map<Ifindex, std::vector<std::string>> words;
    if (!is_tuned(s)) return words;
    for_each_tuned(s, [&](const Link& link, const TunedLink& of, const Tuning* tuning) {
        Tunables all = before(s.owned, key_of(of));
        if (tuning) all.merge(tunables_of(*tuning));
        for (const auto& [word, value] : all)
            if (word != queue_word) words[link.index].push_back(word);
    });
    return words;
}

namespace {

class TuningSteps {
public:
    TuningSteps(const Situation& s, const TunedLink& of, Note& note, const AddStep& add)
        : s_(s), of_(of), note_(note), add_(add) {}

    // What a card does not say it has not: to ask for it cuts nothing, and brings the kernel's words.
    void set(const std::string& word, const std::string& value, bool have, const std::string& why) {
        const SetTunable set{of_.link, word, value, of_.port};
        const Attempt* tried = s_.attempts.find(set);
        if (tried && is_refused_for_good(*tried) && !s_.force)
            return tell_refused(set, *tried);
        if (have && of_.serves && cuts_link(word) && !s_.force)
            return note_.waiting.push_back(
                fmt::format("{} = {}: needs reload --force, cuts {}", word, value, of_.link.name));
        add_(set, why);
    }

private:
    // While it does not serve anyway, this is not why.
    void tell_refused(const SetTunable& set, const Attempt& tried) const {
        if (!of_.serves) return;
        note_.add_lameness(fmt::format("cannot {}: {}; it is tried again by `hadctl reload`", to_string(Operation(set)),
                                       why_failed(set, tried.result)));
    }

    const Situation& s_;
    const TunedLink& of_;
    Note& note_;
    const AddStep& add_;
};

} // namespace

void plan_tuning(const Situation& s, const Tuning& tuning, const TunedLink& of, Note& note, const AddStep& add) {
    TuningSteps steps(s, of, note, add);
    const Tunables wanted = tunables_of(tuning);
    for (const auto& [word, value] : wanted) {
        const auto have = s.observed.tunable(of.link.index, word);
        const bool unread = have && is_unread(*have);
        if (unread) note.add_lameness(fmt::format("{} cannot be read: {}; it is tried again", word, why_unread(*have)));
        const bool known = !unread && s.observed.knows_tunable(of.link.index, word);
        if (known ? have == value || (!have && is_needless(tuning, word)) : !s.ahead) continue;
        steps.set(word, value, have.has_value(), have && !unread ? fmt::format("it is {}", *have) : "as the file says");
    }
    for (const auto& [word, was] : before(s.owned, key_of(of))) {
        const auto have = s.observed.tunable(of.link.index, word);
        if (wanted.contains(word) || !have || is_unread(*have) || *have == was) continue;
        steps.set(word, was, true, fmt::format("it is {}, and the file says nothing of it any more", *have));
    }
}

bool knows_tuning(const Situation& s, const Tuning& tuning, Ifindex link) {
    if (tuning.is_empty()) return true;
    const Tunables wanted = tunables_of(tuning);
    return std::all_of(wanted.begin(), wanted.end(),
                       [&](const auto& entry) { return s.observed.knows_tunable(link, entry.first); });
}

// Of interfaces that no section names any more.
void restore_tuning(const Situation& s, Plan& plan) {
    if (s.owned.tuned.empty()) return;
    for_each_tuned(s, [&](const Link& link, const TunedLink& of, const Tuning* tuning) {
        const bool goes = s.owned.bonds.contains(link.name) || s.owned.vlans.contains(link.name);
        if (tuning || (!of.port && goes)) return;
        const ObjectId object = object_of(s, link);
        plan_tuning(s, Tuning{}, of, plan.notes[object], [&](Operation operation, std::string_view what) {
            plan.actions.push_back({.operation = std::move(operation),
                                    .reason = fmt::format("{}: {}", s.file, what),
                                    .object = object});
        });
    });
}

namespace {

bool wants_mtu(const Situation& s, const Link& link) {
    const Addressing* net = net_of(s, link);
    return net && net->mtu;
}

// One in a bond has the bond's MTU, and gets its own back from the kernel.
bool forget_mtus(const Situation& s, Owned& owned) {
    const std::size_t had = owned.port_mtus.size() + owned.named_mtus.size();
    std::erase_if(owned.port_mtus, [&](const auto& entry) {
        const Link* link = s.observed.link(entry.first);
        return link && link->master == 0 && link->mtu == entry.second && !wants_mtu(s, *link);
    });
    std::erase_if(owned.named_mtus, [&](const auto& entry) {
        const Link* link = s.observed.link(entry.first);
        return link && link->mtu == entry.second && !wants_mtu(s, *link);
    });
    return owned.port_mtus.size() + owned.named_mtus.size() != had;
}

} // namespace

bool forget_restored(const Situation& s, Owned& owned) {
    std::vector<std::pair<std::string, std::string>> restored;
    if (!s.owned.tuned.empty())
        for_each_tuned(s, [&](const Link& link, const TunedLink& of, const Tuning* tuning) {
            const Tunables wanted = tuning ? tunables_of(*tuning) : Tunables{};
            for (const auto& [word, was] : before(s.owned, key_of(of)))
                if (!wanted.contains(word) && s.observed.tunable(link.index, word) == was)
                    restored.emplace_back(key_of(of), word);
        });
    for (const auto& key : restored) owned.tuned.erase(key);
    return forget_mtus(s, owned) || !restored.empty();
}

} // namespace had::core
