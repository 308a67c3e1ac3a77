// VLANs: each is carried by a bond or a port, and goes with it.
//
// The kernel deletes the VLANs of a card that is pulled, and the daemon makes them again with the next one.
#include "had/core/policy/extraction.hpp"
#include "had/core/plan/plan.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::core {
namespace {

// As with bonds: the driver is a job of had's, not of the kernel's own hand inside a request.
bool driver_is_there(const Situation& s, Plan& plan) {
    return kind_is_there(s, plan, vlan_driver, [&](const std::string& problem) {
        for (const VlanConfig& vlan : s.config.vlans) plan.notes[vlan_id(vlan.name)].add_problem(problem);
    });
}

bool is_raised(const Plan& plan, const std::string& link) {
    return std::any_of(plan.actions.begin(), plan.actions.end(), [&](const Action& action) {
        const auto* set = std::get_if<SetLink>(&action.operation);
        return set && set->link.name == link && set->up.value_or(false);
    });
}

bool is_resized(const Plan& plan, const std::string& link) {
    return std::any_of(plan.actions.begin(), plan.actions.end(), [&](const Action& action) {
        const auto* set = std::get_if<SetLink>(&action.operation);
        return set && set->link.name == link && set->mtu;
    });
}

class VlanSteps {
public:
    VlanSteps(const Situation& situation, Plan& plan, const VlanConfig& vlan)
        : s_(situation), plan_(plan), note_(plan.notes[vlan_id(vlan.name)]), vlan_(vlan),
          link_(s_.observed.link(vlan.name)),
          lower_(carrier()),
          on_{lower_ ? lower_->index : 0, lower_ ? lower_->name : vlan.on},
          why_(fmt::format("{}: [vlan {}]", vlan.line.in(s_.file), vlan.name)) {}

    void plan() {
        if (std::string taken = who_has_name(s_.observed, vlan_.name, vlan_driver); !taken.empty()) {
            note_.problem = std::move(taken);
            return;
        }
        if (tell_renamed(s_, vlan_.name, note_)) return;
        if (!lower_) note_.doing = fmt::format("waiting for {}", vlan_.on);
        if (!lower_ && !plan_.creates(vlan_.on)) return;
        if (lower_ && is_withheld(s_, lower_->index)) return leave();
        if (link_ && !is_right() && !recreate()) return;
        if (!link_ && !create()) return;
        if (link_) adopt();
        else if (!vlan_.tuning.is_empty() && !s_.ahead) return;       // known when it is there, and set before it is up
        const LinkRef ref{link_ ? link_->index : 0, vlan_.name};
        plan_tuning(s_, vlan_.tuning, {ref, false, link_ && link_->up && link_->carrier}, note_, step());
        const bool up = raise();
        plan_net(s_, vlan_.net, {.link = ref, .port = false, .up = up}, note_, step());
    }

private:
    // What has the name of its bond and is none carries nothing.
    const Link* carrier() const {
        const Link* link = s_.observed.link(s_.carrier_of(vlan_));
        return link && s_.config.bond(vlan_.on) && !link->bond ? nullptr : link;
    }

    void add(Operation operation, std::string_view what) {
        plan_.actions.push_back({.operation = std::move(operation),
                                 .reason = fmt::format("{}: {}", why_, what),
                                 .object = vlan_id(vlan_.name),
                                 .needs = s_.config.bond(vlan_.on) ? vlan_.on : ""});
    }

    AddStep step() {
        return [this](Operation operation, std::string_view what) { add(std::move(operation), what); };
    }

    // The card that carries it is let go.
    void leave() {
        note_.doing = fmt::format("{} is let go", vlan_.on);
        if (link_ && s_.owned.vlans.contains(vlan_.name))
            add(DeleteLink{{link_->index, vlan_.name}}, "the card that carries it is let go");
    }

    bool is_right() const { return lower_ && link_->lower == lower_->index && link_->vlan_id == vlan_.id; }

