#include "had/hadctl/scrub.hpp"

#include "had/control/json.hpp"
#include "had/control/json_text.hpp"
#include "had/core/base/ip.hpp"
#include "had/core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace had::hadctl {
namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == ':' || c == '-' || c == '_';
}

bool names_serials(const std::string& word) { return word == "serial" || word == "serialnumber"; }
bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

std::string small(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

// "52:54:00:12:34:56", with ':' or '-': of 6 pairs, 8 (EUI-64, PCI Express serial numbers) or 20 (InfiniBand).
bool is_hardware(const std::string& word) {
    if (word.size() != 17 && word.size() != 23 && word.size() != 59) return false;
    const char separator = word[2];
    if (separator != ':' && separator != '-') return false;
    for (std::size_t i = 0; i < word.size(); ++i)
        if (i % 3 == 2 ? word[i] != separator : !is_hex(word[i])) return false;
    return true;
}

// What names nobody: 127.0.0.1, 0.0.0.0, 255.255.255.0, multicast; ::1, ::, ff00::/8.
bool is_common(const core::IpAddress& address) {
    const auto& b = address.bytes;
    if (core::is_loopback(address)) return true;
    if (address.family == core::IpFamily::v4) return b[0] == 0 || b[0] >= 224;
    return b[0] == 0xff || std::all_of(b.begin(), b.end(), [](std::uint8_t byte) { return byte == 0; });
}

} // namespace

Scrubber::Scrubber(const std::vector<std::string>& hosts) {
    for (const std::string& host : hosts) {
        if (host.empty() || host.starts_with("localhost")) continue;
        const std::string name = fmt::format("host-{}", number("host", small(host)));
        const std::string brief = small(host.substr(0, host.find('.')));
        const auto known = hosts_.find(brief);
        hosts_[small(host)] = hosts_[brief] = known == hosts_.end() ? name : known->second;
    }
}

std::size_t Scrubber::number(const std::string& kind, const std::string& thing) {
    auto& all = seen_[kind];
    return all.try_emplace(thing, all.size() + 1).first->second;
}

std::string Scrubber::hardware(const std::string& word) {
    std::string digits;
    for (const char c : small(word))
        if (is_hex(c)) digits += c;
    if (digits.find_first_not_of('0') == std::string::npos || digits.find_first_not_of('f') == std::string::npos)
        return word;
    const std::string hex = fmt::format("02{:0{}x}", number("hardware", digits), digits.size() - 2);
    std::string text;
    for (std::size_t i = 0; i < hex.size(); ++i) {
        if (i > 0 && i % 2 == 0) text += word[2];
        text += hex[i];
    }
    return text;
}

std::string Scrubber::address(const std::string& word) {
    const auto given = core::ip_address_from(word);
    if (!given || is_common(*given)) return word;
    core::IpAddress other{.family = given->family, .bytes = {}};
    const bool v4 = given->family == core::IpFamily::v4;
    const core::IpAddress network = core::network_of({*given, static_cast<std::uint8_t>(v4 ? 24 : 64)});
    const std::size_t at = number(v4 ? "net4" : "net6", core::to_string(network));
    if (v4) {
        other.bytes = {198, static_cast<std::uint8_t>(18 + (at >> 8 & 1U)), static_cast<std::uint8_t>(at & 0xffU),
                       given->bytes[3]};
        return core::to_string(other);
    }
    const std::size_t host = number("host6", core::to_string(*given));
    if (given->bytes[0] == 0xfe) other.bytes = {0xfe, 0x80};              // it stays a link's own
    else other.bytes = {0x20, 0x01, 0x0d, 0xb8, 0, 0, static_cast<std::uint8_t>(at >> 8 & 0xffU),
                        static_cast<std::uint8_t>(at & 0xffU)};
    other.bytes[13] = static_cast<std::uint8_t>(host >> 16 & 0xffU);
    other.bytes[14] = static_cast<std::uint8_t>(host >> 8 & 0xffU);
    other.bytes[15] = static_cast<std::uint8_t>(host & 0xffU);
    return core::to_string(other);
}

namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0; }
bool goes_on(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

// Their values are words of the protocol, which a stranger may have for his name.
constexpr std::string_view known_words[] = {
    "boot",      "duplex",  "driver", "event",     "extraction", "failback", "health", "instance", "kind",
    "level",     "lasts",   "mii",    "mode",      "no_link_by", "phase",    "role",   "severity", "since",
    "state",     "time",    "version", "bus",      "location",   "path",     "function", "class",  "address"};
constexpr std::string_view names[] = {"system", "was",     "expected", "peer",  "user",   "by",      "acked_by",
                                      "name",   "service", "services", "group", "member", "members", "object", "port"};
// Whom every installation has.
constexpr std::string_view usual_groups[] = {"root", "had"};

template <class List>
bool is_among(const List& list, std::string_view one) {
    return std::find(std::begin(list), std::end(list), one) != std::end(list);
}

// Of every installation.
bool is_usual_path(std::string_view path) {
    return path.find(' ') == std::string_view::npos &&
           (path.starts_with("/run/had/") || path.starts_with("/var/lib/had/") || path.starts_with("/etc/pcidrivers") ||
            path == "/etc/had.conf");
}

} // namespace

void Scrubber::hide(const std::string& kind, const std::string& text) {
    constexpr std::size_t most = 2000, shortest = 3;
    if (text.empty() || hidden_.size() == most) return;
    if (!hidden_.try_emplace(text, fmt::format("{}-{}", kind, number(kind, text))).second) return;
    if (text.size() < shortest || std::none_of(text.begin(), text.end(), is_letter)) return;
    auto& all = by_letter_[text[0]];
    all.insert(std::find_if(all.begin(), all.end(),
                            [&](const std::string& one) { return one.size() <= text.size(); }), text);
}

void Scrubber::hide_path(const std::string& path) {
    if (path.starts_with('/') && !is_usual_path(path)) hide("path", path);
}

void Scrubber::hide_names_of(std::string_view config) {
    constexpr std::string_view kinds[] = {"peer", "service", "failover", "match", "member"};
    while (!config.empty()) {
        const std::string_view line = core::trimmed(core::take_until(config, '\n'));
        if (line.starts_with('[') && line.ends_with(']')) {
            std::string_view name = line.substr(1, line.size() - 2);
            const std::string kind(core::take_until(name, ' '));
            if (is_among(kinds, kind)) hide(kind, std::string(core::trimmed(name)));
            continue;
        }
        std::string_view value = line;
        const std::string_view key = core::trimmed(core::take_until(value, '='));
        value = core::trimmed(value);
        hide_path(std::string(value));
        for (const std::string_view word : core::words_of(value)) hide_path(std::string(word));
        if (key == "expect_neighbour") hide("neighbour", std::string(value));
        if (key == "unit") hide("unit", std::string(value));
        if (key == "socket_group" && !is_among(usual_groups, value)) hide("socket-group", std::string(value));
    }
}

std::string Scrubber::without_names(std::string_view text) const {
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        const auto known = i == 0 || !goes_on(text[i - 1]) ? by_letter_.find(text[i]) : by_letter_.end();
        const std::string_view rest = text.substr(i);
        const auto is_here = [&](const std::string& name) {
            return rest.starts_with(name) && (rest.size() == name.size() || !goes_on(name.back()) ||
                                              !goes_on(rest[name.size()]));
        };
        const std::string* name = nullptr;
        if (known != by_letter_.end())
            if (const auto at = std::find_if(known->second.begin(), known->second.end(), is_here);
                at != known->second.end())
                name = &*at;
        if (name) result += hidden_.find(*name)->second, i += name->size();
        else result += text[i++];
    }
    return result;
}

std::string Scrubber::value_of(const std::string& key, const std::string& value) {
    if (is_among(known_words, key)) return scrub(value, false);
    const auto whole = is_among(names, key) ? hidden_.find(value) : hidden_.end();
    if (whole != hidden_.end()) return whole->second;
    return scrub(without_names(value), true, names_serials(small(key)));
}

