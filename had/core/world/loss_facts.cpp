#include "had/core/world/loss_facts.hpp"

#include "had/core/base/number.hpp"
#include "had/core/base/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace had::core {
namespace {

constexpr std::array<std::string_view, 3> severities{"correctable", "non-fatal", "fatal"};
constexpr std::string_view card = "card", root_port = "root-port";
constexpr std::size_t most_kinds = 8;

bool is_severity(std::string_view word) {
    return std::find(severities.begin(), severities.end(), word) != severities.end();
}

// "card 0000:02:00.0 correctable 3 BadTLP 2 Timeout 1 fatal 0".
std::string print(const LossFacts::Counted& one) {
    std::string out = fmt::format("{} {}", one.root_port ? root_port : card, one.function);
    for (const auto& [severity, count] : one.errors) {
        out += fmt::format(" {} {}", severity, count.total);
        for (const auto& [kind, times] : count.kinds) out += fmt::format(" {} {}", kind, times);
    }
    return out;
}

void read_counted(LossFacts& facts, std::string_view text) {
    const std::vector<std::string_view> w = words_of(text);
    if (w.size() < 2 || (w[0] != card && w[0] != root_port)) return;
    LossFacts::Counted one{.root_port = w[0] == root_port, .function = std::string(w[1]), .errors = {}};
    ErrorCount* count = nullptr;
    for (std::size_t i = 2; i + 1 < w.size(); i += 2) {
        const auto times = number<std::uint64_t>(w[i + 1]);
        if (!times) return;
        if (is_severity(w[i])) (count = &one.errors[std::string(w[i])])->total = *times;
        else if (count) count->kinds[std::string(w[i])] = *times;
    }
    facts.counted.push_back(std::move(one));
}

ErrorCount added(const ErrorCount& now, const ErrorCount& before) {
    ErrorCount more{.total = now.total - before.total, .kinds = {}};
    for (const auto& [kind, times] : now.kinds) {
        const auto at = before.kinds.find(kind);
        const std::uint64_t old = at == before.kinds.end() ? 0 : at->second;
        if (times > old) more.kinds[kind] = times - old;
    }
    return more;
}

// A counter that has fallen is of another card at the same place, which has counted all of it.
bool has_fallen(const PcieErrors& now, const PcieErrors& before) {
    return std::any_of(now.begin(), now.end(), [&](const auto& entry) {
        const auto at = before.find(entry.first);
        return at != before.end() && entry.second.total < at->second.total;
    });
}

// "correctable 3 (BadTLP 2, Timeout 1), fatal 1 (DLP 1)"; empty: there are none.
std::string words(const PcieErrors& errors) {
    std::vector<std::string> all;
    for (const std::string_view severity : severities) {
        const auto at = errors.find(std::string(severity));
        if (at == errors.end() || at->second.total == 0) continue;
        std::vector<std::string> kinds;
        for (const auto& [kind, times] : at->second.kinds)
            if (kinds.size() < most_kinds) kinds.push_back(fmt::format("{} {}", kind, times));
        all.push_back(fmt::format("{} {}{}", severity, at->second.total,
                                  kinds.empty() ? "" : fmt::format(" ({})", fmt::join(kinds, ", "))));
    }
    return fmt::format("{}", fmt::join(all, ", "));
}

std::string tell(const LossFacts::Counted& one, KnownErrors& known) {
    const auto [at, fresh] = known.try_emplace(one.function);
    PcieErrors& before = at->second;
    const bool since_boot = fresh || has_fallen(one.errors, before);
    PcieErrors more = one.errors;
    if (!since_boot)
        for (auto& [severity, count] : more)
            if (const auto old = before.find(severity); old != before.end()) count = added(count, old->second);
    for (const auto& [severity, count] : one.errors) before[severity] = count;
    const std::string counted = words(more);
    if (counted.empty()) return "";
    return fmt::format("PCIe errors that {} {} has counted since {}: {}", one.root_port ? "its root port" : "the card",
                       one.function, since_boot ? "the boot" : "they were last read", counted);
}

} // namespace

std::string print(const LossFacts& facts) {
    std::string out = facts.driver;
    for (const LossFacts::Counted& one : facts.counted) out += "\t" + print(one);
    return out;
}

LossFacts parse_loss_facts(std::string_view line) {
    LossFacts facts{.driver = std::string(take_until(line, '\t')), .counted = {}};
    while (!line.empty()) read_counted(facts, take_until(line, '\t'));
    return facts;
}

std::string tell_loss(const LossFacts& facts, KnownErrors& known) {
    std::vector<std::string> all;
    if (!facts.driver.empty()) all.push_back(facts.driver);
    for (const LossFacts::Counted& one : facts.counted)
        if (std::string told = tell(one, known); !told.empty()) all.push_back(std::move(told));
    return fmt::format("{}", fmt::join(all, "; "));
}

} // namespace had::core
