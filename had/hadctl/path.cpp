// `hadctl path`: every way that a monitor asks through, a line each.
#include "had/control/view_json.hpp"
#include "had/hadctl/format.hpp"
#include "had/hadctl/understood.hpp"
#include "had/hadctl/watch.hpp"

#include <algorithm>

namespace had::hadctl {

Exit path(const Options& options) {
    return show(options, [&](control::Client& client) -> Table {
        const std::string answer = client.call("path", {{"object", options.object}});
        const auto paths = understood(control::paths_from_json(answer));
        const auto silent = [](const core::PathReport& path) { return path.state == core::PathState::silent; };
        return {options.json ? answer + "\n" : format_paths(paths),
                std::any_of(paths.begin(), paths.end(), silent) ? Exit::degraded : Exit::ok};
    });
}

} // namespace had::hadctl
