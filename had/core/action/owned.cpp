#include "had/core/action/owned.hpp"

#include "had/core/action/contest.hpp"
#include "had/core/action/tuned_key.hpp"
#include "had/core/base/number.hpp"
#include "had/core/base/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace had::core {
namespace {

template <class Number>
std::optional<Number> number_from(std::string_view word, Number least = 1) {
    const auto value = number<Number>(word);
    return value && *value >= least ? value : std::nullopt;
}

// "contested 2 3600000000 add bond0 10.0.0.1/24".  An older daemon wrote no numbers: it is tried at once.
void read_contested(Owned& owned, const std::vector<std::string_view>& w) {
    LeftAlone left{1, {}};
    std::size_t name = 1;
    const auto times = w.size() > 3 ? number_from<unsigned>(w[1], 0) : std::nullopt;
    const auto until = w.size() > 3 ? number_from<std::int64_t>(w[2], 0) : std::nullopt;
    if (times && until) {
        left = {*times, TimePoint(Duration(*until))};
        name = 3;
    }
    owned.contested.emplace(fmt::format("{}", fmt::join(w.begin() + static_cast<std::ptrdiff_t>(name), w.end(), " ")),
                            left);
}

std::optional<Ifindex> index_from(std::string_view word) { return number_from<Ifindex>(word); }

void read_mtu(Owned& owned, const std::vector<std::string_view>& w) {
    const auto mtu = number_from<std::uint32_t>(w[2]);
    if (!mtu) return;
    if (w[0] == "mtu") owned.named_mtus[std::string(w[1])] = *mtu;
    if (const auto index = index_from(w[1]); w[0] == "port-mtu" && index) owned.port_mtus[*index] = *mtu;
}

// An older daemon wrote a port's index alone.  A bond or VLAN may have such a name, and stands before.
std::string tuned_name(const Owned& owned, const std::string& name, const std::optional<Ifindex>& index) {
    const bool named = owned.bonds.contains(name) || owned.vlans.contains(name) || owned.indexes.contains(name);
    return index && !named ? tuned_port_key(*index) : name;
}

void read_record(Owned& owned, const std::vector<std::string_view>& w) {
    if (w.size() < 2) return;
    const std::string name(w[1]);
    const auto index = index_from(w[1]);
    if (w[0] == "bond") owned.bonds.insert(name);
    if (w[0] == "vlan") owned.vlans.insert(name);
    if (w[0] == "module") owned.modules.insert(name);
    if (w[0] == "handle") owned.handles.insert(name);
    if (w[0] == "contested") read_contested(owned, w);
    if (w[0] == "raised" && index) owned.raised.insert(*index);
    if (w.size() < 3) return;
    read_mtu(owned, w);
    if (w[0] == "option") owned.bond_options.emplace(name, w[2]);
    if (const auto active = index_from(w[2]); w[0] == "active" && active) owned.actives[name] = *active;
    if (w[0] == "member" && index) owned.members[*index] = std::string(w[2]);
    if (const auto number = index_from(w[2]); w[0] == "index" && number) owned.indexes[name] = *number;
    if (w[0] == "mac")
        if (const auto mac = mac_from(w[2])) owned.first_macs[name] = *mac;
    if (w[0] == "bond-mac")
        if (const auto mac = mac_from(w[2])) owned.bond_macs[name] = *mac;
    if (w[0] == "tuned" && w.size() > 3) owned.tuned[{tuned_name(owned, name, index), std::string(w[2])}] = w[3];
    if (const auto prefix = ip_prefix_from(w[2])) {
        if (w[0] == "bond-address") owned.bond_addresses.emplace(name, *prefix);
        if (w[0] == "port-address" && index) owned.port_addresses.emplace(*index, *prefix);
    }
}

// "fault /run/had/bond0.fault": all of the line, since a path may have blanks.
constexpr std::string_view fault_record = "fault ";
constexpr std::size_t longest_path = 4096, most_fault_files = 8192;

void read_fault(Owned& owned, std::string_view path) {
    if (!path.starts_with('/') || path.size() >= longest_path) return;
    if (owned.fault_files.size() < most_fault_files) owned.fault_files.emplace(path);
}

bool is_slot(const Config& config, std::string_view name) {
    const std::vector<SlotName> all = config.slot_names();
    return std::find(all.begin(), all.end(), name) != all.end();
}

} // namespace

