#include "had/core/config/tuning.hpp"

#include "had/core/base/limits.hpp"
#include "had/core/base/number.hpp"
#include "had/core/config/print.hpp"
#include "had/core/config/tuning_keys.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace had::core {

namespace {

constexpr std::string_view trees[] = {"net.ipv4.conf.", "net.ipv6.conf.", "net.ipv4.neigh.", "net.ipv6.neigh."};
constexpr std::string_view uses[] = {"off", "static", "ra"};

std::string_view tree_of(std::string_view name) {
    for (const std::string_view tree : trees)
        if (name.starts_with(tree)) return tree;
    return {};
}

// No name leads out of the interface's own directory: no dot, no slash.
bool is_leaf(std::string_view word) {
    constexpr std::size_t longest = 40;
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !word.empty() && word.size() <= longest && std::all_of(word.begin(), word.end(), allowed);
}

bool is_full(const Reader& reader, const Tuning& tuning) {
    const bool full = tuning.words.size() >= limits::tunables;
    if (full) reader.error("more than {} sysctls, offloads and the like", limits::tunables);
    return full;
}

// Whose tree it would be.  True: this interface's, and the rest is one word.
bool is_own(const Reader& reader, std::string_view name) {
    const std::string_view tree = tree_of(name);
    if (tree.empty()) {
        reader.error("'{}' is no sysctl of one interface: these are net.ipv4.conf.NAME, net.ipv6.conf.NAME, "
                     "net.ipv4.neigh.NAME and net.ipv6.neigh.NAME, without the interface; others belong in "
                     "/etc/sysctl.d",
                     name);
        return false;
    }
    const std::string_view rest = name.substr(tree.size());
    const std::string_view whose = rest.substr(0, rest.find('.'));
    const std::string_view leaf = rest.substr(rest.rfind('.') + 1);
    if (is_leaf(rest)) return true;
    if (whose == "all" || whose == "default")
        reader.error("'{}' is not of this interface alone: it belongs in /etc/sysctl.d", name);
    else if (rest.find('.') != std::string_view::npos && is_leaf(leaf))
        reader.error("'{}' names an interface: leave it out, '{}{}' is that of this section's", name, tree, leaf);
    else reader.error("'{}' is no sysctl's name", name);
    return false;
}

} // namespace

Tunables tunables_of(const Tuning& tuning) {
    Tunables all = tuning.words;
    if (!tuning.ipv6) return all;
    const auto set = [&](const char* leaf, const char* value) {
        all.try_emplace(std::string("net.ipv6.conf.") + leaf, value);
    };
    const bool ra = *tuning.ipv6 == Ipv6Use::ra;
    set("disable_ipv6", *tuning.ipv6 == Ipv6Use::off ? "1" : "0");
    if (*tuning.ipv6 == Ipv6Use::off) return all;
    // 2: also where packets are forwarded (Documentation/networking/ip-sysctl.rst).
    set("accept_ra", ra ? "2" : "0");
    set("autoconf", ra ? "1" : "0");
    set("addr_gen_mode", "0");                // a link-local address of the MAC address
    return all;
}

void read_ipv6(const Reader& reader, Tuning& tuning) {
    const auto found = std::find(std::begin(uses), std::end(uses), reader.text());
    if (found == std::end(uses)) return reader.unknown(uses);
    tuning.ipv6 = static_cast<Ipv6Use>(found - std::begin(uses));
}

void read_sysctl(const Reader& reader, Tuning& tuning) {
    const auto words = reader.words();
    if (words.size() != 2) return reader.must_be("NAME VALUE, such as 'net.ipv4.conf.rp_filter 2'");
    const std::string name(words[0]);
    if (!is_own(reader, name)) return;
    if (name == "net.ipv6.conf.mtu") return reader.error("the MTU is 'mtu = N'");
    if (name == "net.ipv6.conf.stable_secret")
        return reader.error("'{}' cannot be set here: its value is a secret, and no number", name);
    const auto value = number<std::int32_t>(words[1]);
    if (!value) return reader.must_be("a whole number from -2147483648 to 2147483647", words[1]);
    if (is_full(reader, tuning)) return;
    if (!tuning.words.try_emplace(name, std::to_string(*value)).second)
        reader.error("sysctl {} is given twice", name);
}