    // Number and carrier of a VLAN are for its life.
    bool recreate() {
        const Link* carrier = s_.observed.link(link_->lower);
        const std::string now = fmt::format("it is {} on {}", link_->vlan_id.value_or(0),
                                            carrier ? carrier->name : "another interface");
        if (!s_.force) {
            note_.waiting.push_back(fmt::format("{} on {}: needs reload --force, cuts {}",
                                                            vlan_.id, vlan_.on, vlan_.name));
            return false;
        }
        add(DeleteLink{{link_->index, vlan_.name}}, "reload --force: " + now);
        link_ = nullptr;
        return true;
    }

    // One carrier has one VLAN of a number.
    const Link* twin() const {
        if (!lower_) return nullptr;
        for (const auto& [index, link] : s_.observed.links) {
            const bool goes = s_.owned.vlans.contains(link.name) && !s_.config.vlan(link.name);
            if (link.kind == "vlan" && link.lower == lower_->index && link.vlan_id == vlan_.id && !goes) return &link;
        }
        return nullptr;
    }

    bool create() {
        if (const Link* other = twin(); other && other->name != vlan_.name) {
            note_.problem = fmt::format("{} on {} is {} already: rename or delete it", vlan_.id, lower_->name,
                                        other->name);
            return false;
        }
        if (!driver_is_there(s_, plan_)) return false;
        add(CreateVlan{.name = vlan_.name,
                       .on = on_,
                       .id = vlan_.id,
                       .mtu = is_too_large() ? std::nullopt : vlan_.net.mtu},
            "it does not exist");
        return true;
    }

    // What carries it could not have the MTU that the file gives it.
    bool is_too_large() {
        if (!lower_ || !vlan_.net.mtu || *vlan_.net.mtu <= lower_->mtu || is_resized(plan_, lower_->name)) return false;
        note_.add_problem(fmt::format("mtu = {}: {} has {}", *vlan_.net.mtu, lower_->name, lower_->mtu));
        return true;
    }

    // A larger one waits for its carrier's, which may fail: refused for that, it would not be tried again.
    void adopt() {
        if (is_too_large()) return;
        if (!s_.ahead && vlan_.net.mtu.value_or(0) > lower_->mtu) {
            note_.doing = fmt::format("waiting for the mtu of {}", lower_->name);
            return;
        }
        plan_mtu(s_, {.wanted = vlan_.net.mtu, .link = *link_, .most = lower_->mtu}, note_, step());
    }

    // False: it cannot be up, since what carries it is down (net/8021q vlan_dev_open).
    bool raise() {
        if (link_ && link_->up) return true;
        if (!(lower_ && lower_->up) && !is_raised(plan_, on_.name)) {
            note_.doing = fmt::format("waiting for {}, which is down", on_.name);
            return false;
        }
        add(SetLink{.link = {link_ ? link_->index : 0, vlan_.name}, .up = true},
            "a VLAN serves only when it is up");
        return true;
    }

    const Situation& s_;
    Plan& plan_;
    Note& note_;
    const VlanConfig& vlan_;
    const Link* link_;
    const Link* lower_;
    LinkRef on_;
    std::string why_;
};

} // namespace

// What is named no more goes first: a VLAN under another name may have its number.
void plan_vlans(const Situation& s, Plan& plan) {
    for (const std::string& name : s.owned.vlans) {
        const Link* link = s.owned.find(s.observed, name);
        if (!link || s.config.vlan(name)) continue;
        plan.actions.push_back(
            {.operation = DeleteLink{{link->index, name}},
             .reason = fmt::format("{}: the daemon made it, and there is no [vlan {}] any more", s.file, name),
             .object = vlan_id(name)});
    }
    for (const VlanConfig& vlan : s.config.vlans) VlanSteps(s, plan, vlan).plan();
}

} // namespace had::core
