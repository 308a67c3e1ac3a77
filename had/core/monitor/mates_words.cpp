#include "had/core/monitor/mates_words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace had::core {
namespace {

using Names = std::vector<std::string>;

std::string_view does(const Names& names) { return names.size() == 1 ? "does" : "do"; }
std::string these(const Names& names) {
    return names.size() == 1 ? names.front() : names.size() == 2 ? "both" : "all of them";
}

struct Hearing {
    Names deaf, unheard, neither;             // do not hear it; it does not hear them; both
    std::size_t others = 0;
    bool proven = false, lost = false;

    void add(const std::string& name, const Track& out, const Track& in, const MonitorConfig& monitor) {
        ++others;
        const bool no_out = is_lost(out, monitor), no_in = is_lost(in, monitor);
        proven = proven || out.state != PathState::unproven || in.state != PathState::unproven;
        lost = lost || no_out || no_in;
        if (no_out && no_in) neither.push_back(name);
        else if (no_out) deaf.push_back(name);
        else if (no_in) unheard.push_back(name);
    }
    [[nodiscard]] std::string_view conclusion() const {
        if (neither.size() == others) return ": it is cut off";
        if (deaf.size() == others) return ": its transmit side is dead";
        if (unheard.size() == others) return ": its receive side is dead";
        return "";
    }
};

} // namespace

std::string words_for(std::size_t place, const Mates& mates, const Judgement& judgement,
                      const MonitorConfig& monitor) {
    Hearing hearing;
    const Mate& mate = mates.ports[place];
    for (std::size_t i = 0; i < mates.ports.size(); ++i)
        if (i != place && mates.ports[i].carrier && !judgement.ports[i].doubted)
            hearing.add(mates.ports[i].name, mates.ports[i].hears[place], mate.hears[i], monitor);

    const bool doubted = judgement.ports[place].doubted;
    if (!hearing.lost)
        return doubted ? fmt::format("not yet heard {} times in a row since the link came", monitor.rise) : "";
    if (!hearing.proven) return "never heard since the link came (private VLAN, LAG or another switch?)";
    Names words;
    if (const Names& names = hearing.neither; !names.empty())
        words.push_back(fmt::format("{} and it do not hear each other", fmt::join(names, " and ")));
    if (const Names& names = hearing.deaf; !names.empty())
        words.push_back(
            fmt::format("{} {} not hear it, it hears {}", fmt::join(names, " and "), does(names), these(names)));
    if (const Names& names = hearing.unheard; !names.empty())
        words.push_back(fmt::format("it does not hear {}, {} hear{} it", fmt::join(names, " or "), these(names),
                                    names.size() == 1 ? "s" : ""));
    return fmt::format("{}{}", fmt::join(words, "; "), doubted ? hearing.conclusion() : "");
}

} // namespace had::core
