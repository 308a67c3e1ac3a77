#include "had/run/alarm_book.hpp"

#include "had/core/base/limits.hpp"
#include "had/core/base/printable.hpp"
#include "had/core/base/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace had {

using namespace core;

namespace {

// What a client may make grow.  Real ones report one or two.
constexpr std::size_t most_reported = 64, most_counts = 4096, most_text = 1024, most_name = 64;

// It becomes a part of an id, which is a word.
bool is_name(std::string_view text) {
    const auto fits = [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' ||
               c == '_';
    };
    return !text.empty() && text.size() <= most_name && std::all_of(text.begin(), text.end(), fits);
}

} // namespace

std::vector<Alarm> AlarmBook::found(const View& now) const {
    std::vector<Alarm> alarms = find_alarms(now, run_.around.wall());
    for (const auto& [id, alarm] : reported_) alarms.push_back(alarm);
    std::stable_sort(alarms.begin(), alarms.end(),
                     [](const Alarm& a, const Alarm& b) { return a.severity < b.severity; });
    return alarms;
}

void AlarmBook::fill(const View& before, View& now) {
    now.alarms = found(now);
    std::erase_if(now.alarms, [&](const Alarm& alarm) { return alarm.under_way && !before.alarm_of(alarm.id); });
    if (counts_.size() > most_counts) counts_.clear();
    for (Alarm& alarm : now.alarms) {
        alarm.under_way = false;
        if (const Alarm* old = before.alarm_of(alarm.id)) {
            alarm.raised = old->raised;
            alarm.count = old->count;
        } else {
            alarm.raised = run_.around.date();
            alarm.count = ++counts_[alarm.id];
        }
        const auto note = m_.orders.acked.find(alarm.id);
        if (note == m_.orders.acked.end()) continue;
        alarm.acked = note->second.since;
        alarm.acked_by = note->second.by;
    }
    const std::int64_t wall = run_.around.wall();
    const auto old = next_old_order(now, wall);
    next_ = old ? std::optional(run_.now() + std::chrono::seconds(*old - wall)) : std::nullopt;
}

void AlarmBook::drop_notes(const View& now) {
    const auto is_over = [&](const auto& entry) { return now.alarm_of(entry.first) == nullptr; };
    if (std::erase_if(m_.orders.acked, is_over) > 0) run_.keep_or_log();
}

std::optional<Refusal> AlarmBook::ack(const View& view, const std::string& id, const std::string& user) {
    const Alarm* alarm = view.alarm_of(id);
    if (!alarm)
        return Refusal{.no_such_object = true,
                       .text = fmt::format("{}: no such alarm; `hadctl alarms` lists them",
                                           shortened(id, limits::echo_bytes))};
    if (!alarm->acked.empty()) return std::nullopt;
    Orders orders = m_.orders;
    orders.acked[id] = {.by = user, .since = run_.around.date()};
    run_.keep(std::move(orders));
    run_.turn();
    return std::nullopt;
}

std::optional<Refusal> AlarmBook::report(const command::Report& what) {
    const AlarmKind* kind = alarm_kind(what.type);
    if (!kind || kind->find) return Refusal{.text = what.type + ": no kind of alarm that is reported"};
    if (!is_name(what.object))
        return Refusal{.text = fmt::format("an object is {} letters, digits, '.', '-' and '_' at most", most_name)};
    const std::string id = alarm_id(what.object, what.type);
    if (what.text.empty()) reported_.erase(id);
    else if (reported_.size() >= most_reported && !reported_.contains(id))
        return Refusal{.text = fmt::format("{} alarms are reported already", most_reported)};
    else
        reported_[id] = {.id = id,
                         .object = what.object,
                         .type = what.type,
                         .severity = kind->severity,
                         .text = printable(shortened(what.text, most_text)),
                         .repair = std::string(kind->repair)};
    run_.turn();
    return std::nullopt;
}

} // namespace had
