#include "had/notify/state.hpp"

#include "had/core/base/number.hpp"
#include "had/core/base/state_file.hpp"
#include "had/core/base/text.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <vector>

namespace had::notify {
namespace {

constexpr std::string_view kind = "notify", none = "-";

std::string word(const std::string& text) { return text.empty() ? std::string(none) : text; }
std::string text(std::string_view word) { return word == none ? "" : std::string(word); }

// "hook INSTANCE SEQ TIME CODE QUEUED WELL FAILED NAME": a name may have blanks.
void read_hook(State& state, const std::vector<std::string_view>& words, std::string_view line) {
    if (words.size() < 9) return;
    Progress progress{.instance = text(words[1]), .time = text(words[3])};
    const auto seq = core::number<std::uint64_t>(words[2]);
    const auto code = core::number<int>(words[4]);
    const auto queued = core::number<std::size_t>(words[5]);
    const auto well = core::number<std::uint64_t>(words[6]), failed = core::number<std::uint64_t>(words[7]);
    if (!seq || !code || !queued || !well || !failed) return;
    progress.seq = *seq;
    progress.code = *code;
    progress.queued = *queued;
    progress.well = *well;
    progress.failed = *failed;
    state.hooks[std::string(line.substr(static_cast<std::size_t>(words[8].data() - line.data())))] = progress;
}

} // namespace

std::string state_path() {
    const char* path = std::getenv("HAD_NOTIFY_STATE");
    return path && *path ? path : std::string(usual_state);
}

std::string print(const State& state) {
    std::string lines = fmt::format("at {} {}\n", word(state.instance), state.seq);
    for (const auto& [name, p] : state.hooks)
        lines += fmt::format("hook {} {} {} {} {} {} {} {}\n", word(p.instance), p.seq, word(p.time), p.code, p.queued,
                             p.well, p.failed, name);
    return core::seal(kind, lines);
}

State parse_state(std::string_view sealed) {
    State state;
    const core::Unsealed unsealed = core::unseal(kind, sealed);
    state.damage = unsealed.damage;
    std::string_view lines = unsealed.lines;
    while (!lines.empty()) {
        const std::string_view line = core::take_until(lines, '\n');
        const auto words = core::words_of(line);
        if (words.size() == 3 && words[0] == "at") {
            const auto seq = core::number<std::uint64_t>(words[2]);
            if (!seq) continue;
            state.instance = text(words[1]);
            state.seq = *seq;
        } else if (!words.empty() && words[0] == "hook") read_hook(state, words, line);
    }
    return state;
}

} // namespace had::notify
