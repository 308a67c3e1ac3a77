// `someone VERB ...`: what others than the daemon do.
#pragma once

#include "test/scenario/script_words.hpp"

namespace had::test {

// Throws std::invalid_argument for words that it does not know.
void do_someone(Stage& stage, const Words& words);

} // namespace had::test
