// /etc/network/interfaces: interfaces(5), vlan-interfaces(5), and the words of ifenslave's scripts, old and new.
#include "had/draft/formats.hpp"
#include "had/draft/words.hpp"

#include "had/core/base/number.hpp"
#include "had/core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace had::draft {
namespace {

using namespace core;

constexpr std::string_view first_words[] = {"iface", "auto", "mapping", "source", "source-directory", "template"};

bool begins_stanza(std::string_view word) {
    return std::find(std::begin(first_words), std::end(first_words), word) != std::end(first_words) ||
           word.starts_with("allow-") || word.starts_with("no-auto-") || word == "no-scripts" || word == "rename";
}

bool is_it(const File& file) {
    for (const Line& line : lines_of(file.text, "#", true)) {
        const auto words = words_of(line.text);
        if (words[0] == "iface" && words.size() >= 2) return words[1].find('=') == std::string_view::npos;
        if ((words[0] == "auto" || words[0].starts_with("allow-") || words[0].starts_with("source")) &&
            words.size() >= 2 &&
            words[1] != "=")
            return true;
        if (!begins_stanza(words[0])) return false;
    }
    return false;
}

// One `iface` stanza: netmask and metric may stand before or behind what they belong to.
struct Stanza {
    FoundInterface* of = nullptr;             // null: nothing of it is read
    std::string method;
    std::vector<Said> addresses, gateways, broadcasts;
    std::vector<Said> bonding;                // of its bond, where the stanza is that of a port
    std::string netmask, metric, label;       // ":1"
};

class Reading {
public:
    Reading(const File& file, Found& found) : file_(file), found_(found) {}

    void read() {
        for (const Line& line : lines_of(file_.text, "#", true)) {
            std::string_view rest = line.text;
            const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
            rest = trimmed(rest.substr(word.size()));
            at_ = {file_.name, line.number};
            if (begins_stanza(word)) stanza(std::string(word), rest);
            else if (stanza_.of) option(Said{found_, stanza_.of, at_, std::string(word), std::string(rest)});
            else if (!skips_) found_.remark(nullptr, at_,
                                            fmt::format("{} {}: it stands in no iface stanza", word, rest));
        }
        finish();
    }

private:
    void stanza(const std::string& word, std::string_view rest) {
        finish();
        stanza_ = {};
        skips_ = true;
        const Said said{found_, nullptr, at_, word, std::string(rest)};
        if (word == "iface") return iface(rest);
        if (word.starts_with("source")) return said.remark("what it includes is not read: give those files too");
        if (word == "mapping" || word == "template")
            return said.remark("it is made by a script, and had.conf runs none");
    }

    void iface(std::string_view rest) {
        const auto words = words_of(rest);
        const Said said{found_, nullptr, at_, "iface", std::string(rest)};
        if (words.size() < 3) return said.remark("it needs a name, a family and a method");
        skips_ = words[0] == "lo" || words[2] == "loopback";
        if (skips_) return;
        if (words.size() > 3) said.remark("what it inherits is not read");
        const std::string_view name = words[0].substr(0, words[0].find(':'));
        stanza_.of = found_.at(name, at_);
        skips_ = stanza_.of == nullptr;
        if (skips_) return;
        stanza_.label = {words[0].begin() + static_cast<long>(name.size()), words[0].end()};
        stanza_.method = words[2];
        by_name();
        if (stanza_.method == "static" || stanza_.method == "manual") return;
        const Said method{found_, stanza_.of, at_, "method", stanza_.method};
        if (stanza_.method == "dhcp") method.unknown();
        else if (stanza_.method == "auto" && words[1] == "inet6") method.remark(by_advertisements);
        else if (stanza_.method == "ppp" || stanza_.method == "wvdial")
            method.remark("a [service] of had.conf runs such a program");
        else method.remark("had.conf has fixed addresses, 'dhcp = yes' and 'ipv6 = ra'; all else is another program's");
    }

    // "bond0.5" and "vlan5" are VLANs by their names.
    void by_name() {
        FoundInterface& one = *stanza_.of;
        if (one.kind != Kind::unknown) return;
        const auto dot = one.name.rfind('.');
        if (dot != std::string::npos && dot > 0) {
            const auto id = number<std::uint16_t>(std::string_view(one.name).substr(dot + 1));
            if (!id) return;
            one.kind = Kind::vlan;
            one.on = one.name.substr(0, dot);
            one.vlan_id = *id;
        } else if (one.name.starts_with("vlan")) {
            const auto id = number<std::uint16_t>(std::string_view(one.name).substr(4));
            if (!id) return;
            one.kind = Kind::vlan;
            one.vlan_id = *id;
        }
    }

    void finish() {
        if (!stanza_.of) return;
        for (const Said& one : stanza_.bonding) bonding(one);
        for (const Said& one : stanza_.addresses) {
            address(one, one.value, stanza_.netmask);
            if (!stanza_.label.empty()) label(one, stanza_.label, stanza_.netmask);
        }
        for (const Said& one : stanza_.broadcasts)
            if (one.value != "+") broadcast(one);
        for (const Said& one : stanza_.gateways) gateway(one, one.value, number<std::uint32_t>(stanza_.metric));
        stanza_.of = nullptr;
    }

