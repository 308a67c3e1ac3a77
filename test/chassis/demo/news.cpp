#include "test/chassis/demo/news.hpp"

#include <fmt/format.h>

#include "test/chassis/demo/terminal.hpp"

namespace had::test::demo {
namespace {

// What an operator wants to hear of a line such as `<6>load module e1000 for slot 2 (why)`: of the
// actions, level 6, only which driver is loaded; nothing of the others.
std::string_view interesting(std::string_view line) {
    if (line.size() < 3 || line[0] != '<' || line[2] != '>') return line;
    const bool action = line[1] == '6';
    line.remove_prefix(3);
    if (!action) return line;
    return line.starts_with("load module") ? line.substr(0, line.find(" (")) : "";
}

} // namespace

void News::until(std::string_view object, std::string_view health, Limit limit) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit).count();
    const std::string complaint = fmt::format("/run/wait-{}.log", object);
    const Background wait = guest_.spawn(
        fmt::format("exec hadctl wait {} --until {} --timeout {}", object, health, seconds),
        complaint);
    guest_.wait_until(
        [&] {
            const bool over = !guest_.running(wait);
            print_new();
            return over;
        },
        limit + 10s, fmt::format("hadctl ends to wait for {}", object));
    if (guest_.wait_exit(wait) != 0) throw std::runtime_error(guest_.read_file(complaint));
}

void News::print_new() {
    const std::string text = guest_.run(fmt::format("exec tail -c +{} {}", shown_ + 1, log_)).out;
    const std::size_t whole = text.rfind('\n') + 1; // 0: not one whole line yet
    shown_ += whole;
    for (std::size_t at = 0; at < whole;) {
        const std::size_t end = text.find('\n', at);
        const auto line = interesting(std::string_view(text).substr(at, end - at));
        if (!line.empty()) print(fmt::format("  had: {}\n", line));
        at = end + 1;
    }
}

} // namespace had::test::demo
