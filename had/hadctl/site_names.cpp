#include "had/hadctl/site_names.hpp"

#include "had/control/json.hpp"
#include "had/core/base/ip.hpp"
#include "had/core/policy/orders.hpp"

#include <algorithm>

namespace had::hadctl {
namespace {

using control::Json;

// Who is nobody: of whom doc/protocol.md says that he gives orders, too.
constexpr std::string_view nobody[] = {"root", "had", "kernel", "the daemon", core::by_handle};
// Lists of a status whose names stay, since the picture is of them; and those without names.
constexpr std::string_view shown[] = {"bonds", "vlans", "slots", "orders", "alarms", "problems"};
struct Kind {
    std::string_view key, kind;
};
constexpr Kind kinds[] = {{"by", "user"},         {"user", "user"},         {"acked_by", "user"},
                          {"peer", "peer"},       {"service", "service"},   {"group", "group"},
                          {"member", "member"},   {"system", "system"},     {"was", "neighbour"},
                          {"expected", "neighbour"}};
constexpr Kind lists[] = {{"peers", "peer"}, {"services", "service"}, {"failovers", "group"}};

template <std::size_t N>
std::string kind_of(const Kind (&of)[N], const std::string& key, std::string_view other) {
    const auto at = std::find_if(std::begin(of), std::end(of), [&](const Kind& one) { return one.key == key; });
    return std::string(at == std::end(of) ? other : at->kind);
}

void hide(Scrubber& scrubber, const std::string& kind, const std::string& name) {
    const bool is_nobody = std::find(std::begin(nobody), std::end(nobody), name) != std::end(nobody);
    if ((kind != "user" || !is_nobody) && !core::ip_address_from(name)) scrubber.hide(kind, name);
}

// Of an object or list, and all that is in it.
void hide_in(Scrubber& scrubber, const Json& json) {
    for (const auto& [key, value] : json.items()) {
        if (value.is_structured()) hide_in(scrubber, value);
        if (!value.is_string()) continue;
        const std::string kind = kind_of(kinds, key, "");
        if (!kind.empty()) hide(scrubber, kind, value.get<std::string>());
        // Of a neighbour: a port of this chassis is a port, too.
        if (key == "port" && json.contains("system")) hide(scrubber, "switchport", value.get<std::string>());
    }
}

std::string text_of(const Json& json, const char* key) {
    const auto at = json.find(key);
    return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

} // namespace

void hide_names_of_status(Scrubber& scrubber, std::string_view text) {
    const Json json = control::parse(text);
    if (!json.is_object()) return;
    hide_in(scrubber, json);
    for (const auto& [key, list] : json.items()) {
        if (!list.is_array() || std::find(std::begin(shown), std::end(shown), key) != std::end(shown)) continue;
        for (const Json& one : list)
            if (one.is_object()) hide(scrubber, kind_of(lists, key, "name"), text_of(one, "name"));
    }
}

void hide_names_of_event(Scrubber& scrubber, std::string_view text) {
    const Json json = control::parse(text);
    if (!json.is_object()) return;
    hide_in(scrubber, json);
    if (text_of(json, "event") != "neighbour_changed") return;
    for (const char* side : {"from", "to"}) {
        const std::string whole = text_of(json, side);
        hide(scrubber, "neighbour", whole);
        hide(scrubber, "system", whole.substr(0, whole.rfind(' ')));
    }
}

void hide_user_of_event(Scrubber& scrubber, std::string_view text) {
    if (text.find("\"user\":") == std::string_view::npos) return;        // nearly all: they are many
    const Json json = control::parse(text);
    if (json.is_object()) hide(scrubber, "user", text_of(json, "user"));
}

} // namespace had::hadctl
