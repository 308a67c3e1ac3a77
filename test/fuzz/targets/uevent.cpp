// A uevent's keys, "KEY=value" a line: the first byte says whether udevd has settled it.
#include "had/core/world/chassis.hpp"
#include "had/core/world/observed.hpp"
#include "had/core/base/text.hpp"
#include "had/sys/uevent_decode.hpp"
#include "test/fuzz/draw.hpp"
#include "test/fuzz/target.hpp"

namespace had::test {
namespace {

using namespace core;

void check(Observed& observed, const Event& event) {
    if (const auto* seen = std::get_if<FunctionSeen>(&event))
        must(!seen->function.chain.empty(), "a function has a place");
    if (const auto* seen = std::get_if<SlotSeen>(&event)) must(!seen->slot.name.empty(), "a slot has a name");
    if (const auto* seen = std::get_if<NetDeviceSeen>(&event))
        must(seen->device.link > 0, "an interface has an index");
    fold(observed, event);
    must(fold(observed, event) == Change::nothing, "what is heard twice is no news");
}

// Events are parted by an empty line: one may speak of what another brought.
void run(std::string_view input) {
    Draw draw(input);
    const bool settled = draw.flag();
    std::string_view left = draw.rest();
    Observed observed;
    while (!left.empty()) {
        sys::Properties event;
        for (std::string_view line = take_until(left, '\n'); !line.empty(); line = take_until(left, '\n')) {
            const std::string key(take_until(line, '='));
            event[key] = std::string(line);
        }
        sys::decode_uevent(event, settled, "/nonexistent", [&](const Event& e) { check(observed, e); });
    }
    (void)place({}, observed);
}

const Registered uevent{"uevent", run};

} // namespace
} // namespace had::test
