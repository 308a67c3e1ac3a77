#include "had/run/tunables.hpp"

#include "had/run/run.hpp"

#include <utility>

namespace had {

using namespace core;

std::optional<TunablesSeen> tunables_of_link(const Kernel& kernel, const Observed& observed, Ifindex index,
                                             const std::vector<std::string>& words, std::string& why) {
    const Link* link = observed.link(index);
    if (!link) return std::nullopt;
    TunablesSeen seen{index, {}, true};
    const ActionResult result =
        Run::tried([&] { return seen.values = kernel.tunables({index, link->name}, words), ActionResult{}; });
    if (result.ok()) return seen;
    why = result.text;
    return std::nullopt;
}

void look_at_tunables(const Kernel& kernel, Observed& observed,
                      const std::map<Ifindex, std::vector<std::string>>& words) {
    std::string why;
    for (const auto& [index, of_link] : words)
        if (auto seen = tunables_of_link(kernel, observed, index, of_link, why)) fold(observed, *std::move(seen));
}

} // namespace had
