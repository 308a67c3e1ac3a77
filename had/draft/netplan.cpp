// netplan's YAML, by libyaml.  Each value keeps its line.  Names of other documents (aliases) are followed and cost
// nothing, since only what a known key leads to is looked at.
#include "had/draft/formats.hpp"
#include "had/draft/words.hpp"

#include "had/core/base/number.hpp"

#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <array>
#include <functional>

namespace had::draft {
namespace {

using namespace core;

class Document {
public:
    explicit Document(const std::string& text) {
        if (!yaml_parser_initialize(&parser_)) throw std::bad_alloc();
        yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
        loaded_ = yaml_parser_load(&parser_, &document_) != 0;
    }
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;
    ~Document() {
        if (loaded_) yaml_document_delete(&document_);
        yaml_parser_delete(&parser_);
    }

    [[nodiscard]] bool loaded() const { return loaded_; }
    [[nodiscard]] std::string problem() const { return parser_.problem ? parser_.problem : "it cannot be read"; }
    [[nodiscard]] unsigned problem_line() const { return static_cast<unsigned>(parser_.problem_mark.line) + 1; }
    yaml_node_t* root() { return yaml_document_get_root_node(&document_); }
    yaml_node_t* node(int index) { return yaml_document_get_node(&document_, index); }

private:
    yaml_parser_t parser_{};
    yaml_document_t document_{};
    bool loaded_ = false;
};

// A value, and the document that it is in.  Null: there is none.
class Node {
public:
    Node() = default;
    Node(Document& document, yaml_node_t* node) : document_(&document), node_(node) {}

    [[nodiscard]] unsigned line() const { return node_ ? static_cast<unsigned>(node_->start_mark.line) + 1 : 0; }
    [[nodiscard]] bool is_scalar() const { return node_ && node_->type == YAML_SCALAR_NODE; }
    [[nodiscard]] bool is_mapping() const { return node_ && node_->type == YAML_MAPPING_NODE; }
    [[nodiscard]] bool is_list() const { return node_ && node_->type == YAML_SEQUENCE_NODE; }
    [[nodiscard]] std::string text() const {
        if (!is_scalar()) return {};
        return {reinterpret_cast<const char*>(node_->data.scalar.value), node_->data.scalar.length};
    }
    void each(const std::function<void(const std::string& key, Node key_node, Node value)>& f) const {
        if (!is_mapping()) return;
        for (auto* pair = node_->data.mapping.pairs.start; pair < node_->data.mapping.pairs.top; ++pair) {
            const Node key(*document_, document_->node(pair->key));
            f(key.text(), key, Node(*document_, document_->node(pair->value)));
        }
    }
    // A value alone is a list of one.
    void each(const std::function<void(Node)>& f) const {
        if (is_scalar()) return f(*this);
        if (!is_list()) return;
        for (auto* item = node_->data.sequence.items.start; item < node_->data.sequence.items.top; ++item)
            f(Node(*document_, document_->node(*item)));
    }
    [[nodiscard]] Node operator[](std::string_view wanted) const {
        Node found;
        each([&](const std::string& key, Node, Node value) {
            if (key == wanted) found = value;
        });
        return found;
    }
    // On one line, for a remark.
    [[nodiscard]] std::string shown() const {
        if (is_scalar()) return text();
        return is_list() ? "[...]" : is_mapping() ? "{...}" : "";
    }

private:
    Document* document_ = nullptr;
    yaml_node_t* node_ = nullptr;
};

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

class Reading {
public:
    Reading(const File& file, Found& found) : file_(file), found_(found), document_(file.text) {}

    void read() {
        if (!document_.loaded())
            return found_.remark(nullptr, {file_.name, document_.problem_line()},
                                 "it is no YAML: " + document_.problem());
        const Node root(document_, document_.root()), network = root["network"];
        if (!network.is_mapping()) return found_.remark(nullptr, {file_.name, 0}, "it has no 'network'");
        network.each([&](const std::string& key, Node at, Node value) { section(key, at, value); });
    }

private:
    Said said(FoundInterface* of, const std::string& key, Node at, Node value) {
        return {found_, of, {file_.name, at.line()}, key, value.shown()};
    }

    void section(const std::string& key, Node at, Node value) {
        if (key == "version" || key == "renderer") return;
        const Kind kind = key == "ethernets" ? Kind::port
                          : key == "bonds"   ? Kind::bond
                          : key == "vlans"   ? Kind::vlan
                                             : Kind::other;
        const Said word = said(nullptr, key, at, {});
        if (kind == Kind::other)
            return word.remark("the daemon makes bonds and VLANs only, and leaves the others alone");
        value.each([&](const std::string& name, Node name_at, Node one) { interface(kind, name, name_at, one); });
    }

    void interface(Kind kind, const std::string& id, Node at, Node value) {
        const std::string set = value["set-name"].text(), matched = value["match"]["name"].text();
        std::string name = id;
        if (!set.empty()) name = set;
        else if (!matched.empty() && matched.find_first_of("*?[") == std::string::npos) name = matched;
        FoundInterface* one = found_.at(name, {file_.name, at.line()});
        if (!one) return;
        if (name != id) names_.emplace_back(id, name);
        one->kind = kind;
        value.each([&](const std::string& key, Node key_at, Node v) { property(*one, key, key_at, v); });
    }

