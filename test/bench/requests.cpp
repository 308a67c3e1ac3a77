// What a request of a caller without rights costs the daemon's only thread, with 200 ports in 20 bonds: the
// work behind each verb, measured inside: of 101 times the one in the middle and the longest, both of processor
// time, which other programs on the machine do not count in.  No socket, no kernel: they cost the same for all.
#include "had/control/protocol.hpp"
#include "had/control/view_json.hpp"
#include "had/core/config/driver_table.hpp"
#include "had/core/base/limits.hpp"
#include "test/unit/core/situation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

using namespace had;
using namespace had::core;

namespace {

constexpr int cards = 25, functions = 8, bonds = 20;

std::string conf() {
    std::string sections, devices = "[devices]\n";
    for (int n = 0; n < bonds; ++n)
        sections += fmt::format("[bond bond{0}]\nmode = active-backup\nmiimon = 100\naddress = 10.0.{0}.1/24\n"
                                "[config config{0}]\nbond = bond{0}\n",
                                n);
    for (int n = 0; n < cards * functions; ++n)
        devices += fmt::format("{}.{} = config{}\n", 2 + n / functions, n % functions, n * bonds / (cards * functions));
    return sections + devices;
}

// Every second port serves; the others are still to be enslaved, so that there is a plan.
void fill(test::World& world, bool all) {
    for (int n = 0; n < bonds; ++n) {
        Link bond = test::bond(1000 + n, fmt::format("bond{}", n));
        bond.address = stable_mac("machine", bond.name);
        world.hear(LinkSeen{bond});
        world.hear(AddressSeen{test::address(bond.index, fmt::format("10.0.{}.1/24", n))});
        world.owned.bonds.insert(bond.name);
    }
    for (int n = 0; n < cards * functions; ++n) {
        const std::string place = fmt::format("0000:00:{:02x}", 2 + n / functions);
        const std::string address = fmt::format("{}.{}", place, n % functions);
        if (n % functions == 0) world.hear(SlotSeen{test::slot(fmt::format("{}", 2 + n / functions), place)});
        world.hear(FunctionSeen{test::function({address}, 0x1010, "e1000")});
        world.hear(NetDeviceSeen{{n + 2, test::at(address), 0, true}});
        const Ifindex master = 1000 + n * bonds / (cards * functions);
        const std::string name = fmt::format("eth{}", n);
        world.hear(
            LinkSeen{all || n % 2 == 0 ? test::slave(n + 2, name, master, n % 10 == 0) : test::nic(n + 2, name)});
        world.owned.members[n + 2] = fmt::format("bond{}", master - 1000);
    }
}

double processor_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

void measure(const std::string& what, const std::function<std::size_t()>& work) {
    std::vector<double> ms;
    std::size_t bytes = 0;
    for (int turn = 0; turn < 101; ++turn) {
        const double began = processor_ms();
        bytes = work();
        ms.push_back(processor_ms() - began);
    }
    std::ranges::sort(ms);
    fmt::print("{:52} {:8.3f} ms {:8.3f} worst {:8} bytes\n", what, ms[ms.size() / 2], ms.back(), bytes);
}

void measure_world(bool all) {
    test::World world(conf());
    world.table = parse_driver_table("[e1000]\nid = 8086:1010\n").table;
    fill(world, all);
    const std::string state = all ? "all serve" : "half to be enslaved";
    Situation s = world.situation();
    s.ahead = true;
    const View view = derive_view(s, plan(s), "kernel"), same = view;
    measure(state + ": the plan", [&] { return plan(s).actions.size(); });
    measure(state + ": the view", [&] { return derive_view(s, plan(s), "kernel").slots.size(); });
    measure(state + ": status as text", [&] { return control::to_json(view).size(); });
    measure(state + ": status, unchanged", [&] { return std::size_t{view == same}; });
    const auto none = [](const std::string&) { return Parameters{}; };
    for (const char* object : {"2", "2.1", "bond0", "eth199", "nothing"})
        measure(fmt::format("{}: explain {}", state, object),
                [&] { return control::to_json(explain(s, plan(s), view, object, none)).size(); });
    measure(state + ": plan as text", [&] {
        Plan p = plan(s);
        return control::to_json(control::plan_of({std::move(p.actions), {}, {}})).size();
    });
}

} // namespace

int main() {
    measure_world(true);
    measure_world(false);
    const std::string keys = [] {
        std::string text = R"({"id":1,"verb":"status","args":{)";
        for (int n = 0; text.size() < limits::stranger_request_bytes - 8; ++n) text += fmt::format("\"{:x}\":1,", n);
        text.back() = '}';
        return text + "}";
    }();
    measure("a request of 4 KiB, all keys",
            [&] { return std::get<control::Reply>(control::decode_request(keys)).id.value(); });
    const std::string brackets(limits::stranger_request_bytes, '[');
    measure("a request of 4 KiB, all brackets", [&] { return control::decode_request(brackets).index(); });
}
