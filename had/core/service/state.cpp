#include "had/core/service/state.hpp"

#include <algorithm>
#include <iterator>

namespace had::core {

namespace {

constexpr std::string_view phase_words[] = {"absent", "idle",     "starting", "up",
                                            "done",   "stopping", "failed",   "held"};

} // namespace

std::string_view to_string(Phase phase) { return phase_words[static_cast<std::size_t>(phase)]; }

std::optional<Phase> phase_from(std::string_view word) {
    const auto at = std::find(std::begin(phase_words), std::end(phase_words), word);
    if (at == std::end(phase_words)) return std::nullopt;
    return static_cast<Phase>(at - std::begin(phase_words));
}

std::string to_string(const ServiceKey& key) {
    return key.device.empty() ? key.service : key.service + '@' + key.device;
}

std::optional<ServiceKey> service_key_from(std::string_view text) {
    const auto at = text.find('@');
    const std::string_view device = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
    if (text.substr(0, at).empty() || (at != std::string_view::npos && device.empty())) return std::nullopt;
    return ServiceKey{std::string(text.substr(0, at)), std::string(device)};
}

} // namespace had::core
