// The answer to `path` as JSON text, and back; as view_json.cpp does it.
#include "had/control/fields.hpp"
#include "had/control/view_json.hpp"

namespace had::core {

using control::OneOf;

template <OneOf<PathReport> V, class F>
void fields(V& path, F& field) {
    field("interface", path.interface);
    field("monitor", path.monitor);
    field("port", path.port);
    field("who", path.who);
    field("state", path.state);
    field("lasts_us", path.lasts);
    field("heard_us", path.heard);
    field("sent", path.sent);
    field("answered", path.answered);
    field("lost", path.lost);
    field("void", path.voided);
    field("round_trip_us", path.round_trip);
    field("stray", path.stray);
}

} // namespace had::core

namespace had::control {

std::string to_json(const std::vector<core::PathReport>& paths) {
    return JsonText{{"paths", texts(paths, [](const core::PathReport& path) { return write_object(path); })}}.text();
}

std::optional<std::vector<core::PathReport>> paths_from_json(std::string_view text) {
    return read(text, [](const Json& json) {
        std::vector<core::PathReport> paths;
        take_list(json, "paths", paths, [](const Json& one) { return read_object<core::PathReport>(one); });
        return paths;
    });
}

} // namespace had::control
