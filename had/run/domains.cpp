#include "had/run/domains.hpp"

#include "had/core/policy/acceptance.hpp"
#include "had/core/policy/extraction.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>
#include <vector>

namespace had {

using namespace core;

namespace {

Notice by(const std::string& user, std::string text) {
    Notice notice;
    notice.user = user;
    notice.text = std::move(text);
    return notice;
}

} // namespace

std::optional<Refusal> Domains::objection_to_domain(const std::string& domain) const {
    const auto is_it = [&](const Domain& each) { return each.name == domain; };
    if (std::any_of(m_.config.domains.begin(), m_.config.domains.end(), is_it)) return std::nullopt;
    return Refusal{true, fmt::format("{}: {} names no such domain", domain, run_.identity.file)};
}

// Every card of the domain goes, or none: a card that stays would keep the other host from taking the domain.
std::optional<Refusal> Domains::release(const std::string& domain, bool force, const std::string& user) {
    if (auto refusal = objection_to_domain(domain)) return refusal;
    if (!m_.config.has_domain(domain)) return std::nullopt;              // already another host's
    const DomainOrder order{.force = force, .by = user, .since = run_.around.date()};
    Orders orders = m_.orders;
    orders.domains[domain] = order;
    std::optional<TimePoint> unused;
    const std::string hanging = what_keeps_domain(m_.situation(orders), domain, unused);
    if (!hanging.empty()) {
        const std::string why = fmt::format("domain {} is not released: {}", domain, hanging);
        run_.say(NoticeKind::extraction_refused, NoticeLevel::warning, by(order.by, why));
        return Refusal{false, why + "; --force cuts service"};
    }
    releasing_[domain] = false;               // without its order it is forgotten
    run_.keep(std::move(orders));
    run_.say(NoticeKind::order_given, NoticeLevel::notice,
        by(order.by, fmt::format("domain {}: {} releases it{}, until `hadctl domain take {}`", domain, order.by,
                                 order.force ? " by force" : "", domain)));
    run_.turn();
    return std::nullopt;
}

std::optional<Refusal> Domains::take(const std::string& domain, const std::string& user) {
    if (auto refusal = objection_to_domain(domain)) return refusal;
    Orders orders = m_.orders;
    orders.domains.erase(domain);
    const DomainOrder order{.take = true, .by = user, .since = run_.around.date()};
    const bool by_file = m_.file.has_domain(domain);
    if (!by_file) orders.domains[domain] = order;
    // Its cards have lost their drivers: who dies before they are bound again leaves that to the next daemon.
    const auto comes_back = [&](const SlotName& name, const PlacedSlot& slot) {
        return slot.configured && m_.config.domain_of(name) == domain && !m_.orders.of_slot(name);
    };
    for (const auto& [name, slot] : m_.chassis().slots)
        if (comes_back(name, slot) && !slot.functions.empty())
            orders.online[name] = {switch_of(m_.situation(), name), user, run_.around.date()};
    const auto given = m_.orders.domains.find(domain);
    const bool ours = given == m_.orders.domains.end() ? m_.config.has_domain(domain) : given->second.take;
    if (!ours) {
        Config config = m_.config_with(orders);   // all for which memory may be too short, before the order is kept
        for (const auto& [name, slot] : m_.chassis().slots)
            if (comes_back(name, slot) && orders.online.contains(name)) extraction_.watch_return(name);
        run_.keep(std::move(orders));
        m_.take_config(std::move(config));
        releasing_.erase(domain);
        run_.say(by_file ? NoticeKind::order_ended : NoticeKind::order_given, NoticeLevel::notice,
                 by(user, fmt::format("domain {}: {} takes it", domain, user)));
    }
    // Also for a domain that the file has given to this host after its release.  A job that cannot be started makes a
    // turn, and that may place the cards anew.
    std::vector<SlotName> back;
    for (const auto& [name, slot] : m_.chassis().slots)
        if (comes_back(name, slot)) back.push_back(name);
    for (const SlotName& name : back) extraction_.bind_drivers(name, fmt::format("domain {} is taken", domain));
    run_.turn();
    return std::nullopt;
}

bool Domains::is_released(const std::string& domain) const {
    const Situation now = m_.situation();
    std::optional<TimePoint> unused;
    return std::all_of(m_.chassis().slots.begin(), m_.chassis().slots.end(), [&](const auto& entry) {
        if (!entry.second.configured || m_.config.domain_of(entry.first) != domain) return true;
        const Extraction extraction = extraction_of(now, entry.first, unused);
        return entry.second.functions.empty() || extraction >= Extraction::detached;
    });
}

void Domains::update_release(const std::string& domain) {
    const auto given = m_.orders.domains.find(domain);
    if (given == m_.orders.domains.end() || given->second.take) {
        releasing_.erase(domain);               // it was not kept, or is taken back
        return;
    }
    const DomainOrder order = given->second;
    if (!is_released(domain)) return tell_kept(domain, order);
    Orders orders = m_.orders;
    orders.domains.erase(domain);               // an order had taken the domain: it ends here
    Config config = m_.config_with(orders);
    run_.say(NoticeKind::domain_released, NoticeLevel::notice,
        by(order.by, fmt::format("domain {} is released: its cards are out of service and without drivers",
                                 domain)));
    releasing_.erase(domain);
    if (m_.file.has_domain(domain)) return;
    m_.orders = std::move(orders);
    m_.take_config(std::move(config));
    run_.keep_or_log();
    run_.post_turn();
}

// A port that served beside the domain's cards has failed since the order was given: the cards serve on until it is
// back, and go then.  Nobody stands before the chassis and waits, so only `domain take` ends this.
void Domains::tell_kept(const std::string& domain, const DomainOrder& order) {
    std::optional<TimePoint> unused;
    const std::string hanging = what_keeps_domain(m_.situation(), domain, unused);
    bool& told = releasing_.at(domain);
    if (std::exchange(told, !hanging.empty()) || hanging.empty()) return;
    run_.say(NoticeKind::extraction_refused, NoticeLevel::warning,
        by(order.by, fmt::format("domain {} is not released yet: {}; it waits for another port", domain,
                                 hanging)));
}

std::optional<Refusal> Domains::accept(const SlotName& slot, const std::string& user) {
    if (auto refusal = objection_to_slot(m_.situation(), slot)) return refusal;
    const auto model = model_in(m_.observed, m_.chassis(), m_.chassis().slots.at(slot));
    if (!model) return Refusal{false, fmt::format("slot {}: there is no network card in it", slot)};
    if (!is_quarantined(m_.situation(), slot)) return std::nullopt;
    Orders orders = m_.orders;
    orders.accepted[slot] = {*model, user, run_.around.date()};
    run_.keep(std::move(orders));
    Notice notice = by(user, fmt::format("slot {}: {} lets its card in, {}", slot, user,
                                         to_pci_id(model->vendor, model->device)));
    notice.slot = slot;
    run_.say(NoticeKind::order_given, NoticeLevel::notice, std::move(notice));
    run_.turn();
    return std::nullopt;
}

// Remembers the models in the slots.  An order that let a card in ends when another model comes.
void Domains::update_models() {
    const bool same = !m_.touched.is_everything(remembered_);
    remembered_ = m_.touched.now();
    if (same) return;                         // cards do not change with their links
    Models models = remember_models(m_.situation());
    if (models != m_.models) {
        m_.models = std::move(models);
        m_.note_change();
        run_.around.remember(m_.models);
    }
    const std::size_t before = m_.orders.accepted.size();
    std::erase_if(m_.orders.accepted, [&](const auto& entry) {
        auto slot = m_.chassis().slots.find(entry.first);
        if (slot == m_.chassis().slots.end()) return false;
        const auto model = model_in(m_.observed, m_.chassis(), slot->second);
        return model && *model != entry.second.model;
    });
    if (m_.orders.accepted.size() != before) run_.keep_or_log();
}

void Domains::begin() {
    for (const auto& [domain, order] : m_.orders.domains)
        if (!order.take && !is_released(domain)) releasing_[domain] = false;
}

void Domains::before_plan() {
    const auto releasing = releasing_;
    for (const auto& [domain, told] : releasing) update_release(domain);
    update_models();
}

} // namespace had
