// Orders about a slot.  `slot offline` stays until the card is safe to pull, or something keeps it.
#include "had/control/client.hpp"
#include "had/control/view_json.hpp"
#include "had/hadctl/commands.hpp"
#include "had/hadctl/terminal.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <optional>

namespace had::hadctl {

namespace {

using control::Client;
using control::ClientError;
using core::Extraction;
using core::SlotView;

constexpr const char* not_understood = "had answers what this hadctl does not understand";

SlotView order(Client& client, std::string_view verb, control::Args args) {
    auto slot = control::slot_from_json(client.call(verb, std::move(args)));
    if (!slot) throw ClientError(Exit::failed, not_understood);
    return *std::move(slot);
}

// As it is now.  had tells of a change once after each request, so what it has told is forgotten before.
SlotView look_at(Client& client, const std::string& name) {
    while (client.take_event()) {}
    const auto view = control::view_from_json(client.call("status"));
    const SlotView* slot = view ? view->slot(name) : nullptr;
    if (!slot) throw ClientError(Exit::failed, not_understood);
    return *slot;
}

Exit tell(const Options& options, const SlotView& slot, std::string_view text) {
    print(options.json ? control::to_json(slot) + "\n" : fmt::format("slot {}: {}\n", slot.name, text));
    return Exit::ok;
}

// While it is on its way out; `told` is what was last said of it, to whoever watches.
bool is_under_way(const SlotView& slot, std::string& told) {
    if (slot.extraction == Extraction::none || slot.extraction == Extraction::out ||
        slot.extraction == Extraction::detached || !slot.problem.empty())
        return false;
    if (slot.extraction == Extraction::waiting && slot.doing != told)
        fmt::print(stderr, "slot {}: {}\n", slot.name, slot.doing);
    told = slot.doing;
    return true;
}

} // namespace

Exit offline(const Options& options) {
    Client client(options.socket);
    client.call("subscribe", {{"changes", true}});
    SlotView slot = order(client, "slot.offline",
                          {{"slot", options.slot}, {"force", options.force}, {"wait", options.wait}});
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
    return tell(options, slot, slot.doing);
}

Exit online(const Options& options) {
    Client client(options.socket);
    const SlotView slot = order(client, "slot.online", {{"slot", options.slot}});
    return tell(options, slot, slot.card ? "online, had takes its card into service" : "online, and empty");
}

Exit identify(const Options& options) {
    Client client(options.socket);
    return tell(options, order(client, "slot.identify", {{"slot", options.slot}}), "its LED blinks");
}

} // namespace had::hadctl
