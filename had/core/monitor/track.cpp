#include "had/core/monitor/track.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace had::core {
namespace {

constexpr std::array<std::string_view, 3> path_state_names{"unproven", "good", "silent"};
constexpr std::uint32_t long_share = 10;

void become(Track& track, PathState state, TimePoint now) {
    track.state = state;
    track.since = now;
    track.adopted = false;
    track.fell.reset();
}

void close_row_of_losses(Track& track) {
    track.lost_in_row = 0;
    if (track.state != PathState::silent) track.losing.reset();
}

} // namespace

std::string_view to_string(PathState state) { return path_state_names[static_cast<std::size_t>(state)]; }

std::optional<PathState> path_state_from(std::string_view word) {
    const auto at = std::find(std::begin(path_state_names), std::end(path_state_names), word);
    if (at == std::end(path_state_names)) return std::nullopt;
    return static_cast<PathState>(at - std::begin(path_state_names));
}

void give_up_open_question(Track& track) {
    if (std::exchange(track.asked, std::nullopt)) ++track.voided;
}

void begin_anew(Track& track, TimePoint now, bool adopted) {
    give_up_open_question(track);
    become(track, PathState::unproven, now);
    close_row_of_losses(track);
    track.answered_in_row = 0;
    track.heard.reset();
    track.adopted = adopted;
}

void note_asked(Track& track, TimePoint now) {
    give_up_open_question(track);
    track.asked = now;
    ++track.sent;
    ++track.sequence;
    track.is_long = track.sequence % long_share == 0 || (track.is_long && track.lost_in_row > 0);
}

bool note_answer(Track& track, const MonitorConfig& monitor, TimePoint now) {
    track.heard = now;
    close_row_of_losses(track);
    const auto asked = std::exchange(track.asked, std::nullopt);
    if (!asked) return false;
    track.round_trip = now - *asked;
    ++track.answered;
    ++track.answered_in_row;
    if (track.state == PathState::good || (!track.adopted && track.answered_in_row < monitor.rise)) return false;
    become(track, PathState::good, now);
    track.losing.reset();
    return true;
}

bool note_time(Track& track, const MonitorConfig& monitor, TimePoint now, bool late) {
    if (!track.asked || now < *track.asked + monitor.waits()) return false;
    if (late) {
        give_up_open_question(track);
        return false;
    }
    const auto asked = std::exchange(track.asked, std::nullopt);
    if (!track.losing) track.losing = asked;
    ++track.lost;
    ++track.lost_in_row;
    track.answered_in_row = 0;
    if (track.lost_in_row < monitor.fall) return false;
    track.adopted = false;                    // it has shown that it does not serve
    if (track.state != PathState::good) return false;
    become(track, PathState::silent, now);
    track.fell = asked;
    return true;
}

} // namespace had::core
