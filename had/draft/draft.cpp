#include "had/draft/draft.hpp"

#include "had/core/base/names.hpp"
#include "had/core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace had::draft {

using namespace core;

namespace {

// A label of [config]: what an interface's name may have and a label may not is replaced.
std::string label(std::string_view before, std::string_view name) {
    std::string text = fmt::format("{}-{}", before, name);
    for (char& c : text)
        if (wrong_label(std::string_view(&c, 1)) && c != '-') c = '-';
    return text.substr(0, 31);
}

std::string_view trimmed_end(std::string_view text) { return text.substr(0, text.find_last_not_of('\n') + 1); }

class Drafter {
public:
    Drafter(const Found& found, const Places& places) : found_(found), places_(places) {}

    Draft take() && {
        for (const Remark& remark : found_.remarks) comment("", remark);
        for (const FoundInterface& one : found_.interfaces)
            if (one.kind == Kind::other) others(one);
            else if (const auto wrong = wrong_own_name(one.name)) misnamed(one, *wrong);
            else known_.insert(one.name);
        for (const FoundInterface& one : found_.interfaces)
            if (known_.contains(one.name)) add(one);
        add_slots();
        config_.sort_devices();
        return std::move(draft_);
    }

private:
    void comment(std::string section, const Remark& remark) {
        const std::string at = to_string(remark.at);
        draft_.comments.push_back({std::move(section), at.empty() ? remark.text : at + ": " + remark.text});
    }
    void comments(const std::string& section, const FoundInterface& one) {
        if (one.at.line != 0 && told_.insert(section + " " + to_string(one.at)).second)
            draft_.comments.push_back({section, "from " + to_string(one.at)});
        for (const Remark& remark : one.remarks) comment(section, remark);
    }

    void others(const FoundInterface& one) {
        for (const Remark& remark : one.remarks) comment("", {remark.at, one.name + ": " + remark.text});
    }

    void misnamed(const FoundInterface& one, std::string_view wrong) {
        comment("", {one.at, fmt::format("'{}' is left out: its name {}", one.name, wrong)});
    }

    void add(const FoundInterface& one) {
        switch (one.kind) {
        case Kind::bond: return add_bond(one);
        case Kind::vlan: return add_vlan(one);
        case Kind::port:
        case Kind::unknown: return add_alone(one);
        case Kind::other: return;
        }
    }

    void add_bond(const FoundInterface& one) {
        BondConfig bond;
        bond.name = one.name;
        bond.options = one.options;
        bond.net = one.net;
        bond.tuning = one.tuning;
        if (one.mac) {
            bond.mac = *one.mac;
            bond.mac_given = true;
        }
        const auto wrong = one.primary.empty() ? std::nullopt : wrong_own_name(one.primary);
        if (!one.primary.empty() && !wrong) bond.primary = reference(one.primary);
        config_.bonds.push_back(std::move(bond));
        comments("bond " + one.name, one);
        if (wrong)
            comment("bond " + one.name, {one.at, fmt::format("the primary port '{}' is left out: its name {}",
                                                             one.primary, *wrong)});
        if (one.ports.empty()) comment("bond " + one.name, {one.at, "nothing says which ports it has"});
        for (const std::string& name : one.ports) add_member(one, name);
    }

    void add_member(const FoundInterface& bond, const std::string& name) {
        if (!known_.contains(name)) return;   // told already
        const FoundInterface& port = named(name);
        if (port.kind != Kind::port)
            return comment("bond " + bond.name,
                           {port.at, fmt::format("{} cannot be its port: only ports of cards can", name)});
        if (port.master != bond.name)
            return comment("bond " + bond.name,
                           {port.at, fmt::format("{} is a port of {} already", name, port.master)});
        const std::string role = role_of_member(bond, port);
        told_.insert("config " + role + " " + to_string(bond.at));
        comments("config " + role, port);
        for (const IpPrefix& address : port.net.addresses)
            comment("config " + role, {port.at, fmt::format("address {} of {}: a port of a bond has none of its own",
                                                             core::to_string(address), name)});
        add_device(port, role);
    }

    // Ports of one bond with the same options have one config.
    std::string role_of_member(const FoundInterface& bond, const FoundInterface& port) {
        for (const RoleConfig& role : config_.configs)
            if (role.bond == bond.name && role.port == port.port && role.tuning == port.tuning) return role.name;
        RoleConfig role;
        role.name = fresh("to", bond.name);
        role.bond = bond.name;
        role.port = port.port;
        role.tuning = port.tuning;
        config_.configs.push_back(role);
        return role.name;
    }

    std::string fresh(std::string_view before, std::string_view name) const {
        const std::string stem = label(before, name);
        std::string text = stem;
        for (unsigned n = 2; config_.config(text); ++n) text = fmt::format("{}-{}", stem.substr(0, 27), n);
        return text;
    }

    // With addresses, or carrying a VLAN.  Others are left alone, as the daemon would.
    void add_alone(const FoundInterface& one) {
        if (!one.master.empty()) return;
        const bool carries = std::any_of(found_.interfaces.begin(), found_.interfaces.end(),
                                         [&](const FoundInterface& o) {
            return o.kind == Kind::vlan && o.on == one.name;
        });
        if (!one.has_net() && !one.net.mtu && !carries) {
            for (const Remark& remark : one.remarks) comment("", {remark.at, one.name + ": " + remark.text});
            if (one.tuning != Tuning{})
                comment("", {one.at, one.name + ": nothing is to be done with it, so what is set of it is left out: "
                                                "sysctls, the length of its queue"});
            return;
        }
        RoleConfig role;
        role.name = fresh("as", one.name);
        role.net = one.net;
        role.tuning = one.tuning;
        config_.configs.push_back(role);
        comments("config " + role.name, one);
        add_device(one, role.name);
    }

