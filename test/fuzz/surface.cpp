#include "test/fuzz/surface.hpp"

#include "test/fuzz/target.hpp"

namespace had::test {

using namespace core;
using control::OrderAnswer;
using control::SlotAnswer;

namespace {

constexpr const char* now = "2002-05-01T12:00:00Z";

control::PlanAnswer answer_of(Plan plan, Diagnostics diagnostics) {
    std::vector<std::string> waiting = plan.waiting();
    return {std::move(plan.actions), std::move(waiting), std::move(diagnostics)};
}

} // namespace

control::PlanAnswer Surface::plan(std::optional<std::string_view> text) const {
    if (!text) return answer_of(rig_.had().plan_for(sample_configs()[file], sample_table()), {});
    ParsedConfig parsed = parse_config(*text);
    if (has_errors(parsed.diagnostics)) return {{}, {}, std::move(parsed.diagnostics)};
    return answer_of(rig_.had().plan_for(parsed.config, sample_table()), std::move(parsed.diagnostics));
}

control::ReloadAnswer Surface::reload(bool force) {
    rig_.had().reload(sample_configs()[file], sample_table(), force);
    control::ReloadAnswer answer;
    answer.taken = true;
    answer.file = "had.conf";
    answer.waiting = answer_of(rig_.had().plan_now(), {}).waiting;
    return answer;
}

// Null: it is over already, which needs a failure, or news from the kernel while it was carried out.
OrderAnswer Surface::order_answer(const std::optional<Refusal>& refusal, const OrderView* order) const {
    if (refusal) return {refusal, {}};
    must(order != nullptr || !strict, "an order that was taken is in the view");
    return {std::nullopt, order ? *order : OrderView{}};
}

OrderAnswer Surface::activate(const std::string& bond, const std::string& port, const std::string& user) {
    const auto refusal = rig_.had().activate(bond, port, {"", user, now});
    return order_answer(refusal, view().order_of_bond(bond));
}

OrderAnswer Surface::end_activation(const std::string& bond, const std::string& user) {
    return {rig_.had().end_activation(bond, user), {}};
}

SlotAnswer Surface::offline(const control::SlotRequest& r) {
    return slot_answer(rig_.had().offline(r.slot, {r.force, false, "", r.user, now}, r.wait), r.slot);
}

SlotAnswer Surface::online(const control::SlotRequest& r) {
    return slot_answer(rig_.had().online(r.slot, r.user), r.slot);
}

SlotAnswer Surface::identify(const control::SlotRequest& r) {
    return slot_answer(rig_.had().identify(r.slot, r.user), r.slot);
}

SlotAnswer Surface::accept(const control::SlotRequest& r) {
    return slot_answer(rig_.had().accept(r.slot, r.user), r.slot);
}

SlotAnswer Surface::slot_answer(std::optional<Refusal> refusal, const SlotName& slot) const {
    if (refusal) return {std::move(refusal), {}};
    const SlotView* there = view().slot(slot);
    return {std::nullopt, there ? *there : SlotView{}};
}

OrderAnswer Surface::release(const control::DomainRequest& r) {
    return domain_answer(rig_.had().release(r.domain, {false, r.force, r.user, now}), r.domain);
}

OrderAnswer Surface::take(const control::DomainRequest& r) {
    return domain_answer(rig_.had().take(r.domain, {true, false, r.user, now}), r.domain);
}

OrderAnswer Surface::domain_answer(std::optional<Refusal> refusal, const std::string& domain) const {
    if (refusal) return {std::move(refusal), {}};
    for (const OrderView& order : view().orders)
        if (order.domain == domain) return {std::nullopt, order};
    return {};
}

OrderAnswer Surface::leave_out(const std::string& port, const std::string& user) {
    const auto name = rig_.had().port_name(port);
    const auto refusal = rig_.had().leave_out(port, {user, now, {}});
    must(refusal || name, "an order is taken for a port that is known", port);
    return order_answer(refusal, name ? view().leave_out_of(*name) : nullptr);
}

OrderAnswer Surface::end_leave_out(const std::string& port, const std::string& user) {
    return {rig_.had().end_leave_out(port, user), {}};
}

OrderAnswer Surface::pause(Duration duration, const std::string& user) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
    rig_.had().pause({user, now, rig_.wall() + seconds});
    return order_answer(std::nullopt, view().pause());
}

OrderAnswer Surface::resume(const std::string& user) {
    rig_.had().resume(user);
    return {};
}

} // namespace had::test
