#include "test/fuzz/chassis.hpp"

#include "test/fuzz/target.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace had::test {

using namespace core;

namespace {

constexpr unsigned slots_a_bond = 4;

Config file_for(unsigned slots) {
    std::string text = "[vlan v5]\non = bond0\nid = 5\naddress = 10.5.0.1/24\n", devices = "[devices]\n";
    for (unsigned bond = 0; bond * slots_a_bond < slots; ++bond)
        text += fmt::format("[bond bond{0}]\nmode = active-backup\nmiimon = 100\naddress = 10.0.{0}.1/24\n"
                            "[config c{0}]\nbond = bond{0}\n",
                            bond);
    for (unsigned slot = 1; slot <= slots; ++slot)
        devices += fmt::format("{} = c{}\n", slot, (slot - 1) / slots_a_bond);
    ParsedConfig parsed = parse_config(text + devices);
    must(!has_errors(parsed.diagnostics), "the file has no errors", text + devices);
    return std::move(parsed.config);
}

} // namespace

ServingChassis::ServingChassis(unsigned slots) {
    const ModelId model{0x8086, 0x100e};
    kernel_.bus().module("e1000").binds = {model};
    kernel_.listen([this](Event event) { rig_.had().hear(std::move(event)); });
    for (unsigned slot = 1; slot <= slots; ++slot) {
        FakeSlot at;
        at.kernel = {std::to_string(slot), 0, 0, static_cast<std::uint8_t>(slot), "acpiphp", false, true, true};
        kernel_.bus().add_slot(at);
        kernel_.bus().insert(at.kernel.name, {.models = {model, model}, .nature = {}});
    }
    kernel_.dump_to([this](Event event) { rig_.had().hear(std::move(event)); });
    rig_.had().begin(file_for(slots), sample_table(), {}, {}, {});
    settle();
    const CommandAnswer answer = rig_.had().carry_out(command::Activate{.bond = "bond0", .port = "2.0"}, "operator");
    const auto* refusal = std::get_if<Refusal>(&answer);
    must(!refusal, "an order is taken", refusal ? refusal->text : "");
    settle();
    must(rig_.had().view().bond("bond0")->members.size() == 2 * std::min(slots, slots_a_bond), "every port serves");
}

void ServingChassis::settle() {
    for (int rounds = 0; rounds < 100; ++rounds) {
        rig_.run_posted();
        for (const Source source : {Source::links, Source::uevents, Source::jobs}) kernel_.deliver(source);
        rig_.pass(std::chrono::milliseconds(200));
    }
}

void ServingChassis::pull(unsigned slot) {
    kernel_.bus().pull(std::to_string(slot));
    for (const Source source : {Source::links, Source::uevents}) kernel_.deliver(source);
}

} // namespace had::test
