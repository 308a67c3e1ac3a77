// Orders as they are kept: one a line.
#include "had/core/base/number.hpp"
#include "had/core/base/text.hpp"
#include "had/core/policy/orders.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace had::core {
namespace {

// The next word of a line, which loses it.
std::string take_word(std::string_view& line) {
    return std::string(take_until(line, ' '));
}

constexpr std::string_view no_end = "-";

bool read_end(PauseOrder& pause, std::string_view word) {
    if (word == no_end) return true;
    pause.until = number<std::int64_t>(word);
    return pause.until && *pause.until >= 0 && *pause.until <= latest_time;
}

// "pause 1020254400 2002-05-01T11:30:00.000001Z root", "pause - 2002-05-01T11:30:00Z the daemon"
bool read_pause(Orders& orders, std::string_view line) {
    PauseOrder pause;
    const bool has_end = read_end(pause, take_word(line));
    pause.since = take_word(line);
    pause.by = line;
    if (!has_end || pause.by.empty() || orders.pause) return false;
    orders.pause = std::move(pause);
    return true;
}

// "leave-out 2.1 bond0 2002-05-01T12:00:00.000001Z root"
bool read_leave_out(Orders& orders, std::string_view line) {
    const auto port = port_name_from(take_word(line));
    LeaveOutOrder order;
    order.bond = take_word(line);
    order.since = take_word(line);
    order.by = line;
    return port && !order.by.empty() && orders.left_out.emplace(*port, std::move(order)).second;
}

// "activate bond0 2.1 2002-05-01T12:00:00.000001Z root"
bool read_activate(Orders& orders, std::string_view line) {
    const std::string bond = take_word(line);
    ActivateOrder order;
    order.port = take_word(line);
    order.since = take_word(line);
    order.by = line;
    if (order.by.empty()) return false;
    return orders.active.emplace(bond, std::move(order)).second;
}

constexpr std::string_view asked = "asked", forced = "forced", done = "out", no_switch = "-";

std::string_view stage_of(const OfflineOrder& order) {
    return order.out ? done : order.force ? forced : asked;
}

// "offline 2 asked 2 2002-05-01T12:00:00.000001Z root": how far it is, and the kernel's slot.
bool read_offline(Orders& orders, std::string_view line) {
    const std::string slot = take_word(line), stage = take_word(line);
    OfflineOrder order;
    order.force = stage == forced;
    order.out = stage == done;
    order.kernel = take_word(line);
    if (order.kernel == no_switch) order.kernel.clear();
    order.since = take_word(line);
    order.by = line;
    if (stage != stage_of(order) || order.by.empty()) return false;
    return orders.offline.emplace(slot, std::move(order)).second;
}

// "online 2 2 2002-05-01T12:00:00.000001Z root"
bool read_online(Orders& orders, std::string_view line) {
    const std::string slot = take_word(line);
    OnlineOrder order;
    order.kernel = take_word(line);
    if (order.kernel == no_switch) order.kernel.clear();
    order.since = take_word(line);
    order.by = line;
    return !order.by.empty() && orders.online.emplace(slot, std::move(order)).second;
}

// "accept 2 8086:100e 2002-05-01T12:00:00Z root"
bool read_accept(Orders& orders, std::string_view line) {
    const std::string slot = take_word(line);
    AcceptOrder order;
    const auto model = model_from(take_word(line));
    order.model = model.value_or(ModelId{});
    order.since = take_word(line);
    order.by = line;
    return model && !order.by.empty() && orders.accepted.emplace(slot, std::move(order)).second;
}

// "release B asked 2002-05-01T12:00:00Z root", "take B asked ..."
template <bool take>
bool read_domain(Orders& orders, std::string_view line) {
    const std::string domain = take_word(line), stage = take_word(line);
    DomainOrder order;
    order.take = take;
    order.force = stage == forced;
    order.since = take_word(line);
    order.by = line;
    if ((stage != forced && stage != asked) || order.by.empty()) return false;
    return orders.domains.emplace(domain, std::move(order)).second;
}

// "use wan dsl 2002-05-01T12:00:00Z root"
bool read_use(Orders& orders, std::string_view line) {
    const std::string group = take_word(line);
    UseOrder order;
    order.member = take_word(line);
    order.since = take_word(line);
    order.by = line;
    return !order.by.empty() && orders.used.emplace(group, std::move(order)).second;
}

// "hold wan lte 2002-05-01T12:00:00Z root"
bool read_hold(Orders& orders, std::string_view line) {
    const std::string group = take_word(line), member = take_word(line);
    HoldOrder order;
    order.since = take_word(line);
    order.by = line;
    return !order.by.empty() && orders.held.emplace(std::pair(group, member), std::move(order)).second;
}

// "ack bond0/redundancy 2002-05-01T12:00:00.000001Z root"
bool read_acked(Orders& orders, std::string_view line) {
    const std::string id = take_word(line);
    AlarmNote note;
    note.since = take_word(line);
    note.by = line;
    return !note.by.empty() && orders.acked.emplace(id, std::move(note)).second;
}

// How each kind of order stands in the file: its first word, how the rest of the line is read, and all its lines.
struct OrderKind {
    std::string_view word;
    bool (*read)(Orders&, std::string_view line);
    void (*print)(const Orders&, std::string& out);
};

void print_pause(const Orders& orders, std::string& out) {
    if (!orders.pause) return;
    const auto& [by, since, until] = *orders.pause;
    out += fmt::format("pause {} {} {}\n", until ? fmt::to_string(*until) : std::string(no_end), since, by);
}

void print_active(const Orders& orders, std::string& out) {
    for (const auto& [bond, order] : orders.active)
        out += fmt::format("activate {} {} {} {}\n", bond, order.port, order.since, order.by);
}

void print_offline(const Orders& orders, std::string& out) {
    for (const auto& [slot, order] : orders.offline)
        out += fmt::format("offline {} {} {} {} {}\n", slot, stage_of(order),
                           order.kernel.empty() ? no_switch : order.kernel, order.since, order.by);
}

void print_online(const Orders& orders, std::string& out) {
    for (const auto& [slot, order] : orders.online)
        out += fmt::format("online {} {} {} {}\n", slot, order.kernel.empty() ? no_switch : order.kernel,
                           order.since, order.by);
}

void print_accepted(const Orders& orders, std::string& out) {
    for (const auto& [slot, order] : orders.accepted)
        out += fmt::format("accept {} {} {} {}\n", slot, to_pci_id(order.model.vendor, order.model.device),
                           order.since, order.by);
}

template <bool take>
void print_domains(const Orders& orders, std::string& out) {
    for (const auto& [domain, order] : orders.domains)
        if (order.take == take)
            out += fmt::format("{} {} {} {} {}\n", take ? "take" : "release", domain, order.force ? forced : asked,
                               order.since, order.by);
}

void print_left_out(const Orders& orders, std::string& out) {
    for (const auto& [port, order] : orders.left_out)
        out += fmt::format("leave-out {} {} {} {}\n", to_string(port), order.bond, order.since, order.by);
}

void print_used(const Orders& orders, std::string& out) {
    for (const auto& [group, order] : orders.used)
        out += fmt::format("use {} {} {} {}\n", group, order.member, order.since, order.by);
}

void print_held(const Orders& orders, std::string& out) {
    for (const auto& [of, order] : orders.held)
        out += fmt::format("hold {} {} {} {}\n", of.first, of.second, order.since, order.by);
}

void print_acked(const Orders& orders, std::string& out) {
    for (const auto& [id, note] : orders.acked) out += fmt::format("ack {} {} {}\n", id, note.since, note.by);
}

constexpr OrderKind kinds[] = {
    {"pause", read_pause, print_pause},
    {"activate", read_activate, print_active},
    {"offline", read_offline, print_offline},
    {"online", read_online, print_online},
    {"accept", read_accept, print_accepted},
    {"release", read_domain<false>, print_domains<false>},
    {"take", read_domain<true>, print_domains<true>},
    {"leave-out", read_leave_out, print_left_out},
    {"use", read_use, print_used},
    {"hold", read_hold, print_held},
    {"ack", read_acked, print_acked},
};

bool read_order(Orders& orders, std::string_view line) {
    if (line.find('\0') != std::string_view::npos) return false;    // what a disk had not written yet
    const std::string word = take_word(line);
    const auto kind = std::find_if(std::begin(kinds), std::end(kinds),
                                   [&](const OrderKind& each) { return each.word == word; });
    return kind != std::end(kinds) && kind->read(orders, line);
}

} // namespace

std::string print(const Orders& orders) {
    std::string out;
    for (const OrderKind& kind : kinds) kind.print(orders, out);
    return out;
}

ParsedOrders parse_orders(std::string_view text) {
    ParsedOrders parsed;
    std::size_t mistakes = 0;
    for (unsigned number = 1; !text.empty(); ++number) {
        const std::string_view line = take_until(text, '\n');
        if (line.empty() || read_order(parsed.orders, line)) continue;
        if (++mistakes <= most_mistakes)
            parsed.mistakes.push_back(fmt::format("line {}: no order that the daemon knows", number));
    }
    if (mistakes > most_mistakes)
        parsed.mistakes.push_back(fmt::format("{} lines are no orders that the daemon knows", mistakes));
    return parsed;
}

} // namespace had::core