bool Owned::note_indexes(const Observed& observed, const Config& config) {
    bool changed = false;
    const auto note = [&](const std::string& name, std::string_view kind) {
        const Link* link = observed.link(name);
        if (!link || link->kind != kind) return;
        const auto [at, fresh] = indexes.try_emplace(name, link->index);
        changed = fresh || std::exchange(at->second, link->index) != link->index || changed;
    };
    for (const BondConfig& bond : config.bonds) note(bond.name, "bond");
    for (const VlanConfig& vlan : config.vlans) note(vlan.name, "vlan");
    return changed;
}

const Link* Owned::find(const Observed& observed, const std::string& name) const {
    if (const Link* link = observed.link(name)) return link;
    const auto at = indexes.find(name);
    const Link* link = at == indexes.end() ? nullptr : observed.link(at->second);
    return link && (link->kind == "bond" || link->kind == "vlan") ? link : nullptr;
}

bool Owned::note_mac(const std::string& link, const std::optional<Mac>& mac) {
    if (!mac) return false;
    const auto [at, fresh] = bond_macs.try_emplace(link, *mac);
    return fresh || !(std::exchange(at->second, *mac) == *mac);
}

// It is asked with every card that comes or goes: what is recorded is looked up, and nothing is gathered beside it.
bool Owned::prune(const Observed& observed, const Config* config) {
    std::size_t gone = 0;
    const auto drop = [&](auto& from, auto is_gone) { gone += std::erase_if(from, is_gone); };
    drop(indexes, [&](const auto& entry) {
        return !observed.link(entry.second) || find(observed, entry.first) == nullptr;
    });
    const auto is_named = [&](const std::string& name) {
        return observed.link(name) || indexes.contains(name) || (config && (config->bond(name) || config->vlan(name)));
    };
    const auto is_nobodys = [&](const auto& entry) { return !is_named(entry.first); };
    const auto has_no_link = [&](const auto& entry) { return !observed.link(entry.first); };
    drop(bonds, [&](const auto& name) { return !is_named(name); });
    drop(vlans, [&](const auto& name) { return !is_named(name); });
    drop(bond_addresses, is_nobodys);
    drop(bond_options, [&](const auto& entry) { return !is_named(entry.first) || !find_bond_option(entry.second); });
    drop(first_macs, is_nobodys);
    drop(bond_macs, is_nobodys);
    drop(actives, [&](const auto& entry) { return !is_named(entry.first) || !observed.link(entry.second); });
    drop(contested, [&](const auto& entry) {
        const std::string_view link = contested_link(entry.first);
        if (entry.first.starts_with("rule ") || entry.first.starts_with("blackhole ")) return false;  // of no interface
        if (entry.first.starts_with("bind ")) return config && !is_slot(*config, link);
        return !is_named(link.empty() ? entry.first : std::string(link));
    });
    drop(named_mtus, is_nobodys);
    std::set<std::string> ports;
    if (!tuned.empty())
        for (const auto& [index, link] : observed.links) ports.insert(tuned_port_key(index));
    drop(tuned, [&](const auto& entry) {
        return !ports.contains(entry.first.first) && !is_named(entry.first.first);
    });
    drop(port_mtus, has_no_link);
    drop(members, has_no_link);
    drop(raised, [&](Ifindex index) { return !observed.link(index); });
    drop(port_addresses, has_no_link);
    return gone > 0;
}

