#include "had/sys/card_words.hpp"

#include "had/core/base/number.hpp"
#include "had/core/base/text.hpp"
#include "had/core/config/card_word.hpp"
#include "had/core/config/unread_word.hpp"
#include "had/sys/netlink_attributes.hpp"
#include "had/sys/netlink_write.hpp"

#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>

#include <cerrno>
#include <map>
#include <set>
#include <system_error>

namespace had::sys {

using namespace core;

namespace {

// The bits of a bitset that are set, by name.  One without a mask lists no others; with a mask each has a value.
std::set<std::string> names_of(const Attributes& bitset) {
    std::set<std::string> names;
    const nlattr* bits = bitset[ETHTOOL_A_BITSET_BITS];
    if (!bits) return names;
    const bool all_set = bitset.has(ETHTOOL_A_BITSET_NOMASK);
    int left = nla_len(bits);
    for (const auto* a = static_cast<const nlattr*>(nla_data(bits)); nla_ok(a, left); a = nla_next(a, &left)) {
        if (nla_type(a) != ETHTOOL_A_BITSET_BITS_BIT) continue;
        const Attributes bit(nla_data(a), nla_len(a));
        if (all_set || bit.has(ETHTOOL_A_BITSET_BIT_VALUE)) names.insert(bit.text(ETHTOOL_A_BITSET_BIT_NAME));
    }
    return names;
}

void put_bit(const Message& m, const std::string& name, bool on) {
    const Nest bit(m, ETHTOOL_A_BITSET_BITS_BIT);
    put(m, ETHTOOL_A_BITSET_BIT_NAME, name);
    if (on) check(nla_put_flag(m.get(), ETHTOOL_A_BITSET_BIT_VALUE));
}

std::string wakes_of(const Attributes& bitset) {
    const std::set<std::string> names = names_of(bitset);
    std::string text;
    for (const std::string_view name : wake_names())
        if (names.contains(std::string(name))) text.append(text.empty() ? "" : ",").append(name);
    return text.empty() ? "off" : text;
}

// Nothing: the driver does not say it.
std::optional<std::string> value_of(const CardWord& word, const Attributes& a) {
    if (!a.has(word.attribute)) return std::nullopt;
    switch (word.type) {
    case CardWordType::number:
        if (const auto value = a.get<std::uint32_t>(word.attribute)) return std::to_string(*value);
        return std::nullopt;
    case CardWordType::on_off: return a.get<std::uint8_t>(word.attribute).value_or(0) != 0 ? "on" : "off";
    case CardWordType::wake: return wakes_of(a.nested(word.attribute));
    }
    return std::nullopt;
}

void put_value(const Message& m, const CardWord& word, std::string_view value) {
    switch (word.type) {
    case CardWordType::number: return put(m, word.attribute, number<std::uint32_t>(value).value_or(0));
    case CardWordType::on_off: return put(m, word.attribute, static_cast<std::uint8_t>(value == "on"));
    case CardWordType::wake: {
        const Nest bitset(m, word.attribute); // without a mask: what is not named is off
        check(nla_put_flag(m.get(), ETHTOOL_A_BITSET_NOMASK));
        const Nest bits(m, ETHTOOL_A_BITSET_BITS);
        if (value == "off") return;
        for (const std::string_view name : split(value, ',')) put_bit(m, std::string(name), true);
        return;
    }
    }
}

// Every other word would fail as well.
bool is_of_all(int error) { return error == ENODEV || error == ENOMEM || error == ENOBUFS || error == EPERM; }

bool is_offload(std::string_view word) { return word.starts_with(offload_prefix); }

} // namespace

Tunables CardWords::read(Ifindex link, const std::vector<std::string>& words) {
    Tunables values;
    std::map<std::uint8_t, std::vector<std::string>> asked;   // by the message that asks for them
    for (const std::string& word : words) {
        const CardWord* row = find_card_word(word);
        if (row || is_offload(word)) asked[row ? row->get : std::uint8_t{ETHTOOL_MSG_FEATURES_GET}].push_back(word);
    }
    if (asked.empty() || !ethtool_.ready()) return values;
    for (const auto& [command, of_it] : asked) {
        const auto take = [&, command = command, &of_it = of_it](const nlmsghdr& answer) {
            const auto parsed = parse<genlmsghdr>(answer);
            if (!parsed) return;
            std::set<std::string> active;
            if (command == ETHTOOL_MSG_FEATURES_GET)
                active = names_of(parsed->attributes.nested(ETHTOOL_A_FEATURES_ACTIVE));
            for (const std::string& word : of_it) {
                const CardWord* row = find_card_word(word);
                if (!row) values[word] = active.contains(word.substr(offload_prefix.size())) ? "on" : "off";
                else if (auto value = value_of(*row, parsed->attributes)) values[word] = *std::move(value);
            }
        };
        const ActionResult result = ethtool_.ask(ethtool_.request(command, link), take);
        if (result.ok() || result.error == EOPNOTSUPP) continue;
        if (is_of_all(result.error)) throw std::system_error(result.error, std::generic_category(), result.text);
        for (const std::string& word : of_it) values[word] = unread_because(result.text);
    }
    return values;
}

ActionResult CardWords::set(Ifindex link, const std::string& word, const std::string& value) {
    if (!ethtool_.ready()) return {EOPNOTSUPP, "this kernel has no ethtool netlink"};
    const CardWord* row = find_card_word(word);
    const auto m = ethtool_.request(row ? row->set : std::uint8_t{ETHTOOL_MSG_FEATURES_SET}, link);
    if (row) put_value(m, *row, value);
    else {
        const Nest bitset(m, ETHTOOL_A_FEATURES_WANTED);
        const Nest bits(m, ETHTOOL_A_BITSET_BITS);
        put_bit(m, word.substr(offload_prefix.size()), value == "on");
    }
    return ethtool_.ask(m);
}

} // namespace had::sys
