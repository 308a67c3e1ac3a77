#include "had/run/reconciler.hpp"

#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

Reconciler::Reconciler(Kernel& kernel, Surroundings surroundings, Settled settled)
    : kernel_(kernel), around_(std::move(surroundings)), settled_(std::move(settled)) {}

// What half a fold has left behind is put right by the dump that whoever tells us of it makes next.
void Reconciler::hear(Event event) try {
    fold_event(std::move(event));
} catch (...) {
    misplaced_ = rearranged_ = view_is_old_ = true;
    throw;
}

void Reconciler::fold_event(Event event) {
    const bool dumped = std::holds_alternative<LinksDumped>(event);
    const bool scanned = std::holds_alternative<DevicesScanned>(event);
    const auto* seen = std::get_if<LinkSeen>(&event);
    const Ifindex index = seen ? seen->link.index : 0;
    const bool gone = std::holds_alternative<LinkGone>(event);
    if (const auto* told = std::get_if<PeersTold>(&event)) hear_peers_told(told->bond);
    const auto* address = std::get_if<AddressSeen>(&event);
    const Ifindex addressed = address ? address->address.link : 0;
    const auto* left = std::get_if<AddressGone>(&event);
    const std::optional<Address> lost = left ? std::optional(left->address) : std::nullopt;
    const auto* state = std::get_if<SlotStateSeen>(&event);
    const std::string slot = state ? state->slot : "";
    const bool was_open = state && is_handle_open(observed_, slot);
    const Change change = fold(observed_, std::move(event));
    if (change == Change::topology) misplaced_ = rearranged_ = true;
    if (begun_ && (dumped || scanned)) {
        Notice notice;
        notice.text = fmt::format("{} lost messages: all {} read anew", dumped ? "rtnetlink" : "uevents",
                                  dumped ? "links" : "devices");
        say(NoticeKind::resynced, NoticeLevel::warning, std::move(notice));
    }
    if (change == Change::nothing) return;
    view_is_old_ = true;
    attempts_.retry_routes(addressed);
    if (lost)
        for (const Operation& operation : attempts_.lost_with(*lost, observed_)) contests_.showed(operation);
    if (dumped || gone) forget_gone_links();
    if (dumped)
        for (const auto& [each, link] : observed_.links) hear_link(link);
    else if (index != 0) hear_link(*observed_.link(index));
    else if (!slot.empty()) hear_slot(slot, was_open);
    if (begun_ && !reconciling_) post_reconcile();
}

// Also of those whose end was never heard: what is kept by ifindex would be kept for ever.
void Reconciler::forget_gone_links() {
    const auto is_gone = [this](const auto& entry) { return !observed_.link(entry.first); };
    std::erase_if(standings_, is_gone);
    std::erase_if(senses_, is_gone);
    std::erase_if(active_, is_gone);
    std::erase_if(shifts_, is_gone);
    std::erase_if(shaken_, [this](Ifindex bond) { return !observed_.link(bond); });
    contests_.forget_gone(observed_);
}

void Reconciler::post_reconcile() {
    if (posted_) return;
    around_.post([this] {
        posted_ = false;
        reconcile();
    });
    posted_ = true;
}

void Reconciler::begin(Config config, DriverTable table, Owned owned, Orders orders, Models models) {
    take_file(std::move(config), orders);
    table_ = std::move(table);
    owned_ = std::move(owned);
    orders_ = std::move(orders);
    models_ = std::move(models);
    begun_ = true;
    place_again();
    adopt_actives();
    save_if(owned_.prune(observed_));
    drop_orders();
    for (const auto& [domain, order] : orders_.domains)
        if (!order.take && !is_released(domain)) releasing_[domain] = false;
    view_ = as_if_well(derive_view(situation(), plan_now(), settled_.event_source));
    reconcile();
}

void Reconciler::reload(Config config, DriverTable table, bool force) {
    take_file(std::move(config), orders_);
    table_ = std::move(table);
    force_ = force;
    Notice notice;
    notice.text = fmt::format("{} taken{}", settled_.file, force ? ", by force" : "");
    say(NoticeKind::reloaded, NoticeLevel::notice, std::move(notice));
    drop_orders();
    settle_contests();
    attempts_.retry_refused();
    reconcile();
    contests_.settle_all();                   // what this file has brought back was nobody else's doing
}

// What the file says, and what outranks it.
void Reconciler::take_file(Config config, const Orders& orders) {
    file_ = config;
    orders.obey(config);
    config_ = std::move(config);
    misplaced_ = rearranged_ = view_is_old_ = true;
}

// Asked between what was heard and the turn that follows, the last view would speak of what has gone.
std::vector<ExplainStep> Reconciler::explain(std::string_view object) const {
    const Situation now = situation();
    const Plan wanted = plan_now();
    std::optional<View> fresh;
    if (view_is_old_) fresh = derive_view(now, wanted, settled_.event_source);
    return core::explain(now, wanted, fresh ? *fresh : view_, object,
                         [this](const std::string& module) { return kernel_.parameters(module); });
}

Situation Reconciler::situation() const {
    return situation(orders_);
}

Situation Reconciler::situation(const Orders& orders) const {
    return {.config = config_,
            .file = settled_.file,
            .table = table_,
            .chassis = chassis(),
            .observed = observed_,
            .owned = owned_,
            .orders = orders,
            .models = models_,
            .attempts = attempts_,
            .standings = standings_,
            .machine_id = settled_.machine_id,
            .now = around_.now(),
            .force = force_};
}

Plan Reconciler::plan_now() const {
    Situation now = situation();
    now.ahead = true;
    return plan(now);
}

Plan Reconciler::plan_for(const Config& file, const DriverTable& table) const {
    Config config = file;
    orders_.obey(config);
    const Chassis chassis = place(config, observed_);
    return plan({.config = config,
                 .file = settled_.file,
                 .table = table,
                 .chassis = chassis,
                 .observed = observed_,
                 .owned = owned_,
                 .orders = orders_,
                 .models = models_,
                 .attempts = attempts_,
                 .standings = standings_,
                 .machine_id = settled_.machine_id,
                 .now = around_.now(),
                 .ahead = true});
}

std::optional<std::string> Reconciler::bonds_trouble() const {
    const Attempt* load = attempts_.find(LoadModule{.module = "bonding"});
    if (load && load->state == Attempt::State::running) return std::nullopt;
    if (orders_.pause) return "";             // by an operator's will
    for (const BondView& bond : view_.bonds)
        if (!observed_.link(bond.name)) return bond.name + ": " + bond.problem;
    return "";
}

void Reconciler::say(NoticeKind kind, NoticeLevel level, Notice notice) {
    notice.kind = kind;
    notice.level = level;
    around_.publish(notice);
}

} // namespace had
