// netplan's YAML.  Its files are parts of one: what one of them begins, another one goes on with.
#include "had/draft/formats.hpp"
#include "had/draft/words.hpp"
#include "had/draft/yaml.hpp"

#include "had/core/base/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>

namespace had::draft {
namespace {

using namespace core;

struct Word {
    std::string_view netplan, kernel;
};
constexpr Word parameters[] = {{"transmit-hash-policy", "xmit_hash_policy"},
                               {"mii-monitor-interval", "miimon"},
                               {"up-delay", "updelay"},
                               {"down-delay", "downdelay"},
                               {"arp-ip-targets", "arp_ip_target"},
                               {"fail-over-mac-policy", "fail_over_mac"},
                               {"gratuitous-arp", "num_grat_arp"},
                               {"gratuitious-arp", "num_grat_arp"},
                               {"packets-per-member", "packets_per_slave"},
                               {"primary-reselect-policy", "primary_reselect"},
                               {"learn-packet-interval", "lp_interval"},
                               {"all-members-active", "all_slaves_active"}};
constexpr std::string_view in_ms[] = {"mii-monitor-interval", "up-delay", "down-delay", "arp-interval"};

template <class List, class T>
bool has(const List& list, const T& one) { return std::find(std::begin(list), std::end(list), one) != std::end(list); }

// The file's own names of interfaces, and the real ones, over all files.
class Names {
public:
    // A later file goes before an earlier one.  False: there are too many.
    bool add(const std::string& id, const std::string& name) {
        if (all_.size() == most_interfaces && !all_.contains(id)) return false;
        all_[id] = name;
        return true;
    }
    [[nodiscard]] std::string real(const std::string& id) const {
        const auto found = all_.find(id);
        return found == all_.end() ? id : found->second;
    }

private:
    std::map<std::string, std::string> all_;
};

Kind kind_of(const std::string& section) {
    if (section == "ethernets") return Kind::port;
    if (section == "bonds") return Kind::bond;
    return section == "vlans" ? Kind::vlan : Kind::other;
}

class Reading {
public:
    Reading(const File& file, Found& found, Names& names)
        : file_(file), found_(found), names_(names), document_(file.text) {
        if (document_.loaded()) network_ = document_.root()["network"];
        if (!document_.loaded())
            found_.remark(nullptr, {file_.name, document_.problem_line()},
                          "it is no YAML that can be read: " + document_.problem());
        else if (!network_.is_mapping()) found_.remark(nullptr, {file_.name, 0}, "it has no 'network'");
    }

    // `set-name`, or the one name that `match` has.
    void names() {
        network_.each([&](const std::string& key, YamlNode, YamlNode section) {
            if (kind_of(key) == Kind::other) return;
            section.each([&](const std::string& id, YamlNode at, YamlNode value) {
                const std::string set = value["set-name"].text(), matched = value["match"]["name"].text();
                const std::string name = !set.empty() ? set : has_wild_card(matched) ? "" : matched;
                if (!name.empty() && !names_.add(id, name))
                    said(nullptr, "set-name", at, {}).remark("more names than there may be: it is not renamed");
            });
        });
    }

    void read() {
        network_.each([&](const std::string& key, YamlNode at, YamlNode value) { section(key, at, value); });
        if (document_.spent())
            found_.remark(nullptr, {file_.name, 0},
                          fmt::format("its aliases mean more than {} values, and the rest is left out",
                                      most_yaml_values));
    }

private:
    static bool has_wild_card(const std::string& name) { return name.find_first_of("*?[") != std::string::npos; }

    Said said(FoundInterface* of, const std::string& key, YamlNode at, YamlNode value) {
        return {found_, of, {file_.name, at.line()}, key, value.shown()};
    }

    void section(const std::string& key, YamlNode at, YamlNode value) {
        if (key == "version" || key == "renderer") return;
        const Kind kind = kind_of(key);
        const Said word = said(nullptr, key, at, {});
        if (kind == Kind::other)
            return word.remark("the daemon makes bonds and VLANs only, and leaves the others alone");
        value.each([&](const std::string& id, YamlNode id_at, YamlNode one) { interface(kind, id, id_at, one); });
    }

    void interface(Kind kind, const std::string& id, YamlNode at, YamlNode value) {
        FoundInterface* one = found_.at(names_.real(id), {file_.name, at.line()});
        if (!one) return;
        one->kind = kind;
        value.each([&](const std::string& key, YamlNode key_at, YamlNode v) { property(*one, key, key_at, v); });
    }