    void property(FoundInterface& one, const std::string& key, Node at, Node value) {
        const Said word = said(&one, key, at, value);
        if (key == "addresses") return value.each([&](Node each) { address_of(one, each); });
        if (key == "gateway4" || key == "gateway6") return gateway(word, word.value);
        if (key == "routes") return value.each([&](Node each) { route_of(one, each); });
        if (key == "mtu") return mtu(word);
        if (key == "macaddress") return mac(word);
        if (key == "match") return match(one, value);
        if (key == "interfaces" && one.kind == Kind::bond)
            return value.each([&](Node each) {
                if (one.ports.size() < most_interfaces) one.ports.push_back(each.text());
            });
        if (key == "parameters" && one.kind == Kind::bond)
            return value.each([&](const std::string& k, Node k_at, Node v) { parameter(one, k, k_at, v); });
        if (key == "id" && one.kind == Kind::vlan) return vlan_id(word);
        if (key == "link" && one.kind == Kind::vlan) return void(one.on = word.value);
        const bool no = truth(word.value) == false;
        if (key == "set-name" || key == "renderer" || key == "optional" || ((key == "dhcp4" || key == "dhcp6") && no))
            return;
        word.unknown();
    }

    void match(FoundInterface& one, Node value) {
        value.each([&](const std::string& key, Node at, Node v) {
            const Said word = said(&one, key, at, v);
            if (key == "macaddress") one.card = mac_from(v.text());
            if (key == "macaddress" ? !one.card : key != "name" || v.text().find_first_of("*?[") != std::string::npos)
                word.remark("which interface it means is not known: write its name");
        });
    }

    // An address alone, or one with options of its own.
    void address_of(FoundInterface& one, Node each) {
        if (each.is_scalar()) return address(said(&one, "addresses", each, each), each.text());
        each.each([&](const std::string& text, Node at, Node options) {
            address(said(&one, "addresses", at, at), text);
            options.each([&](const std::string& key, Node key_at, Node v) { said(&one, key, key_at, v).unknown(); });
        });
    }

    void route_of(FoundInterface& one, Node each) {
        const std::string to = each["to"].text(), via = each["via"].text();
        const Said word{found_, &one, {file_.name, each.line()}, "route",
                        via.empty() ? "to " + to : fmt::format("to {} via {}", to, via)};
        RouteConfig way;
        way.way.via = ip_address_from(via);
        way.way.blackhole = each["type"].text() == "blackhole";
        if (to != "default" && to != "0.0.0.0/0" && to != "::/0") {
            way.destination = ip_prefix_from(to);
            if (const auto host = ip_address_from(to))
                way.destination = IpPrefix{*host, static_cast<std::uint8_t>(host->size() * 8)};
            if (!way.destination) return word.remark("it is no destination with a length");
        }
        each.each([&](const std::string& key, Node at, Node v) {
            const auto value = number<std::uint32_t>(v.text());
            if (key == "metric" && value) way.metric = *value;
            else if (key == "table" && value) way.table = *value;
            else if (key == "mtu" && value) way.way.mtu = *value;
            else if (key == "from" && ip_address_from(v.text())) way.way.source = ip_address_from(v.text());
            else if (key == "on-link" && truth(v.text())) way.way.onlink = *truth(v.text());
            else if (key != "to" && key != "via" && (key != "type" || !way.way.blackhole) &&
                     (key != "scope" || v.text() != "link"))
                said(&one, key, at, v).remark("had.conf has no such word for a route");
        });
        if (!is_whole(way)) return word.remark(no_whole_route);
        route(word, way);
    }

    void parameter(FoundInterface& bond, const std::string& key, Node at, Node value) {
        std::string name = key;
        std::replace(name.begin(), name.end(), '-', '_');
        for (const Word& word : parameters)
            if (word.netplan == key) name = word.kernel;
        std::string text = value.text();
        if (value.is_list()) value.each([&](Node each) { text += (text.empty() ? "" : " ") + each.text(); });
        const Said word{found_, &bond, {file_.name, at.line()}, key, text};
        if (has(in_ms, key)) {
            const auto ms = milliseconds(text, 1);
            if (!ms) return word.unread("a time");
            text = std::to_string(*ms);
        }
        if (const auto yes = key == "all-members-active" || key == "all-slaves-active" ? truth(text) : std::nullopt)
            text = *yes ? "1" : "0";
        bond_option(word, name, text);
    }

public:
    // Ports and carriers are named by the file's own names, which `set-name` changes.
    void rename() {
        const auto changed = [&](std::string& name) {
            for (const auto& [id, real] : names_)
                if (name == id) return void(name = real);
        };
        for (FoundInterface& one : found_.interfaces) {
            std::for_each(one.ports.begin(), one.ports.end(), changed);
            changed(one.on);
            changed(one.primary);
        }
    }

private:
    const File& file_;
    Found& found_;
    Document document_;
    std::vector<std::pair<std::string, std::string>> names_;
};

bool is_it(const File& file) {
    if (file.text.find("network:") == std::string::npos) return false;
    const auto lines = lines_of(file.text, "#");
    return std::any_of(lines.begin(), lines.end(), [](const Line& line) { return line.text.starts_with("network:"); });
}

void read_all(const std::vector<File>& files, Found& found) {
    for (const File& file : files) {
        Reading reading(file, found);
        reading.read();
        reading.rename();
    }
}

} // namespace

const Format netplan_format{"netplan", "netplan's YAML", is_it, read_all};

} // namespace had::draft
