// Verbs of services: how programs fare, and what they need.  Their words stand where each is defined.
#pragma once

#include "test/scenario/script_words.hpp"

namespace had::test {

void do_program(Stage& stage, const Words& words);
void do_ready(Stage& stage, const Words& words);
void do_ends(Stage& stage, const Words& words);
void do_asks(Stage& stage, const Words& words);
void do_exists(Stage& stage, const Words& words);
void do_device(Stage& stage, const Words& words);
void do_clock(Stage& stage, const Words& words);

} // namespace had::test
