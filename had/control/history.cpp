#include "had/control/history.hpp"

#include "had/control/protocol.hpp"

namespace had::control {

void History::add(std::string line) {
    ++last_;
    lines_.push_back(std::move(line));
    if (lines_.size() > limit_) lines_.pop_front();
}

std::optional<std::vector<std::string>> History::since(std::string_view instance,
                                                       std::uint64_t seq) const {
    std::vector<std::string> result;
    if (instance != instance_) {
        result.push_back(encode_lost(instance, seq + 1, std::nullopt));
        seq = 0;
    }
    if (seq > last_) return std::nullopt;
    const std::uint64_t first = last_ - lines_.size() + 1; // the oldest that is still known
    if (seq + 1 < first) {
        result.push_back(encode_lost(instance_, seq + 1, first - 1));
        seq = first - 1;
    }
    result.insert(result.end(), lines_.begin() + static_cast<std::ptrdiff_t>(seq + 1 - first),
                  lines_.end());
    return result;
}

} // namespace had::control
