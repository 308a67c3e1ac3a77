// ifenslave on a machine that is any: it touches only what its command line names, and what it calls done is
// done.
#include "test/fuzz/draw.hpp"
#include "test/fuzz/target.hpp"
#include "test/unit/ifenslave/world.hpp"

#include <algorithm>
#include <array>
#include <getopt.h>

namespace had::test {
namespace {

using namespace core;

constexpr std::array<const char*, 8> interfaces{"bond0", "bond1", "eth0", "eth1", "eth2", "br0", "lo", "\x1b[2J"};
constexpr std::array<const char*, 12> options{"-a", "-c", "-d",        "-f",       "-h",     "-u",
                                              "-v", "-V", "--verbose", "--detach", "--nope", "--"};
constexpr std::array<int, 5> errors{EPERM, EBUSY, ENODEV, EINVAL, EOPNOTSUPP};

// What is done is recorded by name; the base class makes it so.
class Machine : public World {
public:
    explicit Machine(Draw& draw) : draw_(draw) {
        snapshot.interfaces.clear();
        for (unsigned left = draw.below(8), index = 1; left > 0; --left, ++index) add_any(index);
        had_takes_orders = draw.flag();
        if (draw.flag()) claims["eth0"] = {"1.0", "a", draw.flag() ? "bond0" : ""};
        if (draw.one_in(4)) had_answers = draw.flag() ? ActionResult{} : failure();
        if (draw.one_in(8)) looks_until_failure = static_cast<int>(draw.below(4));
    }

    ActionResult apply(const Operation& operation) override {
        touched(operation);
        if (draw_.one_in(8)) return failure();
        return World::apply(operation);
    }

    std::vector<std::string> names;           // of what was changed

private:
    ActionResult failure() { return {draw_.one_of(errors), draw_.text(8)}; }

    void add_any(unsigned index) {
        const char* name = draw_.one_of(interfaces);
        if (snapshot.find(name) != nullptr) return;
        ifenslave::Interface& it = add(name, static_cast<Ifindex>(index), draw_.number<std::uint16_t>());
        it.type = draw_.one_in(4) ? draw_.byte() : 1;
        if (draw_.flag()) it.hardware = {};
        it.link.mtu = draw_.number<std::uint16_t>();
        it.link.master = static_cast<Ifindex>(draw_.one_in(3) ? draw_.below(9) : 0);
        if (draw_.flag()) add_bond(it.link);
        if (it.link.master != 0 && draw_.flag()) it.link.slave.emplace();
        for (unsigned left = draw_.below(3); left > 0; --left)
            it.addresses.push_back(*ip_prefix_from(draw_.flag() ? "10.0.1.1/24" : "fe80::1/64"));
    }
    void add_bond(Link& link) {
        link.bond.emplace();
        if (draw_.flag()) link.bond->options[BondOption::mode] = std::uint64_t{draw_.below(9)};
        if (draw_.flag()) link.bond->options[BondOption::active_slave] = std::uint64_t{draw_.below(9)};
    }

    void touched(const Operation& operation) {
        std::visit(overloaded{[&](const SetLink& o) { names.push_back(o.link.name); },
                              [&](const Enslave& o) { names.insert(names.end(), {o.port.name, o.bond.name}); },
                              [&](const Release& o) { names.insert(names.end(), {o.port.name, o.bond.name}); },
                              [&](const SetBondOptions& o) { names.push_back(o.bond.name); },
                              [&](const RemoveAddress& o) { names.push_back(o.link.name); },
                              [](const auto&) { must(false, "ifenslave does nothing else"); }},
                   operation);
    }

    Draw& draw_;
};

ifenslave::Command any_command(Draw& draw) {
    std::vector<std::string> words{"ifenslave"};
    for (unsigned left = draw.below(7); left > 0; --left) {
        const unsigned kind = draw.below(8);
        words.push_back(kind < 3 ? draw.one_of(options) : kind < 7 ? draw.one_of(interfaces) : draw.text(20));
        std::erase(words.back(), '\0');
    }
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::opterr = 0;                             // what it does not understand it would say on standard error
    return ifenslave::parse(static_cast<int>(words.size()), argv.data());
}

void check_done(const ifenslave::Command& command, const Machine& machine) {
    const ifenslave::Interface* master = machine.snapshot.find(command.master);
    for (const std::string& slave : command.slaves) {
        const ifenslave::Interface* port = machine.snapshot.find(slave);
        must(master && port, "what is done was there", slave);
        if (command.verb == ifenslave::Verb::enslave)
            must(port->link.master == master->link.index, "what is enslaved is in the bond", slave);
        if (command.verb == ifenslave::Verb::release)
            must(port->link.master != master->link.index, "what is released is out of the bond", slave);
    }
}

void run(std::string_view input) {
    Draw draw(input);
    const ifenslave::Command command = any_command(draw);
    Machine machine(draw);
    std::ostringstream out, err;
    const int exit = ifenslave::run(
        command, [&]() -> ifenslave::Machine& { return machine; }, out, err);
    must(exit >= 0 && exit <= 255, "an exit code is a byte");
    for (const std::string& name : machine.names)
        must(name == command.master || std::count(command.slaves.begin(), command.slaves.end(), name) > 0,
             "only what is named is touched", name);
    const bool changes =
        command.verb == ifenslave::Verb::enslave || command.verb == ifenslave::Verb::release;
    if (exit == 0 && changes && !command.slaves.empty()) check_done(command, machine);
    if (exit != 0) must(!err.str().empty(), "a failure is told");
}

const Registered ifenslave_target{"ifenslave", run};

} // namespace
} // namespace had::test
