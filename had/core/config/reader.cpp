#include "had/core/config/reader.hpp"

#include "had/core/base/number.hpp"
#include "had/core/base/duration.hpp"
#include "had/core/base/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace had::core {

void Notes::error(const Line& line, std::string text) const {
    tell(list, mistake(Severity::error, line, object, std::move(text)));
}

void Notes::warning(const Line& line, std::string text) const {
    tell(list, mistake(Severity::warning, line, object, std::move(text)));
}

std::optional<std::string_view> without_quotes(std::string_view text) {
    if (text.size() < 3 || (text.front() != '"' && text.front() != '\'') || text.back() != text.front())
        return std::nullopt;
    return text.substr(1, text.size() - 2);
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
    return core::number<std::uint64_t>(text);
}

std::string either(std::span<const std::string_view> words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
        text += words[i];
    }
    return text;
}

std::vector<std::string_view> Reader::words() const {
    constexpr std::string_view between = " \t,";
    std::vector<std::string_view> result;
    std::string_view rest = entry_.value;
    for (;;) {
        const auto first = rest.find_first_not_of(between);
        if (first == std::string_view::npos) return result;
        rest.remove_prefix(first);
        const auto end = std::min(rest.find_first_of(between), rest.size());
        result.push_back(rest.substr(0, end));
        rest.remove_prefix(end);
    }
}

std::vector<std::string_view> Reader::list() const {
    auto all = words();
    if (all.empty()) error("'{}' has no value between its commas", entry_.key);
    return all;
}

void Reader::must_be(std::string_view what, std::string_view value) const {
    error("'{}' must be {}, not '{}'", entry_.key, what, value);
}

void Reader::unknown(std::span<const std::string_view> candidates) const {
    std::string hint = is_full(notes_.list) ? "" : did_you_mean(entry_.value, candidates);
    if (hint.empty()) hint = fmt::format(", it is {}", either(candidates));
    error("unknown {} '{}'{}", entry_.key, entry_.value, hint);
}

std::optional<std::uint64_t> Reader::number(std::uint64_t min, std::uint64_t max,
                                            std::string_view unit) const {
    const auto value = whole_number(entry_.value);
    if (value && *value >= min && *value <= max) return value;
    const std::string of =
        unit.empty() ? "" : fmt::format(" of {}, written without the unit,", unit);
    must_be(fmt::format("a whole number{} from {} to {}", of, min, max));
    return std::nullopt;
}

std::optional<std::int32_t> Reader::signed_number() const {
    if (const auto value = core::number<std::int32_t>(entry_.value)) return value;
    must_be("a whole number from -2147483648 to 2147483647");
    return std::nullopt;
}

std::optional<bool> Reader::yes_or_no() const {
    constexpr std::string_view yes[] = {"yes", "on", "true", "1"};
    constexpr std::string_view no[] = {"no", "off", "false", "0"};
    const auto is_one_of = [&](const auto& words) {
        return std::find(std::begin(words), std::end(words), entry_.value) != std::end(words);
    };
    if (is_one_of(yes)) return true;
    if (is_one_of(no)) return false;
    must_be("yes or no");
    return std::nullopt;
}

std::optional<Duration> Reader::duration() const {
    const auto value = duration_from(entry_.value);
    if (!value) must_be("a duration with its unit, such as 200ms, 10s or 5min");
    return value;
}

std::optional<std::string> Reader::absolute_path() const {
    if (entry_.value[0] != '/') {
        must_be("a path that begins with '/'");
        return std::nullopt;
    }
    const auto path = std::filesystem::path(entry_.value).lexically_normal();
    if (path.has_filename()) return path.string();
    must_be("the path of a file");
    return std::nullopt;
}

namespace {

constexpr std::string_view own_files[] = {
    "/etc/had.conf",      "/etc/pcidrivers.conf", "/run/had/had.sock",      "/run/had/had.sock.lock",
    "/run/had/lock",      "/run/had/owned",       "/run/had/services",      "/var/lib/had/cards",
    "/var/lib/had/notify", "/var/lib/had/orders", "/var/lib/had/history.db", "/var/lib/had/history.db-wal",
    "/var/lib/had/history.db-shm"};
constexpr std::string_view no_places[] = {"/dev", "/proc", "/sys", "/run/had/services"};

bool is_below(std::string_view path, std::string_view directory) {
    return path.starts_with(directory) && path.substr(directory.size()).starts_with('/');
}

} // namespace

std::optional<std::string> Reader::written_path() const {
    const auto given = absolute_path();
    if (!given) return std::nullopt;
    const auto below = [&](std::string_view directory) { return is_below(*given, directory); };
    if (std::any_of(std::begin(no_places), std::end(no_places), below)) {
        error("'{}' cannot be {}: no file can be made there", entry_.key, *given);
        return std::nullopt;
    }
    if (below("/etc/had.conf.d")) {
        error("'{}' cannot be {}: the daemon reads its configuration there", entry_.key, *given);
        return std::nullopt;
    }
    if (std::find(std::begin(own_files), std::end(own_files), *given) != std::end(own_files)) {
        error("'{}' cannot be {}: that file is the daemon's own, and would be overwritten", entry_.key, *given);
        return std::nullopt;
    }
    return given;
}

std::optional<std::string> Reader::label() const {
    const auto wrong = wrong_label(entry_.value);
    if (!wrong) return entry_.value;
    error("'{}' must be a name: '{}' {}", entry_.key, entry_.value, *wrong);
    return std::nullopt;
}

std::optional<IpAddress> Reader::address(IpFamily family) const {
    const auto value = ip_address_from(entry_.value);
    if (value && value->family == family) return value;
    must_be(family == IpFamily::v4 ? "an IPv4 address" : "an IPv6 address");
    return std::nullopt;
}

} // namespace had::core
