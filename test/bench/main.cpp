// `make bench`: prints a table, writes nothing.  doc/BENCHMARKS.md says how to read it.
#include "test/bench/figures.hpp"

#include <cstdlib>
#include <exception>
#include <fmt/format.h>
#include <string>
#include <string_view>

namespace {

using had::test::Figure;

void print(const std::vector<Figure>& figures) {
    constexpr auto row = "{:<46} {:<32} {:<32} {:>12}  {:<18} {}\n";
    fmt::print(row, "", "had", "peer", "", "goal", "");
    for (const Figure& f : figures)
        fmt::print(row, f.what, f.had, f.peer, f.found, f.goal, f.met ? "met" : "MISSED");
}

std::string load() {
    double loads[3] = {};
    ::getloadavg(loads, 3);
    return fmt::format("{:.1f} {:.1f} {:.1f}", loads[0], loads[1], loads[2]);
}

} // namespace

int main(int argc, char** argv) try {
    const std::string_view only = argc > 1 ? argv[1] : "";
    const std::string before = load();
    std::vector<Figure> figures;
    const auto add = [&](std::string_view name, auto measure) {
        if (!name.starts_with(only)) return;
        for (Figure& figure : measure())
            figures.push_back(std::move(figure));
    };
    for (const std::string model : {"virtio", "e1000", "pcnet"})
        add("failover-" + model, [&] { return had::test::failover(model); });
    add("acknowledge", had::test::acknowledge);
    add("hostile", had::test::hostile);
    add("plug-in", had::test::plug_in);
    add("many-ports", had::test::many_ports);
    add("extraction", had::test::extraction);
    add("ifenslave", had::test::ifenslave);
    add("paths", had::test::paths);
    add("check", had::test::check);
    add("recorder", had::test::recorder);
    add("services", had::test::services);
    print(figures);
    fmt::print("medians (and the quarters beside them); a/b/c: median, 90th percentile, worst\n"
               "load average before {}, after {}\n",
               before, load());
} catch (const std::exception& e) {
    fmt::print(stderr, "bench: {}\n", e.what());
    return 1;
}