// dev_change_tx_queue_len() takes no more than an int.
void read_txqueuelen(const Reader& reader, Tuning& tuning) {
    if (const auto value = reader.number(0, 1000000)) tuning.words[std::string(queue_word)] = std::to_string(*value);
}

namespace {

void read_wake(const Reader& reader, Tuning& tuning) {
    const auto names = wake_names();
    std::set<std::string_view> wanted;
    for (const std::string_view word : reader.list()) {
        if (std::find(names.begin(), names.end(), word) == names.end() && word != "off")
            return reader.must_be("off, or of " + either(names), word);
        wanted.insert(word);
    }
    if (wanted.contains("off") && wanted.size() > 1) return reader.error("'off' stands alone");
    std::string value;
    for (const std::string_view name : names)
        if (wanted.contains(name)) value.append(value.empty() ? "" : ",").append(name);
    if (!wanted.empty()) tuning.words[reader.key()] = value.empty() ? "off" : value;
}

} // namespace

void read_card_word(const Reader& reader, Tuning& tuning) {
    const CardWord& word = *find_card_word(reader.key());
    switch (word.type) {
    case CardWordType::number:
        if (const auto value = reader.number(0, word.most)) tuning.words[reader.key()] = std::to_string(*value);
        return;
    case CardWordType::on_off:
        if (const auto value = reader.yes_or_no()) tuning.words[reader.key()] = *value ? "on" : "off";
        return;
    case CardWordType::wake: return read_wake(reader, tuning);
    }
}

// ethtool's own names, short and long, and the kernel's (net/ethtool/common.c netdev_features_strings).
constexpr std::array<std::string_view, 3> ethtool_names[] = {
    {"gro", "generic-receive-offload", "rx-gro"},
    {"gso", "generic-segmentation-offload", "tx-generic-segmentation"},
    {"tso", "tcp-segmentation-offload", "tx-tcp-segmentation"},
    {"lro", "large-receive-offload", "rx-lro"},
    {"rx", "rx-checksumming", "rx-checksum"},
    {"tx", "tx-checksumming", "tx-checksum-ip-generic"},
    {"sg", "scatter-gather", "tx-scatter-gather"},
    {"rxvlan", "rx-vlan-offload", "rx-vlan-hw-parse"},
    {"txvlan", "tx-vlan-offload", "tx-vlan-hw-insert"},
    {"ntuple", "ntuple-filters", "rx-ntuple-filter"},
    {"rxhash", "receive-hashing", "rx-hashing"},
};

// The names are the kernel's; which of them a card has is found by asking it.
void read_offload(const Reader& reader, Tuning& tuning) {
    constexpr std::size_t longest = 31;       // ETH_GSTRING_LEN
    const auto words = reader.words();
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    const bool good = words.size() == 2 && words[0].size() <= longest &&
                      std::all_of(words[0].begin(), words[0].end(), allowed) && (words[1] == "on" || words[1] == "off");
    if (!good) return reader.must_be("'NAME on' or 'NAME off', such as 'rx-gro on'");
    for (const auto& [brief, full, kernels] : ethtool_names)
        if (words[0] == brief || words[0] == full)
            return reader.error("unknown offload '{}', the kernel calls it '{}'", words[0], kernels);
    if (is_full(reader, tuning)) return;
    const std::string word = std::string(offload_prefix).append(words[0]);
    if (!tuning.words.try_emplace(word, words[1]).second) reader.error("offload {} is given twice", words[0]);
}

void print_tuning(Printer& out, const Tuning& tuning) {
    if (tuning.ipv6) out.key("ipv6", uses[static_cast<std::size_t>(*tuning.ipv6)]);
    for (const auto& [word, value] : tuning.words)
        if (word == queue_word || find_card_word(word)) out.key(word, value);
        else if (word.starts_with(offload_prefix))
            out.key("offload", word.substr(offload_prefix.size()) + " " + value);
        else out.key("sysctl", fmt::format("{} {}", word, value));
}

} // namespace had::core