// Its texts as they are meant: an escaped letter would hide a name, or be taken for a part of one.
std::string Scrubber::scrub_json(std::string_view json) {
    std::string result, key;
    for (std::size_t i = 0; i < json.size();) {
        if (json[i] != '"') {
            result += json[i++];
            continue;
        }
        std::size_t end = i + 1;
        while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
        end = std::min(end, json.size());
        std::string inside(json.substr(i + 1, end - i - 1));
        i = std::min(end + 1, json.size());
        const std::size_t next = json.find_first_not_of(" \t", i);
        if (next != std::string_view::npos && json[next] == ':') {
            key = inside;
            result += '"' + key + '"';
            continue;
        }
        if (inside.find('\\') != std::string::npos)
            if (const control::Json text = control::parse('"' + inside + '"'); text.is_string())
                inside = text.get<std::string>();
        result += control::JsonText(value_of(key, inside)).text();
    }
    return result;
}

std::string Scrubber::scrub(std::string_view text) { return scrub(text, true); }
std::string Scrubber::scrub_text(std::string_view text) { return scrub(without_names(text)); }

std::string Scrubber::other(const std::string& word, bool hosts, bool is_serial) {
    if (is_serial && std::any_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c) != 0; }))
        return fmt::format("serial-{}", number("serial", word));
    if (is_hardware(word)) return hardware(word);
    if (core::ip_address_from(word)) return address(word);
    // udev's name of an interface by its hardware address.
    if (word.size() == 15 && word.starts_with("enx") && std::all_of(word.begin() + 3, word.end(), is_hex)) {
        const std::string pairs = fmt::format("{}:{}:{}:{}:{}:{}", word.substr(3, 2), word.substr(5, 2),
                                              word.substr(7, 2), word.substr(9, 2), word.substr(11, 2),
                                              word.substr(13, 2));
        std::string text = hardware(pairs);
        std::erase(text, ':');
        return "enx" + text;
    }
    if (const auto host = hosts ? hosts_.find(small(word)) : hosts_.end(); host != hosts_.end()) return host->second;
    if (const std::size_t dot = word.find('.'); hosts && word.find('.', dot + 1) != std::string::npos)
        if (const auto host = hosts_.find(small(word.substr(0, dot))); host != hosts_.end()) return host->second;
    // An address and a port, as others write them.
    const std::size_t colon = word.find(':');
    if (colon != std::string::npos && colon == word.rfind(':') && core::ip_address_from(word.substr(0, colon)))
        return address(word.substr(0, colon)) + word.substr(colon);
    return word;
}

std::string Scrubber::scrub(std::string_view text, bool hosts, bool is_serial) {
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        if (!is_word(text[i])) {
            is_serial = is_serial && text[i] != '\n' && text[i] != ',';
            result += text[i++];
            continue;
        }
        std::size_t end = i;
        while (end < text.size() && is_word(text[end])) ++end;
        std::size_t last = end;
        while (last > i + 1 && (text[last - 1] == '.' || text[last - 1] == '-' ||
                                (text[last - 1] == ':' && text[last - 2] != ':')))
            --last;
        const std::string word(text.substr(i, last - i));
        result += other(word, hosts, is_serial);
        result += text.substr(last, end - last);
        const std::string kind = small(word);
        const bool says = std::any_of(kind.begin(), kind.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
        if (says) is_serial = names_serials(kind) || (is_serial && kind == "number");
        i = end;
    }
    return result;
}

// A comment begins with ';' or '#' at the line's begin, or with ';' behind white space.
std::string without_comments(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::size_t size = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, size);
        text.remove_prefix(std::min(text.size(), size + 1));
        const std::size_t begin = line.find_first_not_of(" \t\r");
        if (begin == std::string_view::npos || line[begin] == ';' || line[begin] == '#') continue;
        for (std::size_t at = line.find(';'); at != std::string_view::npos; at = line.find(';', at + 1))
            if (at > 0 && std::isspace(static_cast<unsigned char>(line[at - 1])) != 0) {
                line = line.substr(0, at);
                break;
            }
        result += line.substr(0, line.find_last_not_of(" \t\r") + 1);
        result += '\n';
    }
    return result;
}

} // namespace had::hadctl