    void property(FoundInterface& one, const std::string& key, YamlNode at, YamlNode value) {
        const Said word = said(&one, key, at, value);
        if (key == "addresses") return value.each([&](YamlNode each) { address_of(one, each); });
        if (key == "gateway4" || key == "gateway6") return gateway(word, word.value);
        if (key == "routes") return value.each([&](YamlNode each) { route_of(one, each); });
        if (key == "mtu") return mtu(word);
        if (key == "macaddress") return mac(word);
        if (key == "match") return match(one, value);
        if (key == "interfaces" && one.kind == Kind::bond)
            return value.each([&](YamlNode each) {
                if (one.ports.size() < most_interfaces) one.ports.push_back(names_.real(each.text()));
            });
        if (key == "parameters" && one.kind == Kind::bond)
            return value.each([&](const std::string& k, YamlNode k_at, YamlNode v) { parameter(one, k, k_at, v); });
        if (key == "id" && one.kind == Kind::vlan) return vlan_id(word);
        if (key == "link" && one.kind == Kind::vlan) return void(one.on = names_.real(word.value));
        const bool no = truth(word.value) == false;
        if (key == "set-name" || key == "renderer" || key == "optional" || ((key == "dhcp4" || key == "dhcp6") && no))
            return;
        word.unknown();
    }

    void match(FoundInterface& one, YamlNode value) {
        value.each([&](const std::string& key, YamlNode at, YamlNode v) {
            const Said word = said(&one, key, at, v);
            if (key == "macaddress") one.card = mac_from(v.text());
            if (key == "macaddress" ? !one.card : key != "name" || has_wild_card(v.text()))
                word.remark("which interface it means is not known: write its name");
        });
    }

    // An address alone, or one with options of its own.
    void address_of(FoundInterface& one, YamlNode each) {
        if (each.is_scalar()) return address(said(&one, "addresses", each, each), each.text());
        each.each([&](const std::string& text, YamlNode at, YamlNode options) {
            address(said(&one, "addresses", at, at), text);
            options.each([&](const std::string& key, YamlNode key_at, YamlNode v) {
                said(&one, key, key_at, v).unknown();
            });
        });
    }

    void route_of(FoundInterface& one, YamlNode each) {
        const std::string to = each["to"].text(), via = each["via"].text();
        const Said word{found_, &one, {file_.name, each.line()}, "route",
                        via.empty() ? "to " + to : fmt::format("to {} via {}", to, via)};
        RouteConfig way;
        if (to != "default" && to != "0.0.0.0/0" && to != "::/0") {
            way.destination = network_from(to);
            if (!way.destination) return word.remark("it is no destination with a length");
        }
        if (!route_goes(word, way.way, via, each["type"].text())) return;
        if (const YamlNode table = each["table"]; !table.text().empty() && !number<std::uint32_t>(table.text()))
            return word.remark("its table has no number");
        each.each([&](const std::string& key, YamlNode at, YamlNode v) {
            const auto value = number<std::uint32_t>(v.text());
            if (key == "metric" && value) way.metric = *value;
            else if (key == "table" && value) way.table = *value;
            else if (key == "mtu" && value) way.way.mtu = *value;
            else if (key == "from" && ip_address_from(v.text())) way.way.source = ip_address_from(v.text());
            else if (key == "on-link" && truth(v.text())) way.way.onlink = *truth(v.text());
            else if (key != "to" && key != "via" && key != "type" &&
                     (key != "scope" || v.text() != "link"))
                said(&one, key, at, v).remark("had.conf has no such word for a route");
        });
        if (!is_whole(way)) return word.remark(no_whole_route);
        route(word, way);
    }

    void parameter(FoundInterface& bond, const std::string& key, YamlNode at, YamlNode value) {
        std::string name = key;
        std::replace(name.begin(), name.end(), '-', '_');
        for (const Word& word : parameters)
            if (word.netplan == key) name = word.kernel;
        std::string text = value.text();
        if (value.is_list()) value.each([&](YamlNode each) { text += (text.empty() ? "" : " ") + each.text(); });
        const Said word{found_, &bond, {file_.name, at.line()}, key, text};
        if (has(in_ms, key)) {
            const auto ms = milliseconds(text, 1);
            if (!ms) return word.unread("a time");
            text = std::to_string(*ms);
        }
        if (const auto yes = key == "all-members-active" || key == "all-slaves-active" ? truth(text) : std::nullopt)
            text = *yes ? "1" : "0";
        bond_option(word, name, name == "primary" ? names_.real(text) : text);
    }

    const File& file_;
    Found& found_;
    Names& names_;
    YamlDocument document_;
    YamlNode network_;
};

bool is_it(const File& file) {
    if (file.text.find("network:") == std::string::npos) return false;
    const auto lines = lines_of(file.text, "#");
    return std::any_of(lines.begin(), lines.end(), [](const Line& line) { return line.text.starts_with("network:"); });
}

void read_all(const std::vector<File>& files, Found& found) {
    Names names;
    std::deque<Reading> readings;
    for (const File& file : files) readings.emplace_back(file, found, names).names();
    for (Reading& one : readings) one.read();
}

} // namespace

const Format netplan_format{"netplan", "netplan's YAML", is_it, read_all};

} // namespace had::draft
