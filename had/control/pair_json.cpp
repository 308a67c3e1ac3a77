// The answer to `pair` as JSON text, and back; as view_json.cpp does it.
#include "had/control/shared_fields.hpp"
#include "had/control/view_json.hpp"

namespace had::core {

template <control::OneOf<PairReport> V, class F>
void fields(V& pair, F& field) {
    field("peer", pair.peer);
    fields(pair.shared, field);
    field("vrrp", pair.vrrp);
    field("lans", pair.lans);
}

} // namespace had::core

namespace had::control {

std::string to_json(const std::vector<core::PairReport>& pairs) {
    return JsonText{{"pairs", texts(pairs, [](const core::PairReport& pair) { return write_object(pair); })}}.text();
}

std::optional<std::vector<core::PairReport>> pairs_from_json(std::string_view text) {
    return read(text, [](const Json& json) {
        std::vector<core::PairReport> pairs;
        take_list(json, "pairs", pairs, [](const Json& one) { return read_object<core::PairReport>(one); });
        return pairs;
    });
}

} // namespace had::control
