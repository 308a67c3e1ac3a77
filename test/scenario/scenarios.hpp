// The scenarios that there are, and how one is played.
#pragma once

#include "test/scenario/stage.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace had::test {

inline const std::filesystem::path all = "test/scenario";
inline constexpr Stage::Order usual = {Source::links, Source::uevents, Source::jobs};

std::vector<std::string> scenarios();
std::string text_of(const std::filesystem::path& path);

} // namespace had::test
