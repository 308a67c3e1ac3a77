// For what is logged or written down on the side: its failure must not fail the main thing.
#pragma once

#include "had/sys/log.hpp"

#include <exception>
#include <fmt/format.h>
#include <string_view>

namespace had {

template <class F>
void quietly(std::string_view what, F action) {
    try {
        action();
    } catch (const std::exception& e) {
        sys::log(core::NoticeLevel::error, fmt::format("{}: {}", what, e.what()));
    }
}

} // namespace had
