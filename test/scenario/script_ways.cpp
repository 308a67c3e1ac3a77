#include "test/scenario/script_ways.hpp"

#include <chrono>

namespace had::test {

using namespace core;

// far-end PORT works | silent [to LACP|ARP]: its link stays
void do_far_end(Stage& s, const Words& w) {
    const auto speaks = [&](std::string_view what) { return w[2] == "works" || (w.size() > 4 && w[4] != what); };
    for (const Ifindex nic : interfaces(s, w[1]))
        s.kernel().net().set_far_end(nic, speaks("ARP"), speaks("LACP"));
}

// way PORT works | dead | sends-nothing | hears-nothing: its link stays
void do_way(Stage& s, const Words& w) {
    const FakeProber::Way way{.sends = w[2] == "works" || w[2] == "hears-nothing",
                              .hears = w[2] == "works" || w[2] == "sends-nothing"};
    for (const Ifindex nic : interfaces(s, w[1])) s.prober().set_way(nic, way);
}

// lan PEER N works | dead | sends-nothing | hears-nothing | strays M: of the peer, whose packets come in on LAN M
// then; its link stays
void do_lan(Stage& s, const Words& w) {
    FarPeers::Way way{.there = w[3] != "dead" && w[3] != "hears-nothing",
                      .back = w[3] != "dead" && w[3] != "sends-nothing"};
    if (w[3] == "strays") way.strays = std::stoul(w.at(4));
    s.peers().set_way(w[1], std::stoul(w[2]), way);
}

// peer PEER restarts | forged N | replayed N [M]: by somebody on LAN N, or what was said there on LAN M
void do_peer(Stage& s, const Words& w) {
    if (w[2] == "restarts") s.peers().start_again(w[1]);
    else if (w[2] == "forged") s.peers().forge(w[1], std::stoul(w.at(3)));
    else s.peers().replay(w[1], std::stoul(w.at(3)), std::stoul(w.at(w.size() > 4 ? 4 : 3)));
}

// shared PEER ADDRESS has|lacks [WORD] [kept]: what the peer tells of an address, and what keepalived says there
void do_shared(Stage& s, const Words& w) {
    SharedWord word{.id = shared_id(ip_address_from(w[2]).value()), .has = w[3] == "has", .word = VrrpWord::backup};
    if (word.has) word.word = VrrpWord::master;
    for (std::size_t i = 4; i < w.size(); ++i)
        if (w[i] == "kept") word.kept = true;
        else word.word = vrrp_word_from(w[i]).value();
    s.peers().set_shared(w[1], word);
}

// vrrp ADDRESS WORD [gone]: what keepalived has said here
void do_vrrp(Stage& s, const Words& w) {
    s.peers().set_vrrp(vrrp_file(ip_address_from(w[1]).value()),
                       {.word = vrrp_word_from(w[2]).value(), .gone = w.size() > 3, .since = {}});
}

// scan: who answers on the LANs of peers
void do_scan(Stage& s, const Words&) { s.scan(); }

// target ADDRESS answers | silent
void do_target(Stage& s, const Words& w) {
    s.prober().set_silent(ip_address_from(w[1]).value(), w[2] == "silent");
}

// stray PORT arp | nd | peer N: so many frames come in there that answer nothing
void do_stray(Stage& s, const Words& w) {
    const Transport transport = w[2] == "arp" ? Transport::arp : w[2] == "nd" ? Transport::nd : Transport::peer;
    for (const Ifindex nic : interfaces(s, w[1]))
        s.prober().stray(nic, transport, static_cast<std::uint32_t>(std::stoul(w[3])));
}

// hosts talk | rest: broadcasts of other hosts
void do_talk(Stage& s, const Words& w) {
    s.prober().set_quiet(w[1] != "talk");
}

// file PATH 0 | 1 | impossible | possible: what another program writes, or whether it can be written
void do_file(Stage& s, const Words& w) {
    if (w[2].ends_with("possible")) s.prober().set_room(w[1], w[2] == "possible");
    else s.prober().write(w[1], w[2] == "1");
}

// exec PATH well | failed TEXT | unknown TEXT: how it ends from now on
void do_exec(Stage& s, const Words& w) {
    const Told told = w[2] == "well" ? Told::well : w[2] == "failed" ? Told::failed : Told::unknown;
    s.prober().set_program(w[1], told, w.size() > 3 ? w[3] : "");
}

// lldp PORT SYSTEM SYSTEMS-PORT [TIME]: its switch says so, and that it holds so long
void do_lldp(Stage& s, const Words& w) {
    const Duration lasts = w.size() > 4 ? duration(w[4]) : std::chrono::seconds(120);
    for (const Ifindex nic : interfaces(s, w[1]))
        s.prober().say_lldp(nic, {w[2], w.at(3), std::chrono::duration_cast<std::chrono::seconds>(lasts)},
                            {{2, 0, 0, 0, 0, 0x5e}});
}

} // namespace had::test
