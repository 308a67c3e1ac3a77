// What is said of a port beside its mates.
#pragma once

#include "had/core/monitor/mates.hpp"

namespace had::core {

// Beside those with a carrier that the judgement does not doubt; empty: all is well between them.
std::string words_for(std::size_t place, const Mates& mates, const Judgement& judgement, const MonitorConfig& monitor);

} // namespace had::core
