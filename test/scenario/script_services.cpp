#include "test/scenario/script_services.hpp"

namespace had::test {

using namespace core;

namespace {

ServiceKey service_from(const std::string& word) {
    const auto key = service_key_from(word);
    if (!key) wrong("no service: " + word);
    return *key;
}

} // namespace

// program SERVICE missing TEXT | dies CODE | deaf | immortal | works: how its next processes fare
void do_program(Stage& s, const Words& w) {
    FakeRunner::Program& program = s.runner().program(w[1]);
    program = {};
    if (w[2] == "missing") program.missing = w.at(3);
    else if (w[2] == "dies") program.dies = static_cast<int>(number(w.at(3)));
    else if (w[2] == "deaf") program.deaf = true;
    else if (w[2] == "immortal") program.deaf = program.immortal = true;
    else if (w[2] != "works") wrong(w[2] + "?");
}
// ready SERVICE: it says READY=1; ends SERVICE CODE: its process ends
void do_ready(Stage& s, const Words& w) { s.runner().say_ready(service_from(w[1])); }
void do_ends(Stage& s, const Words& w) { s.runner().end(service_from(w[1]), static_cast<int>(number(w[2]))); }
// asks SERVICE well | ill: its probe
void do_asks(Stage& s, const Words& w) { s.runner().set_answer(w[1], HelperKind::probe, w[2] == "well" ? 0 : 1); }
// exists PATH yes | no
void do_exists(Stage& s, const Words& w) { s.runner().set_file(w[1], w[2] == "yes"); }
// device MATCH NAME comes ID | goes
void do_device(Stage& s, const Words& w) {
    if (w[3] == "comes") s.runner().plug(w[1], w[2], number(w.at(4)));
    else s.runner().unplug(w[1], w[2]);
}
// clock HH MM
void do_clock(Stage& s, const Words& w) { s.runner().set_minute(number(w[1]) * 60 + number(w[2])); }

} // namespace had::test
