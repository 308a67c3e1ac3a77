#include "had/hadctl/scrub.hpp"

#include "had/core/base/ip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace had::hadctl {
namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == ':' || c == '-' || c == '_';
}

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

std::string Scrubber::other(const std::string& word, bool is_serial) {
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
    if (const auto host = hosts_.find(small(word)); host != hosts_.end()) return host->second;
    // An address and a port, as others write them.
    const std::size_t colon = word.find(':');
    if (colon != std::string::npos && colon == word.rfind(':') && core::ip_address_from(word.substr(0, colon)))
        return address(word.substr(0, colon)) + word.substr(colon);
    return word;
}

std::string Scrubber::scrub(std::string_view text) {
    std::string result;
    bool is_serial = false;                   // the next word is one
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == '\\') {                // of JSON: the letter behind it is no part of a word
            const std::size_t size = i + 1 < text.size() && text[i + 1] == 'u' ? 6 : 2;
            result += text.substr(i, size);
            i += size;
            continue;
        }
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
        result += other(word, is_serial);
        result += text.substr(last, end - last);
        const std::string kind = small(word);
        const bool says = std::any_of(kind.begin(), kind.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
        if (says) is_serial = kind == "serial" || kind == "serialnumber" || (is_serial && kind == "number");
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
