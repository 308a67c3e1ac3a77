#include "had/core/base/names.hpp"

#include "had/core/base/types.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace had::core {

namespace {

constexpr std::size_t max_label = 31;
constexpr std::size_t max_interface_name = 15;       // IFNAMSIZ with its terminator is 16

// "all" and "default" are directories of /proc/sys/net/ipv4/conf, where the kernel then refuses the
// interface; "bonding_masters" is a file in /sys/class/net; "lo" is taken.
constexpr std::string_view reserved[] = {"all", "default", "bonding_masters", "lo"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_label_character(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c) || c == '_' || c == '-';
}

} // namespace

bool looks_like_range(std::string_view text) {
    return text.find('-') != std::string_view::npos &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '-'; });
}

bool looks_like_port(std::string_view text) {
    return text.find_first_not_of("0123456789./") == std::string_view::npos &&
           text.find_first_of("./") != std::string_view::npos;
}

bool looks_like_interface(std::string_view text) {
    constexpr std::string_view counted[] = {"eth",  "em",    "wlan",   "usb",     "bond", "team", "br",
                                            "vmbr", "virbr", "veth",   "tap",     "tun",  "ib",   "dummy",
                                            "ifb",  "vlan",  "docker", "macvlan", "swp"};
    const auto digit = std::find_if(text.begin(), text.end(), is_digit);
    if (digit == text.end()) return text == "lo";
    const std::string_view letters(text.begin(), digit), rest(digit, text.end());
    const bool number = std::all_of(rest.begin(), rest.end(), is_digit);
    if (number && std::find(std::begin(counted), std::end(counted), letters) != std::end(counted)) return true;
    // systemd's: en, wl, ww or ib, then o1, s1, p2s0f1, x525400123456.
    const bool kind = letters.starts_with("en") || letters.starts_with("wl") || letters.starts_with("ww");
    // And of the BIOS: p1p1.
    if (letters == "p" && rest.find('p') != std::string_view::npos &&
        rest.find_first_not_of("0123456789p") == std::string_view::npos)
        return true;
    if (!kind || letters.size() < 3) return false;
    if (letters[2] == 'x') return text.size() == 15;
    return letters.size() == 3 && std::string_view("ospabv").find(letters[2]) != std::string_view::npos;
}

std::optional<std::string> wrong_label(std::string_view name) {
    if (name.empty()) return "is empty";
    if (name.size() > max_label) return fmt::format("is longer than {} characters", max_label);
    if (looks_like_range(name)) return "is a range, and only one can be named here";
    const auto bad = std::find_if_not(name.begin(), name.end(), is_label_character);
    if (bad == name.end()) return std::nullopt;
    return fmt::format("contains '{}', only letters, digits, '_' and '-' are possible", *bad);
}

std::optional<std::string> wrong_interface_name(std::string_view name) {
    if (name.empty()) return "is empty";
    if (name.size() > max_interface_name) {
        return fmt::format("is longer than the {} characters of an interface name",
                           max_interface_name);
    }
    if (name == "." || name == "..") return "is no interface name";
    if (std::find(std::begin(reserved), std::end(reserved), name) != std::end(reserved)) {
        return "is reserved by the kernel";
    }
    // '%' is no mistake to the kernel: it makes "bond%d" the first free number, another name each
    // time.
    // Quotes, brackets and the like are none either, but nobody means them.
    const auto bad = name.find_first_of("/:% \t\"'`$,;=#*?&|<>()[]{}\\");
    if (bad == std::string_view::npos) return std::nullopt;
    return fmt::format("contains '{}', which no interface name {}", name[bad],
                       bad < name.find_first_of("\"'`$,;=#*?&|<>()[]{}\\") ? "may" : "has");
}

std::optional<std::string> wrong_own_name(std::string_view name) {
    if (auto wrong = wrong_interface_name(name)) return wrong;
    const auto is_ascii = [](char c) { return c > ' ' && c <= '~'; };
    if (!std::all_of(name.begin(), name.end(), is_ascii)) return "contains letters that are not ASCII";
    const auto is_slot = [](std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); };
    if (is_slot(name) || looks_like_range(name)) return "reads as a slot";
    const auto port = port_name_from(name);
    if ((port && is_slot(port->slot)) || looks_like_port(name)) return "reads as a port of a slot";
    return std::nullopt;
}

} // namespace had::core
