// Orders about who has which domain, and which cards a slot takes.
#include "had/core/policy/acceptance.hpp"
#include "had/core/policy/extraction.hpp"
#include "had/run/reconciler.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

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

std::optional<Refusal> Reconciler::objection_to_domain(const std::string& domain) const {
    const auto is_it = [&](const Domain& each) { return each.name == domain; };
    if (std::any_of(config_.domains.begin(), config_.domains.end(), is_it)) return std::nullopt;
    return Refusal{true, fmt::format("{}: {} names no such domain", domain, settled_.file)};
}

// Every card of the domain goes, or none: one that stays behind would keep the other host from taking it.
std::optional<Refusal> Reconciler::release(const std::string& domain, DomainOrder order) {
    place_again();
    if (auto refusal = objection_to_domain(domain)) return refusal;
    if (!config_.has_domain(domain)) return std::nullopt;              // it is another host's already
    order.take = false;
    Orders orders = orders_;
    orders.domains[domain] = order;
    std::optional<TimePoint> unused;
    const std::string hanging = what_keeps_domain(situation(orders), domain, unused);
    if (!hanging.empty()) {
        const std::string why = fmt::format("domain {} is not released: {}", domain, hanging);
        say(NoticeKind::extraction_refused, NoticeLevel::warning, by(order.by, why));
        return Refusal{false, why + "; --force cuts service"};
    }
    keep(std::move(orders));
    releasing_[domain] = false;
    say(NoticeKind::order_given, NoticeLevel::notice,
        by(order.by, fmt::format("domain {}: {} releases it{}, until `hadctl domain take {}`", domain, order.by,
                                 order.force ? " by force" : "", domain)));
    reconcile();
    return std::nullopt;
}

std::optional<Refusal> Reconciler::take(const std::string& domain, DomainOrder order) {
    place_again();
    if (auto refusal = objection_to_domain(domain)) return refusal;
    Orders orders = orders_;
    orders.domains.erase(domain);
    order.take = true;
    order.force = false;
    const bool by_file = file_.has_domain(domain);
    if (!by_file) orders.domains[domain] = order;
    const auto given = orders_.domains.find(domain);
    const bool ours = given == orders_.domains.end() ? config_.has_domain(domain) : given->second.take;
    if (!ours) {
        keep(std::move(orders));
        releasing_.erase(domain);
        take_file(file_, orders_);
        place_again();
        say(by_file ? NoticeKind::order_ended : NoticeKind::order_given, NoticeLevel::notice,
            by(order.by, fmt::format("domain {}: {} takes it", domain, order.by)));
    }
    // Also of one that the file has given to this host since it was released.
    for (const auto& [name, slot] : chassis().slots)
        if (slot.configured && config_.domain_of(name) == domain && !orders_.of_slot(name))
            bind_drivers(name, fmt::format("domain {} is taken", domain));
    reconcile();
    return std::nullopt;
}

bool Reconciler::is_released(const std::string& domain) const {
    const Situation now = situation();
    std::optional<TimePoint> unused;
    return std::all_of(chassis().slots.begin(), chassis().slots.end(), [&](const auto& entry) {
        if (!entry.second.configured || config_.domain_of(entry.first) != domain) return true;
        const Extraction extraction = extraction_of(now, entry.first, unused);
        return entry.second.functions.empty() || extraction >= Extraction::detached;
    });
}

void Reconciler::mind_release(const std::string& domain) {
    const DomainOrder order = orders_.domains.at(domain);
    if (!is_released(domain)) return mind_kept(domain, order);
    releasing_.erase(domain);
    say(NoticeKind::domain_released, NoticeLevel::notice,
        by(order.by, fmt::format("domain {} is released: its cards are out of service and without drivers",
                                 domain)));
    if (file_.has_domain(domain)) return;
    orders_.domains.erase(domain);            // it had been taken by an order, which is undone
    keep_or_log();
    take_file(file_, orders_);
    post_reconcile();
}

// What served beside its cards when the order was given has failed since: they serve on until it is back, and
// go then.  Nobody stands before the chassis and waits, so there is no end to it but `domain take`.
void Reconciler::mind_kept(const std::string& domain, const DomainOrder& order) {
    std::optional<TimePoint> unused;
    const std::string hanging = what_keeps_domain(situation(), domain, unused);
    bool& told = releasing_.at(domain);
    if (std::exchange(told, !hanging.empty()) || hanging.empty()) return;
    say(NoticeKind::extraction_refused, NoticeLevel::warning,
        by(order.by, fmt::format("domain {} is not released yet: {}; had waits for another port", domain,
                                 hanging)));
}

std::optional<Refusal> Reconciler::accept(const SlotName& slot, const std::string& user) {
    place_again();
    if (auto refusal = objection_to_slot(situation(), slot)) return refusal;
    const auto model = model_in(observed_, chassis(), chassis().slots.at(slot));
    if (!model) return Refusal{false, fmt::format("slot {}: there is no network card in it", slot)};
    if (!is_quarantined(situation(), slot)) return std::nullopt;
    Orders orders = orders_;
    orders.accepted[slot] = {*model, user, around_.date()};
    keep(std::move(orders));
    Notice notice = by(user, fmt::format("slot {}: {} lets its card in, {}", slot, user,
                                         to_pci_id(model->vendor, model->device)));
    notice.slot = slot;
    say(NoticeKind::order_given, NoticeLevel::notice, std::move(notice));
    reconcile();
    return std::nullopt;
}

// What is in the slots is remembered, and an order that let a card in ends with another model.
void Reconciler::mind_models() {
    Models models = remember_models(situation());
    if (models != models_) {
        models_ = std::move(models);
        around_.remember(models_);
    }
    const std::size_t before = orders_.accepted.size();
    std::erase_if(orders_.accepted, [&](const auto& entry) {
        auto slot = chassis().slots.find(entry.first);
        if (slot == chassis().slots.end()) return false;
        const auto model = model_in(observed_, chassis(), slot->second);
        return model && *model != entry.second.model;
    });
    if (orders_.accepted.size() != before) keep_or_log();
}

} // namespace had
