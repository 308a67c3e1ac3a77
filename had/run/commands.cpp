// Which part of the turn carries out which command, and the answer to it.  The answer is looked up by the resolved
// names.  An order may already be over within the call that gave it: by the clock, another card, or the kernel.
#include "had/run/reconciler.hpp"

#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

namespace {

// The order that holds, or the answer that it is over already.
CommandAnswer answer(const OrderView* order, const std::string& object) {
    if (order) return *order;
    OrderView over;
    over.text = fmt::format("{}: the order was taken, and is over already", object);
    return over;
}

CommandAnswer answer(const SlotView* slot) { return slot ? *slot : SlotView{}; }

CommandAnswer no_order(OrderView about, std::string text) {
    about.text = std::move(text);
    return about;
}

} // namespace

CommandAnswer Reconciler::carry_out(const Command& given, const std::string& user) {
    const auto slot_answer = [&](std::optional<Refusal> refusal, const SlotName& slot) -> CommandAnswer {
        if (refusal) return *std::move(refusal);
        return answer(view().slot(slot));
    };
    const auto domain_answer = [&](std::optional<Refusal> refusal, const std::string& domain) -> CommandAnswer {
        if (refusal) return *std::move(refusal);
        if (const OrderView* order = view().order_of_domain(domain)) return *order;
        return no_order({.domain = domain}, "no order holds");
    };
    const auto alarm_answer = [&](std::optional<Refusal> refusal, const std::string& id) -> CommandAnswer {
        if (refusal) return *std::move(refusal);
        const Alarm* alarm = view().alarm_of(id);
        return alarm ? *alarm : Alarm{};
    };
    return std::visit(
        overloaded{
            [&](const command::Activate& c) -> CommandAnswer {
                if (auto refusal = orders_.activate(c.bond, c.port, user)) return *std::move(refusal);
                return answer(view().order_of_bond(c.bond), c.bond);
            },
            [&](const command::Auto& c) -> CommandAnswer {
                if (auto refusal = orders_.end_activation(c.bond, user)) return *std::move(refusal);
                return no_order({.bond = c.bond}, c.bond + ": no order holds, the daemon chooses the active port");
            },
            [&](const command::Offline& c) { return slot_answer(extraction_.offline(c, user), c.slot); },
            [&](const command::Online& c) { return slot_answer(extraction_.online(c.slot, user), c.slot); },
            [&](const command::Identify& c) { return slot_answer(extraction_.identify(c.slot, user), c.slot); },
            [&](const command::Accept& c) { return slot_answer(domains_.accept(c.slot, user), c.slot); },
            [&](const command::Release& c) {
                return domain_answer(domains_.release(c.domain, c.force, user), c.domain);
            },
            [&](const command::Take& c) { return domain_answer(domains_.take(c.domain, user), c.domain); },
            [&](const command::LeaveOut& c) -> CommandAnswer {
                auto taken = orders_.leave_out(c.port, user);
                if (auto* refusal = std::get_if<Refusal>(&taken)) return std::move(*refusal);
                return answer(view().leave_out_of(std::get<PortName>(taken)), c.port);
            },
            [&](const command::PutBack& c) -> CommandAnswer {
                if (auto refusal = orders_.end_leave_out(c.port, user)) return *std::move(refusal);
                return no_order({.port = c.port}, c.port + ": no order holds, it goes back into its bond");
            },
            [&](const command::Use& c) -> CommandAnswer {
                if (auto refusal = services_.use(c.group, c.member, user)) return *std::move(refusal);
                return answer(view().order_of_group("use", c.group, c.member), c.group);
            },
            [&](const command::Hold& c) -> CommandAnswer {
                if (auto refusal = services_.hold(c.group, c.member, user)) return *std::move(refusal);
                return answer(view().order_of_group("hold", c.group, c.member), c.group);
            },
            [&](const command::ReleaseGroup& c) -> CommandAnswer {
                if (auto refusal = services_.release(c.group, user)) return *std::move(refusal);
                return no_order({.group = c.group}, c.group + ": no order holds, the daemon chooses the member");
            },
            [&](const command::Pause& c) -> CommandAnswer {
                orders_.pause(c.duration, user);
                return answer(view().pause(), "the pause");
            },
            [&](const command::Resume&) -> CommandAnswer {
                orders_.resume(user);
                return no_order({}, "the daemon acts");
            },
            [&](const command::Ack& c) { return alarm_answer(alarms_.ack(view(), c.id, user), c.id); },
            [&](const command::Report& c) {
                return alarm_answer(alarms_.report(c), alarm_id(c.object, c.type));
            },
        },
        given);
}

} // namespace had