    void add_vlan(const FoundInterface& one) {
        if (one.on.empty() || !one.vlan_id) {
            comment("", {one.at, fmt::format("the VLAN {} is left out: nothing says {}", one.name,
                                             one.on.empty() ? "on which interface it is" : "which number it has")});
            return others(one);
        }
        if (const auto wrong = wrong_own_name(one.on)) {
            comment("", {one.at, fmt::format("the VLAN {} is left out: what carries it, '{}', {}", one.name, one.on,
                                             *wrong)});
            return others(one);
        }
        VlanConfig vlan;
        vlan.name = one.name;
        vlan.on = reference(one.on);
        vlan.id = *one.vlan_id;
        vlan.net = one.net;
        vlan.tuning = one.tuning;
        config_.vlans.push_back(std::move(vlan));
        comments("vlan " + one.name, one);
        const FoundInterface* carrier = find(one.on);
        if (!port_of(one.on) && !(carrier && carrier->kind == Kind::bond))
            comment("vlan " + one.name,
                    {one.at, fmt::format("{} is named as an interface, since its slot is not known{}",
                                                             one.on, why_nowhere(one.on))});
    }

    void add_device(const FoundInterface& one, const std::string& role) {
        const PortName* port = port_of(one.name);
        if (!port) {
            comment("devices", {one.at,
                                fmt::format("{0}: its slot is not known{1}; put its port in the place of SLOT.PORT: "
                                                    "SLOT.PORT = {2}", one.name, why_nowhere(one.name), role)});
            return;
        }
        if (const auto [at, fresh] = taken_.try_emplace(*port, one.name); !fresh)
            return comment("devices", {one.at, fmt::format("{} is the port {} too, which is {} already", one.name,
                                                           core::to_string(*port), at->second)});
        DeviceLine line;
        line.slot = port->slot;
        line.subdevice = port->subdevice;
        line.unit = port->unit;
        line.config = role;
        config_.devices.push_back(std::move(line));
        comment("devices", {{}, fmt::format("{} is {} now", core::to_string(*port), interface_of(one))});
    }

    // Sections of slots that the kernel does not number, and drivers, of the slots that are used.
    void add_slots() {
        std::set<SlotName> used;
        for (const auto& [port, name] : taken_) used.insert(port.slot);
        for (const auto& [name, slot] : places_.slots)
            if (used.contains(name)) {
                config_.slots.push_back(slot);
                draft_.comments.push_back({"slot " + name,
                                           "a name for the place; give it the one that is on the chassis"});
            }
        add_drivers(used);
    }

    // What drives the cards of these slots now, and the table does not know.
    void add_drivers(const std::set<SlotName>& used) {
        std::map<std::string, std::vector<std::string>> slots;      // by the lines
        for (const auto& [name, drivers] : places_.drivers)
            if (used.contains(name)) slots[core::print(DriverTable{drivers})].push_back(name);
        for (const auto& [text, names] : slots) {
            const std::string_view many = names.size() == 1 ? "" : "s";
            draft_.comments.push_back({"",
                    fmt::format("/etc/pcidrivers.conf has no driver for slot{} {}; what drives it now "
                                                       "would be these lines of it:", many,
                                                           fmt::join(names, " and "))});
            for (const std::string_view line : split(trimmed_end(text), '\n'))
                draft_.comments.push_back({"", "    " + std::string(line)});
        }
    }

    // The interface that is meant: by the card's address where a file names that.
    [[nodiscard]] std::string interface_of(const FoundInterface& one) const {
        const auto by_card = one.card ? places_.names.find(*one.card) : places_.names.end();
        return by_card == places_.names.end() ? one.name : by_card->second;
    }
    [[nodiscard]] const PortName* port_of(const std::string& name) const {
        const FoundInterface* one = find(name);
        return places_.port(one ? interface_of(*one) : name);
    }
    // A port, or an interface's name where its slot is not known.
    [[nodiscard]] std::string reference(const std::string& name) const {
        const FoundInterface* one = find(name);
        const PortName* port = one && one->kind != Kind::port ? nullptr : port_of(name);
        return port ? core::to_string(*port) : name;
    }
    [[nodiscard]] std::string why_nowhere(const std::string& name) const {
        if (!places_.unknown.empty()) return ": " + places_.unknown;
        const auto found = places_.nowhere.find(name);
        return found == places_.nowhere.end() ? ": this machine has no such interface" : ": " + found->second;
    }
    [[nodiscard]] const FoundInterface* find(std::string_view name) const {
        const auto& all = found_.interfaces;
        const auto at = std::find_if(all.begin(), all.end(),
                                     [&](const FoundInterface& one) { return one.name == name; });
        return at == all.end() ? nullptr : &*at;
    }
    [[nodiscard]] const FoundInterface& named(std::string_view name) const { return *find(name); }

    const Found& found_;
    const Places& places_;
    Draft draft_;
    Config& config_ = draft_.config;
    std::set<std::string> known_, told_;
    std::map<PortName, std::string> taken_;
};

} // namespace

Draft draft_of(const Found& found, const Places& places, std::string_view from) {
    Draft draft = Drafter(found, places).take();
    std::vector<Comment> top{{"", fmt::format("had.conf, drafted from {}.", from)},
                             {"", "Look it through, then: hadctl check FILE, and had -n -c FILE.  Neither changes "
                                  "anything."}};
    draft.comments.insert(draft.comments.begin(), top.begin(), top.end());
    return draft;
}

} // namespace had::draft