    void option(const Said& said) {
        std::string key = said.key;
        std::replace(key.begin(), key.end(), '_', '-');
        if (key == "address" || key == "gateway") {
            auto& list = key == "address" ? stanza_.addresses : stanza_.gateways;
            return list.size() < most_lines ? list.push_back(said) : void();
        }
        if (key == "netmask") stanza_.netmask = said.value;
        else if (key == "metric") stanza_.metric = said.value;
        else if (key == "label") own_label(said);
        else if (key == "broadcast") stanza_.broadcasts.push_back(said);
        else if (key == "mtu") mtu(said);
        else if (key == "hwaddress") hardware(said);
        else if (key == "vlan-raw-device") stanza_.of->kind = Kind::vlan, stanza_.of->on = said.value;
        else if (key == "vlan-id") stanza_.of->kind = Kind::vlan, vlan_id(said);
        else if (key == "up" || key == "post-up" || key == "pre-up") command(said);
        else if (key.starts_with("bridge-")) stanza_.of->kind = Kind::other, said.unknown();
        else if (key == "bond-master") stanza_.of->master = said.value;
        else if (key == "slaves" || key.starts_with("bond-")) keep_bonding(said, key);
        else if (key != "network" && key != "down" && key != "pre-down" && key != "post-down") said.unknown();
    }

    void own_label(const Said& said) {
        const std::string& name = stanza_.of->name;
        if (said.value.starts_with(name + ":")) stanza_.label = said.value.substr(name.size());
        else said.unread("the interface's name, ':' and a word");
    }

    // Of the address that has just been read.  IPv6 has none.
    static void label(const Said& said, const std::string& text, std::string_view length) {
        const auto prefix = prefix_from(said.value, length);
        auto& net = said.of->net;
        const bool taken = std::find(net.addresses.begin(), net.addresses.end(), prefix) != net.addresses.end();
        if (taken && prefix->address.family == IpFamily::v4) net.labels[*prefix] = text;
    }

    void hardware(const Said& said) {
        Said plain = said;
        if (plain.value.starts_with("ether ")) plain.value = trimmed(plain.value.substr(6));
        mac(plain);
    }

    void keep_bonding(Said said, const std::string& key) {
        said.key = key;
        if (stanza_.bonding.size() < most_lines) stanza_.bonding.push_back(std::move(said));
    }

    // On a port the words say what its bond is.
    void bonding(const Said& word) {
        Said said = word;
        if (!stanza_.of->master.empty()) said.of = found_.at(stanza_.of->master, word.at);
        if (!said.of) return;
        said.of->kind = Kind::bond;
        if (said.key == "slaves" || said.key == "bond-slaves") return slaves(said);
        std::string name = said.key.substr(5);
        std::replace(name.begin(), name.end(), '-', '_');
        if (name != "primary") return bond_option(said, name, said.value);
        const auto words = words_of(said.value);
        if (words.size() > 1 && said.of->primary.empty())
            said.remark("had.conf names one primary port: the first is taken");
        if (!words.empty()) bond_option(said, name, words[0]);
    }

    void slaves(const Said& said) {
        for (const std::string_view word : words_of(said.value)) {
            if (word == "none") continue;
            if (word == "all") said.remark("which interfaces it means is not known: name them");
            else if (said.of->ports.size() < most_interfaces) said.of->ports.emplace_back(word);
        }
    }

    // The usual two ways to write a route.
    void command(const Said& said) {
        auto words = words_of(said.value);
        if (!words.empty() && (words[0].ends_with("/ip") || words[0].ends_with("/route")))
            words[0] = words[0].substr(words[0].rfind('/') + 1);
        if (words.size() > 3 && (words.back() == "true" || words.back() == ":") && words[words.size() - 2] == "||")
            words.resize(words.size() - 2);
        const auto tail = [&](std::size_t from) {
            return fmt::format("{}", fmt::join(words.begin() + static_cast<long>(from), words.end(), " "));
        };
        std::size_t i = 1;
        if (words.size() > 4 && words[0] == "ip") {
            if (words[1] == "-6" || words[1] == "-4") ++i;
            if (words[i] == "route" && (words[i + 1] == "add" || words[i + 1] == "replace") &&
                ip_route(said, tail(i + 2)))
                return;
            if (words[i] == "rule" && words[i + 1] == "add" && ip_rule(said, tail(i + 2))) return;
        }
        if (words.size() > 3 && words[0] == "route" && words[1] == "add" && old_route(said, words)) return;
        said.unknown();
    }

    // route(8): "route add -net 10.0.0.0 netmask 255.0.0.0 gw 10.0.1.254 [metric N] [dev X]".
    bool old_route(const Said& said, const std::vector<std::string_view>& words) {
        std::size_t i = 2;
        const bool host = words[i] == "-host";
        if (words[i] == "-net" || host) ++i;
        if (i >= words.size()) return false;
        const std::string_view to = words[i++];
        std::string_view mask = host ? "32" : "", via;
        std::string metric;
        for (; i + 1 < words.size(); i += 2) {
            if (words[i] == "netmask") mask = words[i + 1];
            else if (words[i] == "gw") via = words[i + 1];
            else if (words[i] == "metric") metric = words[i + 1];
            else if (words[i] != "dev") return false;
        }
        RouteConfig way;
        const auto gateway = ip_address_from(via);
        if (to != "default") way.destination = prefix_from(to, mask);
        if (i != words.size() || !gateway || (to != "default" && !way.destination)) return false;
        way.way.via = *gateway;
        if (!metric.empty()) way.metric = number<std::uint32_t>(metric);
        return route(said, way), true;
    }

    const File& file_;
    Found& found_;
    Place at_;
    Stanza stanza_;
    bool skips_ = false;                      // below a stanza that is not read
};

void read_all(const std::vector<File>& files, Found& found) {
    for (const File& file : files) Reading(file, found).read();
}

} // namespace

const Format ifupdown_format{"ifupdown", "ifupdown's /etc/network/interfaces", is_it, read_all};

} // namespace had::draft