std::optional<std::uint32_t> Owned::mtu_before(const LinkRef& link) const {
    if (auto at = port_mtus.find(link.index); at != port_mtus.end()) return at->second;
    auto at = named_mtus.find(link.name);
    return at == named_mtus.end() ? std::nullopt : std::optional(at->second);
}

bool Owned::has_address(const LinkRef& link, const IpPrefix& prefix) const {
    return port_addresses.contains({link.index, prefix}) ||
           bond_addresses.contains({link.name, prefix});
}

Duration contest_wait(unsigned times) {
    if (times == 0) return {};
    Duration wait = contest_retry_first;
    for (unsigned i = 1; i < times && wait < contest_retry_most; ++i) wait *= 2;
    return std::min(wait, contest_retry_most);
}

const LeftAlone* Owned::left_alone(const std::string& what, TimePoint now) const {
    auto at = contested.find(what);
    if (at == contested.end() || now >= at->second.until) return nullptr;
    // The clock has been set since, or somebody has written to the file.
    return at->second.until - now > contest_retry_most ? nullptr : &at->second;
}

bool Owned::gave_up(const std::string& what) const {
    auto at = contested.find(what);
    return at != contested.end() && at->second.times > 0;
}

bool Owned::forget_held(TimePoint now) {
    return std::erase_if(contested, [now](const auto& entry) {
               const LeftAlone& left = entry.second;
               return now >= left.until && now - left.until >= contest_wait(left.times);
           }) > 0;
}

std::string print(const Owned& owned) {
    std::string out;
    for (const auto& name : owned.bonds) out += fmt::format("bond {}\n", name);
    for (const auto& name : owned.vlans) out += fmt::format("vlan {}\n", name);
    for (const auto& [name, index] : owned.indexes) out += fmt::format("index {} {}\n", name, index);
    for (const auto& [name, mac] : owned.first_macs)
        out += fmt::format("mac {} {}\n", name, to_string(mac));
    for (const auto& [name, mac] : owned.bond_macs)
        out += fmt::format("bond-mac {} {}\n", name, to_string(mac));
    for (const auto& [name, option] : owned.bond_options)
        out += fmt::format("option {} {}\n", name, option);
    for (const auto& [index, bond] : owned.members) out += fmt::format("member {} {}\n", index, bond);
    for (const Ifindex index : owned.raised) out += fmt::format("raised {}\n", index);
    for (const auto& [name, prefix] : owned.bond_addresses)
        out += fmt::format("bond-address {} {}\n", name, to_string(prefix));
    for (const auto& [index, prefix] : owned.port_addresses)
        out += fmt::format("port-address {} {}\n", index, to_string(prefix));
    for (const auto& [name, mtu] : owned.named_mtus) out += fmt::format("mtu {} {}\n", name, mtu);
    for (const auto& [index, mtu] : owned.port_mtus) out += fmt::format("port-mtu {} {}\n", index, mtu);
    for (const auto& [what, before] : owned.tuned)
        out += fmt::format("tuned {} {} {}\n", what.first, what.second, before);
    for (const auto& [name, index] : owned.actives) out += fmt::format("active {} {}\n", name, index);
    for (const auto& [what, left] : owned.contested)
        out += fmt::format("contested {} {} {}\n", left.times, left.until.time_since_epoch().count(), what);
    for (const auto& name : owned.modules) out += fmt::format("module {}\n", name);
    for (const auto& slot : owned.handles) out += fmt::format("handle {}\n", slot);
    for (const auto& file : owned.fault_files) out += fmt::format("{}{}\n", fault_record, file);
    return out;
}

Owned parse_owned(std::string_view text) {
    Owned owned;
    while (!text.empty()) {
        const std::string_view line = take_until(text, '\n');
        if (line.starts_with(fault_record)) read_fault(owned, line.substr(fault_record.size()));
        else read_record(owned, words_of(line));
    }
    return owned;
}

} // namespace had::core
