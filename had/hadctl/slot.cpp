// Orders about slots and domains.  `slot offline` stays until the card is safe to pull, `domain release` until
// the domain is free, or something keeps it.
#include "had/control/client.hpp"
#include "had/control/view_json.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/terminal.hpp"
#include "had/hadctl/understood.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace had::hadctl {

namespace {

using control::Client;
using control::ClientError;
using core::Extraction;
using core::OrderView;
using core::SlotView;

SlotView order(Client& client, std::string_view verb, control::Args args) {
    return understood(control::slot_from_json(client.call(verb, std::move(args))));
}

// The state now.  The daemon reports a change once after each request, so earlier reports are dropped first.
SlotView look_at(Client& client, const std::string& name) {
    while (client.take_event()) {}
    const core::View view = understood(control::view_from_json(client.call("status")));
    const SlotView* slot = view.slot(name);
    return understood(slot ? std::optional(*slot) : std::nullopt);
}

Exit tell(const Options& options, const SlotView& slot, std::string_view text) {
    print(options.json ? control::to_json(slot) + "\n" : fmt::format("slot {}: {}\n", slot.name, text));
    return Exit::ok;
}

OrderView order_about(Client& client, std::string_view verb, const Options& options, control::Args args) {
    args.emplace("domain", options.domain);
    return understood(control::order_from_json(client.call(verb, std::move(args))));
}

Exit tell(const Options& options, const OrderView& given, std::string_view text) {
    print(options.json ? control::to_json(given) + "\n" : fmt::format("domain {} {}\n", options.domain, text));
    return Exit::ok;
}

// Released by an order in force; or had.conf leaves the domain to another host, and then the order ends when it is
// done.
bool is_given_away(const core::View& view, const std::string& domain) {
    return std::any_of(view.orders.begin(), view.orders.end(), [&](const OrderView& order) {
        return order.what == "release" && order.domain == domain;
    }) || std::any_of(view.slots.begin(), view.slots.end(), [&](const SlotView& slot) {
        return slot.domain == domain && !slot.controlled;
    });
}

// One whose card is still on its way out.
const SlotView* busy_slot(const core::View& view, const std::string& domain) {
    const auto at = std::find_if(view.slots.begin(), view.slots.end(), [&](const SlotView& slot) {
        return slot.domain == domain && slot.extraction != Extraction::none &&
               slot.extraction != Extraction::detached && slot.extraction != Extraction::out;
    });
    return at == view.slots.end() ? nullptr : &*at;
}

// While the card is on its way out; `told` is what was last printed of it.
bool is_under_way(const SlotView& slot, std::string& told) {
    if (slot.extraction == Extraction::none || slot.extraction == Extraction::out ||
        slot.extraction == Extraction::detached || !slot.problem.empty())
        return false;
    if (slot.extraction == Extraction::waiting && slot.doing != told)
        print_error(fmt::format("slot {}: {}", slot.name, slot.doing));
    told = slot.doing;
    return true;
}

} // namespace

Exit offline(const Options& options) {
    const control::Args args = {{"slot", options.slot}, {"force", options.force}, {"wait", options.wait}};
    if (options.foresee) return foresee(options, "slot.offline", args);
    Client client(options.socket);
    client.call("subscribe", {{"changes", true}});
    SlotView slot = order(client, "slot.offline", args);
    if (slot.extraction == Extraction::none)
        return tell(options, slot, "it is empty, there is nothing to pull");
    std::string told;
    for (slot = look_at(client, options.slot); is_under_way(slot, told); slot = look_at(client, options.slot))
        client.wait_event(std::nullopt);
    if (slot.extraction == Extraction::none)
        throw ClientError(Exit::refused,
                          fmt::format("slot {}: the order has ended, and its card serves", slot.name));
    if (!slot.problem.empty())
        throw ClientError(Exit::failed, fmt::format("slot {}: {}", slot.name, slot.problem));
    if (slot.extraction != Extraction::out || options.json) return tell(options, slot, slot.doing);
    print(fmt::format("slot {} is safe to pull\n", slot.name));
    return Exit::ok;
}

Exit online(const Options& options) {
    Client client(options.socket);
    const SlotView slot = order(client, "slot.online", {{"slot", options.slot}});
    return tell(options, slot,
                slot.card ? "online, the daemon takes its card into service"
                          : "online; a card serves again when it is in and the slot is switched on");
}

Exit order_slot(const Options& options, std::string_view verb, std::string_view done) {
    Client client(options.socket);
    return tell(options, order(client, verb, {{"slot", options.slot}}), done);
}

Exit release(const Options& options) {
    Client client(options.socket);
    client.call("subscribe", {{"changes", true}});
    const OrderView given = order_about(client, "domain.release", options, {{"force", options.force}});
    if (given.what != "release") return tell(options, given, "is another host's");
    for (std::string told;;) {
        while (client.take_event()) {}
        const core::View view = understood(control::view_from_json(client.call("status")));
        if (!is_given_away(view, options.domain))
            throw ClientError(Exit::refused, fmt::format("domain {}: the order has ended", options.domain));
        const SlotView* busy = busy_slot(view, options.domain);
        if (!busy) return tell(options, given, "is released");
        if (!is_under_way(*busy, told))
            throw ClientError(Exit::failed, fmt::format("slot {}: {}", busy->name, busy->problem));
        client.wait_event(std::nullopt);
    }
}

Exit take(const Options& options) {
    Client client(options.socket);
    return tell(options, order_about(client, "domain.take", options, {}),
                "is this host's, the daemon takes its cards into service");
}

} // namespace had::hadctl
