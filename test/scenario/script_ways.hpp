// Verbs of ways, of what monitors ask there, and of peers.  Their words stand where each is defined.
#pragma once

#include "test/scenario/script_words.hpp"

namespace had::test {

void do_far_end(Stage& stage, const Words& words);
void do_way(Stage& stage, const Words& words);
void do_lan(Stage& stage, const Words& words);
void do_peer(Stage& stage, const Words& words);
void do_shared(Stage& stage, const Words& words);
void do_vrrp(Stage& stage, const Words& words);
void do_scan(Stage& stage, const Words& words);
void do_target(Stage& stage, const Words& words);
void do_stray(Stage& stage, const Words& words);
void do_talk(Stage& stage, const Words& words);
void do_file(Stage& stage, const Words& words);
void do_exec(Stage& stage, const Words& words);
void do_lldp(Stage& stage, const Words& words);

} // namespace had::test
