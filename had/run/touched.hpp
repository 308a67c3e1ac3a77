// What has been touched since each of its readers looked last: links by their indexes, or everything.  It needs no
// memory, since a port is lost while it is written.
#pragma once

#include "had/core/base/types.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace had {

class Touched {
public:
    // Up to where a reader has read.  A new one has everything before it.
    struct Mark {
        std::uint64_t epoch = 0, read = 0;
    };
    struct Entry {
        core::Ifindex link = 0;
        bool heard = false;                   // else it was something of it that the kernel does not tell
    };

    Touched() { log_.reserve(most); }
    void everything() {
        ++epoch_;
        first_ += log_.size();
        log_.clear();
    }
    void link(Entry entry) {
        if (log_.size() == most) {            // who has not read that long reads everything
            log_.erase(log_.begin(), log_.begin() + most / 2);
            first_ += most / 2;
        }
        log_.push_back(entry);
    }
    // Whether everything was.  If not, the links are told by since().
    [[nodiscard]] bool is_everything(const Mark& mark) const { return mark.epoch != epoch_ || mark.read < first_; }
    // Requires: it was not everything.
    [[nodiscard]] std::span<const Entry> since(const Mark& mark) const {
        return std::span(log_).subspan(static_cast<std::size_t>(mark.read - first_));
    }
    // Of a reader that may touch something itself.  Empty, too: it was everything.
    [[nodiscard]] std::vector<Entry> copy_since(const Mark& mark) const {
        if (is_everything(mark)) return {};
        const auto entries = since(mark);
        return {entries.begin(), entries.end()};
    }
    [[nodiscard]] Mark now() const { return {epoch_, first_ + log_.size()}; }

private:
    static constexpr std::size_t most = 256;

    std::vector<Entry> log_;
    std::uint64_t epoch_ = 1, first_ = 0;     // how many entries there were before the first
};

} // namespace had
