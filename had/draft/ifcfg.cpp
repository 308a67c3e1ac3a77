// ifcfg files of Red Hat's network scripts and of SUSE's wicked, with their files of routes.  They are shell scripts to
// those who read them: here no variable and no command has a value.
#include "had/draft/formats.hpp"
#include "had/draft/words.hpp"

#include "had/core/base/number.hpp"
#include "had/core/base/text.hpp"
#include "had/core/config/route.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

namespace had::draft {
namespace {

using namespace core;

std::string base(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

// "ifcfg-bond0" is the file of bond0; "route-", "route6-" and "ifroute-" those of its routes.
std::string behind(const File& file, std::string_view before) {
    const std::string name = base(file.name);
    return name.starts_with(before) ? name.substr(before.size()) : "";
}
std::string routes_of(const File& file) {
    for (const std::string_view before : {"route-", "route6-", "ifroute-"})
        if (std::string name = behind(file, before); !name.empty()) return name;
    return "";
}
bool is_routes(const File& file) { return base(file.name) == "routes"; }

struct Assignment {
    std::string key, value;
    unsigned line = 0;
    bool computed = false;                    // by the shell
};

bool is_key(std::string_view text) {
    return !text.empty() &&
        std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

// KEY=VALUE, "..." and '...' as in shell.  Nothing: it is no assignment.
std::optional<Assignment> assignment(const Line& line) {
    std::string_view text = line.text;
    if (text.starts_with("export ")) text = trimmed(text.substr(7));
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || !is_key(text.substr(0, equals))) return std::nullopt;
    Assignment one{std::string(text.substr(0, equals)), "", line.number};
    char quote = 0;
    for (text.remove_prefix(equals + 1); !text.empty(); text.remove_prefix(1)) {
        const char c = text[0];
        if (quote == 0 && (c == '"' || c == '\'')) quote = c;
        else if (c == quote) quote = 0;
        else if (quote == 0 && (c == ' ' || c == '\t' || c == ';')) break;
        else if (quote != '\'' && (c == '$' || c == '`')) one.computed = true, one.value += c;
        else one.value += c;
    }
    const std::string_view rest = trimmed(text);
    const bool whole = rest.empty() || rest[0] == '#' || rest[0] == ';';
    return quote == 0 && whole ? std::optional(one) : std::nullopt;
}

bool is_it(const File& file) {
    if (!routes_of(file).empty() || is_routes(file)) return true;
    if (behind(file, "ifcfg-").empty()) return false;
    const auto lines = lines_of(file.text, "#");
    return std::any_of(lines.begin(), lines.end(), [](const Line& line) { return assignment(line).has_value(); });
}

// "IPADDR_2" and "IPADDR2" are IPADDR, number 2.
std::pair<std::string, std::string> counted(const std::string& key, std::string_view stem) {
    if (!key.starts_with(stem)) return {};
    std::string number = key.substr(stem.size());
    if (number.starts_with('_')) number.erase(0, 1);
    const bool digits = number.find_first_not_of("0123456789") == std::string::npos;
    return digits ? std::pair(std::string(stem), number) : std::pair<std::string, std::string>();
}

// What had.conf says by what it has; and what says the usual, when it says yes.
constexpr std::string_view quiet[] = {"DEVICE", "NAME", "UUID", "TYPE", "BONDING_MASTER", "SLAVE", "VLAN", "NETWORK",
                                      "METRIC", "PROXY_METHOD", "BROWSER_ONLY"};
constexpr std::string_view usual[] = {"DEFROUTE", "IPV6_DEFROUTE", "IPV6INIT", "NM_CONTROLLED", "PEERROUTES",
                                      "IPV6_PEERROUTES"};

template <class List>
bool has_key(const List& list, std::string_view key) {
    return std::find(std::begin(list), std::end(list), key) != std::end(list);
}

class Reading {
public:
    Reading(const File& file, Found& found, std::string name) : file_(file), found_(found), name_(std::move(name)) {}

    void read() {
        std::vector<Assignment> all;
        for (const Line& line : lines_of(file_.text, "#")) {
            if (auto one = assignment(line)) all.push_back(*std::move(one));
            else found_.remark(nullptr, {file_.name, line.number},
                               fmt::format("{}: it is no KEY=VALUE, and no command is run", line.text));
        }
        for (const Assignment& one : all)
            if (one.key == "DEVICE" && !one.value.empty() && !one.computed) name_ = one.value;
        if (name_ == "lo") return;
        if (const auto colon = name_.find(':'); colon != std::string::npos) name_.resize(colon);
        of_ = found_.at(name_, {file_.name, all.empty() ? 0 : all.front().line});
        if (!of_) return;
        for (const Assignment& one : all) kind(one);
        if (of_->kind == Kind::vlan && of_->on.empty()) of_->on = of_->name.substr(0, of_->name.rfind('.'));
        if (of_->on == of_->name) of_->on.clear();
        for (const Assignment& one : all) values_[one.key] = one.value;
        for (const Assignment& one : all) {
            const Said said{found_, of_, {file_.name, one.line}, one.key, one.value};
            if (one.computed) said.remark("a shell would compute it, and none is asked: write it by hand");
            else if (!one.value.empty()) take(said);
        }
    }

private:
    // What the file is of is wanted before its other words.
    void kind(const Assignment& one) {
        const std::string& v = one.value;
        if (one.key == "BONDING_OPTS" || one.key == "BONDING_MODULE_OPTS" || one.key == "BONDING_MASTER" ||
            (one.key == "TYPE" && v == "Bond"))
            of_->kind = one.key == "BONDING_MASTER" && truth(v) != true ? of_->kind : Kind::bond;
        if ((one.key == "VLAN" && truth(v) == true) || one.key == "ETHERDEVICE" || (one.key == "TYPE" && v == "Vlan"))
            of_->kind = Kind::vlan;
        if (of_->kind == Kind::vlan && !of_->vlan_id) {
            const auto at = of_->name.find_last_not_of("0123456789");
            const auto id = number<std::uint16_t>(of_->name.substr(at + 1));
            if (id && *id > 0 && *id < 4095) of_->vlan_id = *id;
        }
        if (one.key == "TYPE" && (v == "Bridge" || v == "Team" || v == "OVSBridge")) of_->kind = Kind::other;
        if (one.key == "BRIDGE" && truth(v) == true) of_->kind = Kind::other;
    }

    void take(const Said& said) {
        const std::string& key = said.key;
        const std::string& v = said.value;
        if (key == "BONDING_OPTS" || key == "BONDING_MODULE_OPTS") return options(said);
        if (key == "MASTER" || key == "MASTER_UUID") return key == "MASTER" ? void(of_->master = v) : said.unknown();
        if (!counted(key, "BONDING_SLAVE").first.empty()) return add_port(v);
        if (key == "PHYSDEV" || key == "ETHERDEVICE") return void(of_->on = v);
        if (key == "VLAN_ID") return vlan_id(said);
        if (key == "MTU") return mtu(said);
        if (key == "HWADDR") return card(said);
        if (key == "MACADDR" || key == "LLADDR") return mac(said);
        if (key == "BOOTPROTO") return how(said);
        if (key == "ONBOOT" || key == "STARTMODE") return start(said);
        if (const auto at = counted(key, "IPADDR"); !at.first.empty()) return ipv4(said, at.second);
        if (key == "IPV6ADDR" || key == "IPV6ADDR_SECONDARIES") return ipv6(said);
        if (key == "GATEWAY" || key == "IPV6_DEFAULTGW") return gateway(said, v.substr(0, v.find('%')), metric());
        if (key == "BROADCAST") return later_.push_back(said), void();
        for (const std::string_view stem : {"NETMASK", "PREFIX", "PREFIXLEN", "LABEL"})
            if (!counted(key, stem).first.empty()) return;       // with its address
        if (has_key(quiet, key) || (has_key(usual, key) && truth(v) == true)) return;
        said.unknown();
    }

    void add_port(const std::string& name) {
        if (of_->ports.size() < most_interfaces) of_->ports.push_back(name);
    }

    void options(const Said& said) {
        for (const std::string_view word : words_of(said.value)) {
            const auto equals = word.find('=');
            const Said one{found_, of_, said.at, std::string(word.substr(0, equals)),
                           equals == std::string_view::npos ? "" : std::string(word.substr(equals + 1))};
            if (one.value.empty()) one.remark("it is no option of the bonding driver with a value");
            else if (one.key == "max_bonds") one.unknown();
            else bond_option(one, one.key, one.value);
        }
    }

    void card(const Said& said) {
        of_->card = mac_from(said.value);
        if (!of_->card) said.unread("a MAC address");
    }

    static void how(const Said& said) {
        const std::string how = lower(said.value);
        if (how != "none" && how != "static") said.unknown();
    }

    static void start(const Said& said) {
        const std::string when = lower(said.value);
        if (when == "no" || when == "off" || when == "manual")
            said.remark("it does not start by itself, and here it will");
    }

    std::optional<std::uint32_t> metric() const {
        const auto found = values_.find("METRIC");
        return found == values_.end() ? std::nullopt : number<std::uint32_t>(found->second);
    }

    std::string beside(std::string_view stem, const std::string& count) const {
        for (const std::string& between : {std::string(), std::string("_")})
            if (const auto found = values_.find(std::string(stem) + between + count); found != values_.end())
                return found->second;
        return {};
    }

    void ipv4(const Said& said, const std::string& count) const {
        std::string length;
        for (const std::string_view stem : {"PREFIX", "PREFIXLEN", "NETMASK"})
            if (length.empty()) length = beside(stem, count);
        address(said, said.value, length);
    }

    static void ipv6(const Said& said) {
        for (const std::string_view word : words_of(said.value)) address(said, word, "64");
    }

public:
    // Behind every address.
    void finish() {
        for (const Said& one : later_) broadcast(one);
    }

private:
    const File& file_;
    Found& found_;
    std::string name_;
    FoundInterface* of_ = nullptr;
    std::map<std::string, std::string> values_;
    std::vector<Said> later_;
};

// SUSE's word for no gateway: the destination is on the link.
bool is_without(const std::vector<std::string_view>& words) { return words.size() > 1 && words[1] == "-"; }

// "10.0.0.0/8 via 10.0.1.254 dev bond0", or ADDRESS0=, NETMASK0=, GATEWAY0=, METRIC0=.
void read_routes(const File& file, const std::string& name, Found& found) {
    std::map<std::string, std::map<std::string, Assignment>> numbered;
    FoundInterface* of = nullptr;
    for (const Line& line : lines_of(file.text, "#")) {
        const Place at{file.name, line.number};
        if (!of) of = found.at(name, at);
        if (!of) return;
        if (const auto one = assignment(line)) {
            const auto digit = one->key.find_first_of("0123456789");
            if (digit == std::string::npos) Said{found, of, at, one->key, one->value}.unknown();
            else numbered[one->key.substr(digit)][one->key.substr(0, digit)] = *one;
            continue;
        }
        const Said said{found, of, at, "route", line.text};
        if (ip_route(said, line.text)) continue;
        // SUSE: DESTINATION GATEWAY NETMASK INTERFACE, "-" where there is none.
        const auto words = words_of(line.text);
        RouteConfig way;
        const auto via = words.size() > 1 ? ip_address_from(words[1]) : std::nullopt;
        if (words.size() > 1 && words[0] != "default")
            way.destination = prefix_from(words[0], words.size() > 2 && words[2] != "-" ? words[2] : "");
        way.way.via = via;
        if ((!via && !is_without(words)) || (words[0] != "default" && !way.destination) || !is_whole(way))
            said.remark(no_whole_route);
        else route(said, way);
    }
    for (auto& [count, all] : numbered) {
        const Assignment& to = all["ADDRESS"];
        const Said said{found, of, {file.name, to.line}, "ADDRESS" + count, to.value};
        RouteConfig way;
        way.destination = prefix_from(to.value, all["NETMASK"].value);
        const auto via = ip_address_from(all["GATEWAY"].value);
        way.way.via = via;
        if (!way.destination || (!via && !all["GATEWAY"].value.empty()) || !is_whole(way)) said.remark(no_whole_route);
        else way.metric = number<std::uint32_t>(all["METRIC"].value), route(said, way);
    }
}

// SUSE's `routes` names the interface in each line: "default 10.0.1.254 - bond0".
void read_all_routes(const File& file, Found& found) {
    for (const Line& line : lines_of(file.text, "#")) {
        const auto words = words_of(line.text);
        const Said lost{found, nullptr, {file.name, line.number}, "route", line.text};
        FoundInterface* of = words.size() > 3 && words[3] != "-" ? found.find(words[3]) : nullptr;
        const auto via = words.size() > 1 ? ip_address_from(words[1]) : std::nullopt;
        // Without an interface it leads through the one in whose network its gateway is.
        for (FoundInterface& one : found.interfaces)
            for (const IpPrefix& prefix : one.net.addresses)
                if (!of && via && prefix.address.family == via->family && is_on_link(*via, prefix)) of = &one;
        RouteConfig way;
        if (words.size() > 1 && words[0] != "default")
            way.destination = prefix_from(words[0], words.size() > 2 && words[2] != "-" ? words[2] : "");
        way.way.via = via;
        if ((!via && !is_without(words)) || (words[0] != "default" && !way.destination) || !is_whole(way))
            lost.remark(no_whole_route);
        else if (!of) lost.remark("through which interface it leads is not said here");
        else route(Said{found, of, lost.at, "route", line.text}, way);
    }
}

void read_all(const std::vector<File>& files, Found& found) {
    for (const File& file : files) {
        if (!routes_of(file).empty() || is_routes(file)) continue;
        std::string name = behind(file, "ifcfg-");
        Reading reading(file, found, name.empty() ? base(file.name) : std::move(name));
        reading.read();
        reading.finish();
    }
    for (const File& file : files)
        if (const std::string name = routes_of(file); !name.empty()) read_routes(file, name, found);
    for (const File& file : files)
        if (is_routes(file)) read_all_routes(file, found);
}

} // namespace

const Format ifcfg_format{"ifcfg", "Red Hat's and SUSE's ifcfg-NAME", is_it, read_all};

} // namespace had::draft
