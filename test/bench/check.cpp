// `hadctl check` of the largest files that there may be, of every shape that a list can have: nobody's mistake, and no
// program that writes the file, may hold up a reload.  Then what there may be at most of a kind, beside half of that:
// what grows with names grows with them, and no faster.  Processor time of the program, from exec on; no chassis.
#include "test/bench/figures.hpp"

#include "had/core/base/limits.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string_view>

namespace had::test {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t sections = core::limits::sections, lines = core::limits::lines, net = core::limits::net_lines;

struct Shape {
    std::string_view name, head;
    std::size_t most;                         // that are read (limits.hpp)
    std::function<std::string(unsigned)> line;
};

constexpr std::string_view bond = "[bond bond0]\nmode = active-backup\nmiimon = 100\n";
constexpr std::string_view ports =
    "[bond bond0]\nmode = active-backup\nmiimon = 100\n[config m]\nbond = bond0\n[devices]\n";

const Shape shapes[] = {
    {"[slot] sections", "", sections, [](unsigned n) { return fmt::format("[slot s{}]\n", n); }},
    {"the same, each with a place", "", sections,
     [](unsigned n) { return fmt::format("[slot s{0}]\nlocation = path {0:x}:00:05\n", n % 0x10000); }},
    {"domains of many slots", "", sections,
     [](unsigned n) { return fmt::format("[domain d{0}]\nslots = {1}-{2}\n", n, 1024 * n, 1024 * n + 1023); }},
    {"bonds", "", sections, [](unsigned n) { return fmt::format("[bond b{0}]\n", n); }},
    {"bonds, whole", "", sections,
     [](unsigned n) {
         return fmt::format("[bond b{0}]\nmode = 1\nmiimon = 100\naddress = 10.{1}.{2}.1/24\n", n, n / 256 % 256,
                            n % 256);
     }},
    {"VLANs", "", sections, [](unsigned n) { return fmt::format("[vlan v{0}]\non = v{1}\nid = 5\n", n, n + 1); }},
    {"configs", "", sections, [](unsigned n) { return fmt::format("[config c{0}]\nbond = b{0}\n", n); }},
    {"ports of one bond", ports, lines, [](unsigned n) { return fmt::format("{}.{} = m\n", n / 8, n % 8); }},
    {"ports of unknown slots", ports, lines, [](unsigned n) { return fmt::format("x{}.0 = m\n", n); }},
    {"ports of unknown configs", "[devices]\n", lines, [](unsigned n) { return fmt::format("{0} = c{0}\n", n); }},
    {"one port, many times", "[devices]\n", lines, [](unsigned) { return std::string("2.1 = config2\n"); }},
    {"unknown keys", bond, lines, [](unsigned n) { return fmt::format("k{} = 1\n", n); }},
    {"keys that resemble others", bond, lines, [](unsigned n) { return fmt::format("miimom{} = 1\n", n); }},
    {"unknown sections", "", sections, [](unsigned n) { return fmt::format("[unknown{}]\n", n); }},
    {"one section, many times", "", lines, [](unsigned) { return std::string("[slot 2]\n"); }},
    {"addresses", bond, net,
     [](unsigned n) { return fmt::format("address = 10.{}.{}.{}/32\n", n / 65536, n / 256 % 256, n % 256); }},
    {"routes", "[bond bond0]\naddress = 10.0.0.1/8\n", net,
     [](unsigned n) {
         return fmt::format("route = 11.{}.{}.{}/32 via 10.0.0.2\n", n / 65536, n / 256 % 256, n % 256);
     }},
    {"models", "[slot 2]\n", lines,
     [](unsigned n) { return fmt::format("accept = {:04x}:{:04x}\n", n / 65536, n % 65536); }},
    {"comments", "", lines, [](unsigned n) { return fmt::format("; {}\n", n); }},
    {"comments behind values", bond, lines, [](unsigned n) { return fmt::format("miimon = {} # ms\n", n); }},
    {"words without a meaning", "", lines, [](unsigned n) { return fmt::format("word {}\n", n); }},
    {"empty lines", "", lines, [](unsigned) { return std::string("\n"); }},
    {"one line", "[domain A]\nslots =", lines, [](unsigned n) { return fmt::format(" {}", n); }},
};

std::string text_of(const Shape& shape, std::size_t count) {
    std::string text(shape.head);
    for (unsigned n = 0; n < count; ++n) {
        const std::string more = shape.line(n);
        if (text.size() + more.size() > core::limits::file_bytes) break;
        text += more;
    }
    return text;
}

struct Cost {
    double ms = 0;
    double mib = 0;
};

// The best of three: what another program took is not counted, but its caches are.
Cost cost_of(const fs::path& hadctl, const fs::path& file) {
    Cost best{1e9, 0};
    for (int turn = 0; turn < 3; ++turn) {
        const pid_t child = ::fork();
        if (child == 0) {
            std::ignore = ::freopen("/dev/null", "w", stdout);
            ::execl(hadctl.c_str(), "hadctl", "check", file.c_str(), nullptr);
            ::_exit(127);
        }
        int status = 0;
        rusage used{};
        if (child < 0 || ::wait4(child, &status, 0, &used) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) == 127)
            throw std::runtime_error("cannot run " + hadctl.string());
        const auto ms = [](const timeval& t) {
            return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
        };
        best.ms = std::min(best.ms, ms(used.ru_utime) + ms(used.ru_stime));
        best.mib = std::max(best.mib, static_cast<double>(used.ru_maxrss) / 1024);
    }
    return best;
}

} // namespace

std::vector<Figure> check() {
    constexpr double ms_most = 500, mib_most = 50, ratio_most = 2.3;
    const fs::path hadctl = fs::canonical("/proc/self/exe").parent_path() / "hadctl";
    std::string name = (fs::temp_directory_path() / "bench-check-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    const fs::path file = fs::path(name) / "had.conf";
    std::vector<Figure> figures;
    const auto cost = [&](const Shape& shape, std::size_t count) {
        std::ofstream(file) << text_of(shape, count);
        return cost_of(hadctl, file);
    };
    for (const Shape& shape : shapes) {
        const Cost whole = cost(shape, core::limits::file_bytes);
        const double half = cost(shape, shape.most / 2).ms, most = cost(shape, shape.most).ms, ratio = most / half;
        figures.push_back({fmt::format("check: {}", shape.name),
                           fmt::format("1 MiB: {:.0f} ms, {:.0f} MiB", whole.ms, whole.mib),
                           fmt::format("{}: {:.0f} ms, {}: {:.0f} ms", shape.most / 2, half, shape.most, most),
                           fmt::format("{:.2f}", ratio), "2.3; 500 ms, 50 MiB",
                           ratio < ratio_most && whole.ms < ms_most && whole.mib < mib_most});
    }
    fs::remove_all(name);
    return figures;
}

} // namespace had::test
